import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly verb: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}

/** JSON to answer, raw text to answer, or what to do with the connection. */
export type PreparedAnswer =
  | { readonly json: unknown; readonly status?: number }
  | { readonly text: string; readonly status?: number; readonly type?: string }
  | { readonly drop: true }
  | { readonly silence: true };

/** A small HTTP server on loopback that gives prepared answers in order and keeps what it was asked. */
export class AnsweringServer {
  readonly received: ReceivedRequest[] = [];
  /** Asked where nothing is prepared. */
  answer: ((request: ReceivedRequest) => PreparedAnswer) | undefined;
  private readonly answers: PreparedAnswer[] = [];
  private readonly server: Server = createServer((request, response) => void this.handle(request, response));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve, reject) => this.server.close((error) => (error ? reject(error) : resolve())));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  prepare(...answers: PreparedAnswer[]): void {
    this.answers.push(...answers);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = {
      verb: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')),
    };
    this.received.push(received);
    const answer = this.answers.shift() ?? this.answer?.(received) ?? { text: 'no answer prepared', status: 599 };
    if ('drop' in answer) response.destroy();
    else if ('json' in answer) {
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
    } else if ('text' in answer) {
      response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'application/json' }).end(answer.text);
    }
  }
}
