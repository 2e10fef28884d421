import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

import { startVkStandIn } from '../../fixtures/vk/vk-stand-in.js';
import { monotonicMs } from './monotonic-time.js';

/** What the process of the stand-in tells its parent. */
export type StandInReport =
  | { readonly kind: 'listening'; readonly url: string }
  /** A request for the API reached the server, or was answered. */
  | { readonly kind: 'arrived' | 'answered'; readonly atMs: number }
  /** The same of VK ID's endpoints. */
  | { readonly kind: 'identity-arrived' | 'identity-answered'; readonly atMs: number };

function report(message: StandInReport): void {
  process.send?.(message);
}

function reportRequests(channel: string, kind: 'arrived' | 'answered'): void {
  subscribe(channel, (message) => {
    const atMs = monotonicMs();
    const { request } = message as { readonly request: IncomingMessage };
    if (request.url?.startsWith('/method/')) report({ kind, atMs });
    if (request.url?.startsWith('/oauth2/')) report({ kind: `identity-${kind}`, atMs });
  });
}

reportRequests('http.server.request.start', 'arrived');
reportRequests('http.server.response.finish', 'answered');
const standIn = await startVkStandIn({ port: 0, rateLimitPerSecond: Number(process.argv[2]) });
process.on('disconnect', () => void standIn.stop().then(() => process.exit(0)));
report({ kind: 'listening', url: standIn.url });
