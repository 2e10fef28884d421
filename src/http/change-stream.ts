import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { inject } from 'inversify';
import { bufferTime, endWith, filter, ignoreElements, interval, map, merge, takeUntil, type Observable } from 'rxjs';

import type { ChangeNotice } from '../protocol/protocol.js';
import { Notifications, type ChangeTopic } from '../storage/notifications.js';
import type { ApiEnvironment, ApiRoutes } from './api-routes.js';

/** Changes of this time reach a window as one message. */
const COLLECT_MS = 200;
/** So that the connection is not taken for dead on its way. */
const KEEP_ALIVE_MS = 20_000;

const EVERYTHING: ChangeTopic[] = ['chats', 'progress', 'conferences', 'link', 'rights'];

/** `GET /api/events`: tells a window what to read again. */
export class ChangeStream implements ApiRoutes {
  constructor(@inject(Notifications) private readonly notifications: Notifications) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/events', (context) => {
      const { organizationId } = context.get('session');
      // A proxy that collects would keep messages back.
      context.header('X-Accel-Buffering', 'no');
      return streamSSE(context, async (stream) => {
        context.req.raw.signal.addEventListener('abort', () => stream.abort(), { once: true });
        const beats = interval(KEEP_ALIVE_MS).pipe(map(() => undefined));
        await stream.write(': open\n\n');
        await new Promise<void>((resolve) => {
          const ended = this.notifications.received.pipe(ignoreElements(), endWith(undefined));
          const subscription = merge(this.topics(organizationId), beats)
            .pipe(takeUntil(ended))
            .subscribe({
              next: (topics) => void stream.write(topics === undefined ? ': alive\n\n' : message({ topics })),
              complete: resolve,
            });
          stream.onAbort(() => {
            subscription.unsubscribe();
            resolve();
          });
        });
      });
    });
  }

  private topics(organizationId: string): Observable<ChangeTopic[]> {
    return this.notifications.received.pipe(
      map((notification): ChangeTopic[] => {
        if (notification.kind === 'resumed') return EVERYTHING;
        return notification.kind === 'change' && notification.organizationId === organizationId
          ? [notification.topic]
          : [];
      }),
      filter((topics) => topics.length > 0),
      bufferTime(COLLECT_MS),
      filter((batches) => batches.length > 0),
      map((batches) => [...new Set(batches.flat())]),
    );
  }
}

function message(notice: ChangeNotice): string {
  return `data: ${JSON.stringify(notice)}\n\n`;
}
