import type { Hono } from 'hono';
import { inject } from 'inversify';

import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { ChatRegistryQuery, type ChatEntryPage, type ChatSources } from '../protocol/chat-protocol.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ChatCards, onlyOwn } from './chat-cards.js';
import { ChatRegistryStore } from './chat-registry-store.js';

/** `GET /api/chats…`: chats of the organisation, or a person's own. */
export class ChatListApi implements ApiRoutes {
  constructor(
    @inject(ChatRegistryStore) private readonly store: ChatRegistryStore,
    @inject(ChatCards) private readonly cards: ChatCards,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/chats', async (context) => {
      const query = ChatRegistryQuery.parse(context.req.query());
      return context.json(await this.list(context.get('session'), query));
    });
    app.get('/api/chat-sources', async (context) => {
      const session = context.get('session');
      const items = await this.store.sources(session.organizationId, onlyOwn(session));
      return context.json({ items: [...items] } satisfies ChatSources);
    });
    app.get('/api/chats/:id', async (context) =>
      context.json(await this.cards.card(context.get('session'), context.req.param('id'))),
    );
  }

  private async list(
    session: SessionContext,
    query: ReturnType<typeof ChatRegistryQuery.parse>,
  ): Promise<ChatEntryPage> {
    const { total, items } = await this.store.list({
      ...query,
      kind: query.kind,
      state: query.state,
      organizationId: session.organizationId,
      personId: onlyOwn(session),
    });
    return {
      total,
      items: items.map((chat) => this.cards.entry(session, chat)),
      asOf: this.clock.now().toISOString(),
    };
  }
}
