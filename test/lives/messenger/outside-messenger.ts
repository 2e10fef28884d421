import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { OutsideMessengerApi } from './outside-messenger-api.js';
import type { OutsideMessengerFaults, RequestFault } from './outside-messenger-faults.js';
import type { OutsideMessengerIdentity } from './outside-messenger-identity.js';
import type { OutsideMessengerWorld } from './outside-messenger-world.js';
import type { SeededChoices } from '../seeded-choices.js';

const MOST_BODY_BYTES = 2_000_000;

/** The messenger on loopback: it outlives every process of the plugin, and knows nothing of the plugin's code. */
export class OutsideMessenger {
  private readonly server: Server;
  private readonly api: OutsideMessengerApi;
  private readonly lateEffects = new Set<NodeJS.Timeout>();
  /** What was asked and what came of it, the newest last. */
  readonly journal: string[] = [];
  /** Requests since the start. */
  requests = 0;
  /** How often VK ID was away. */
  identityFailures = 0;
  private url = '';

  constructor(
    readonly world: OutsideMessengerWorld,
    readonly identity: OutsideMessengerIdentity,
    readonly faults: OutsideMessengerFaults,
    choices: SeededChoices,
    requestsPerSecond: number,
  ) {
    this.api = new OutsideMessengerApi(world, identity, faults, choices, requestsPerSecond);
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((ready) => this.server.listen(0, '127.0.0.1', ready));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const timer of this.lateEffects) clearTimeout(timer);
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  get address(): string {
    return this.url;
  }

  /** Effects that are still to come although their requests were given up. */
  get pendingEffects(): number {
    return this.lateEffects.size;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    this.requests += 1;
    try {
      const url = new URL(request.url ?? '/', 'http://messenger.test');
      const fields = await readFields(request, url);
      if (url.pathname.startsWith('/method/'))
        this.call(url.pathname.slice('/method/'.length), fields, request, response);
      else this.identify(url.pathname, fields, response);
    } catch (error) {
      this.note(`request failed: ${String(error)}`);
      response.destroy();
    }
  }

  private identify(path: string, fields: ReadonlyMap<string, string>, response: ServerResponse): void {
    if (this.faults.identityAway()) {
      this.identityFailures += 1;
      this.note(`${path} 502`);
      badGateway(response);
      return;
    }
    const answer = this.identity.answer(path, fields);
    this.note(`${path} ${JSON.stringify(answer).slice(0, 60)}`);
    sendJson(response, answer);
  }

  private call(
    method: string,
    fields: ReadonlyMap<string, string>,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? fields.get('access_token') ?? '';
    const refusal = this.api.refusalOf(token, method, fields);
    if (refusal !== undefined) {
      this.note(`${method} refused ${JSON.stringify(refusal).slice(0, 90)}`);
      sendJson(response, refusal);
      return;
    }
    const fault = this.faults.forRequest(this.api.methodsOf(method, fields));
    const carryOut = (): unknown => {
      const answer = this.api.carryOut(token, method, fields);
      this.note(`${this.api.lastCalls}${fault ? ` [${JSON.stringify(fault)}]` : ''}`);
      return answer;
    };
    if (fault) this.disturb(fault, method, carryOut, response);
    else sendJson(response, carryOut());
  }

  private disturb(fault: RequestFault, method: string, carryOut: () => unknown, response: ServerResponse): void {
    const early = 'moment' in fault && fault.moment === 'before';
    if (early) this.note(`${method} [${JSON.stringify(fault)}]`);
    switch (fault.kind) {
      case 'refused':
        if (!early) carryOut();
        sendJson(response, this.api.refusal(fault.code, method));
        return;
      case 'dropped':
        if (!early) carryOut();
        response.socket?.destroy();
        return;
      case 'bad-gateway':
        if (!early) carryOut();
        badGateway(response);
        return;
      case 'late-effect':
        this.later(fault.delayMs, () => {
          carryOut();
          response.destroy();
        });
        return;
      case 'slow-answer': {
        const answer = carryOut();
        this.later(fault.delayMs, () => sendJson(response, answer));
        return;
      }
    }
  }

  private later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.lateEffects.delete(timer);
      act();
    }, delayMs);
    this.lateEffects.add(timer);
  }

  private note(text: string): void {
    this.journal.push(`${new Date().toISOString().slice(14, 23)} ${text.replaceAll('\n', ' ')}`);
    if (this.journal.length > 3000) this.journal.splice(0, 1000);
  }
}

function sendJson(response: ServerResponse, body: unknown): void {
  if (response.destroyed || response.writableEnded) return;
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function badGateway(response: ServerResponse): void {
  response.writeHead(502, { 'content-type': 'text/html' });
  response.end('<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>');
}

async function readFields(request: IncomingMessage, url: URL): Promise<ReadonlyMap<string, string>> {
  const fields = new Map(url.searchParams);
  let text = '';
  for await (const piece of request) {
    text += String(piece);
    if (text.length > MOST_BODY_BYTES) throw new Error('body too large');
  }
  for (const [name, value] of new URLSearchParams(text)) fields.set(name, value);
  return fields;
}
