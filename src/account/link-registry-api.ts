import type { Hono } from 'hono';
import { inject } from 'inversify';

import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { LinkListQuery, ReminderRequest } from '../protocol/account-protocol.js';
import { printedLinks } from './link-print-text.js';
import { LinkRegistry } from './link-registry.js';
import { LinkReminderStore } from './link-reminder-store.js';

/** `/api/links…`, and `/api/link/reminder/seen`: the person looked at their reminder. */
export class LinkRegistryApi implements ApiRoutes {
  constructor(
    @inject(LinkRegistry) private readonly registry: LinkRegistry,
    @inject(LinkReminderStore) private readonly reminders: LinkReminderStore,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/links', async (context) => {
      const { role, classId, state, ...query } = LinkListQuery.parse(context.req.query());
      return context.json(await this.registry.list(context.get('session'), { ...query, role, classId, state }));
    });
    app.get('/api/links/print', async (context) => {
      const { role, classId, state, query } = LinkListQuery.parse(context.req.query());
      const filter = { role, classId, state, query };
      return context.html(printedLinks(await this.registry.printed(context.get('session'), filter)));
    });
    app.get('/api/links/summary', async (context) => context.json(await this.registry.summary(context.get('session'))));
    app.post('/api/links/remind', async (context) => {
      const { personIds } = ReminderRequest.parse(await context.req.json());
      return context.json(await this.registry.remind(context.get('session'), personIds));
    });
    app.post('/api/link/reminder/seen', async (context) => {
      await this.reminders.seen(context.get('session').personId);
      return context.json({});
    });
  }
}
