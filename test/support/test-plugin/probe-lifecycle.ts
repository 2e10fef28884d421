import { inject } from 'inversify';

import { HostHttp, HostSettings } from '../../../src/host/host-services.js';
import { HostSession } from '../../../src/host/host-session.js';
import type { PluginLifecycle } from '../../../src/host/plugin-definition.js';
import { ProbeLinkImport } from './probe-link-import.js';
import { ProbeSetting } from './probe-setting.js';

/** Answers under its mount point with what the host gave it. */
export class ProbeLifecycle implements PluginLifecycle {
  private unmount: (() => void) | undefined;
  private aborted = 0;

  constructor(
    @inject(HostHttp) private readonly http: HostHttp,
    @inject(HostSession) private readonly session: HostSession,
    @inject(HostSettings) private readonly settings: HostSettings,
    @inject(ProbeSetting) private readonly setting: ProbeSetting,
    @inject(ProbeLinkImport) private readonly links: ProbeLinkImport,
  ) {}

  async start(): Promise<void> {
    this.unmount ??= this.http.mount((request) => this.answer(request));
  }

  async stop(): Promise<void> {
    this.unmount?.();
    this.unmount = undefined;
  }

  private async answer(request: Request): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case '/who': {
        const session = await this.session.current(request);
        return Response.json(session === undefined ? null : { ...session, rights: [...session.rights] });
      }
      case '/state':
        return Response.json({ settings: this.settings.values, told: this.setting.told, aborted: this.aborted });
      case '/links':
        return Response.json(this.links.links);
      case '/echo':
        return new Response(await request.text(), { status: 202, headers: { 'X-Method': request.method } });
      case '/stream':
        return this.stream(request);
      case '/throw':
        throw new Error('the handler of the probe');
      default:
        return new Response(new URL(request.url).pathname, { status: 404 });
    }
  }

  /** Stays open until the browser goes away. */
  private stream(request: Request): Response {
    request.signal.addEventListener('abort', () => (this.aborted += 1));
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: hello\n\n')),
    });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  }
}
