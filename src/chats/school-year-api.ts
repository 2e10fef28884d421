import type { Hono } from 'hono';
import { inject } from 'inversify';

import { SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { Messenger } from '../messenger/messenger.js';
import { ClosingDecision, NextYear, type ChatCard } from '../protocol/chat-protocol.js';
import { SCHOOL_YEAR_TEXT } from '../protocol/chat-texts.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ChatCards } from './chat-cards.js';
import { cardAfter, editedBy } from './chat-edit-answer.js';
import type { RegistryChat } from './chat-registry-store.js';
import { YearlySources } from './yearly-sources.js';
import { EnrollmentFeed } from './enrollment-feed.js';
import { scopeOfChat } from './roster-scope.js';
import { SchoolYearEditStore } from './school-year-edit-store.js';
import { archivedTitle } from './school-year-rules.js';

/** What people decide about chats and school years, see `src/protocol/chat-protocol.ts`. */
export class SchoolYearApi implements ApiRoutes {
  constructor(
    @inject(SchoolYearEditStore) private readonly store: SchoolYearEditStore,
    @inject(ChatCards) private readonly cards: ChatCards,
    @inject(YearlySources) private readonly sources: YearlySources,
    @inject(EnrollmentFeed) private readonly feed: EnrollmentFeed,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.put('/api/chats/:id/next-year', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.chatEdit);
      const chat = await this.cards.find(session, context.req.param('id'));
      const { continues } = NextYear.parse(await context.req.json());
      if (!hasSchoolYear(chat)) throw new SferumError('SFERUM_REQUEST_INVALID', SCHOOL_YEAR_TEXT.yearless);
      const outcome = await this.store.setContinues(editedBy(session, chat), continues);
      return context.json(await cardAfter(this.cards, session, chat.chatId, outcome));
    });
    app.post('/api/chats/:id/continue', async (context) =>
      context.json(await this.goOn(context.get('session'), context.req.param('id'))),
    );
    app.post('/api/chats/:id/closing', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.synchronizationConfirm);
      const chat = await this.cards.find(session, context.req.param('id'));
      const { decision } = ClosingDecision.parse(await context.req.json());
      const { titleLength } = this.messenger.abilities;
      const title = archivedTitle(chat.title, { now: this.clock.now(), titleLength });
      const outcome = await this.store.decideClosing(editedBy(session, chat), decision, title);
      return context.json(await cardAfter(this.cards, session, chat.chatId, outcome));
    });
  }

  /** The desired members follow in a look at once, behind the answer. */
  private async goOn(session: SessionContext, chatId: string): Promise<ChatCard> {
    requireRight(session, Right.chatEdit);
    const chat = await this.cards.find(session, chatId);
    const source = await this.sources.current(session.organizationId, chat);
    if (source === undefined) throw new SferumError('SFERUM_REQUEST_INVALID', SCHOOL_YEAR_TEXT.gone);
    const outcome = await this.store.goOn(editedBy(session, chat), source.schoolYear, source.className);
    this.feed.look(session.organizationId, scopeOfChat(chat));
    return cardAfter(this.cards, session, chat.chatId, outcome);
  }
}

function hasSchoolYear({ kind }: RegistryChat): boolean {
  return kind === 'class' || kind === 'guardians' || kind === 'subject';
}
