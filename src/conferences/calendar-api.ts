import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import { inject } from 'inversify';

import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes, PublicRoutes } from '../http/api-routes.js';
import type { CalendarState } from '../protocol/conference-protocol.js';
import { CalendarAddress } from './calendar-address.js';
import { CalendarStore, type CalendarOwner } from './calendar-store.js';

/** `/api/calendar`: the address of a person's own calendar; `/calendar/<secret>.ics`: the calendar, without a session. */
export class CalendarApi implements ApiRoutes, PublicRoutes {
  constructor(
    @inject(CalendarAddress) private readonly addresses: CalendarAddress,
    @inject(CalendarStore) private readonly store: CalendarStore,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/calendar', async (context) => context.json(await this.state(ownerOf(context.get('session')))));
    app.post('/api/calendar', async (context) => {
      const owner = ownerOf(context.get('session'));
      const url = await this.addresses.create(owner);
      return context.json({ ...(await this.state(owner)), url }, 201);
    });
    app.delete('/api/calendar', async (context) => {
      const owner = ownerOf(context.get('session'));
      await this.store.revoke(owner);
      return context.json(await this.state(owner));
    });
  }

  /** An address that opens nothing is as unknown as any other. */
  registerPublic(app: Hono): void {
    app.get('/calendar/:file{.+\\.ics}', etag(), async (context) => {
      const text = await this.addresses.open(context.req.param('file').slice(0, -'.ics'.length));
      if (text === undefined) return context.body(null, 404);
      return context.body(text, 200, {
        'Content-Type': 'text/calendar; charset=utf-8',
        'Cache-Control': 'private, max-age=60',
        'Referrer-Policy': 'no-referrer',
      });
    });
  }

  private async state(owner: CalendarOwner): Promise<CalendarState> {
    const createdAt = await this.store.createdAt(owner);
    return createdAt === undefined ? {} : { createdAt: createdAt.toISOString() };
  }
}

function ownerOf({ organizationId, personId }: SessionContext): CalendarOwner {
  return { organizationId, personId };
}
