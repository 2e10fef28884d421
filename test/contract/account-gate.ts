import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How VK ID's programs' side behaves on its way through the gate. */
export type GateMode = 'open' | 'silent' | 'html' | 'html-502' | 'reset' | 'slow';

/** Stands before the stand-in's programs' side: counts requests, and lets them through or not. */
export class Gate {
  mode: GateMode = 'open';
  /** Paths asked for, oldest first. */
  readonly asked: string[] = [];
  /** Every secret that went through, to be looked for in what was written. */
  readonly secrets = new Set<string>();
  /** Access tokens that were given out, oldest first. */
  readonly issued: string[] = [];
  #server: Server | undefined;

  constructor(private readonly standUrl: string) {}

  async open(): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  count(path: string): number {
    return this.asked.filter((asked) => asked === path).length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const body = await bodyOf(request);
    const { mode } = this;
    this.asked.push(path);
    for (const [name, value] of new URLSearchParams(body)) {
      if (/token|code|device_id/.test(name)) this.secrets.add(value);
    }
    if (mode === 'silent') return;
    if (mode === 'reset') return void request.socket.destroy();
    if (mode === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Работы</h1>');
    if (mode === 'html-502') return void response.writeHead(502).end('<html>502</html>');
    if (mode === 'slow') await new Promise<void>((resolve) => setTimeout(resolve, 150));
    const answer = await fetch(this.standUrl + path, { method: 'POST', headers: headersOf(request), body });
    const text = await answer.text();
    for (const [, value] of text.matchAll(/"(?:access|refresh|id)_token":"([^"]+)"/gu)) this.secrets.add(value ?? '');
    const issued = /"access_token":"([^"]+)"/u.exec(text)?.[1];
    if (issued !== undefined) this.issued.push(issued);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const { authorization } = request.headers;
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return authorization === undefined ? type : { ...type, authorization };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
