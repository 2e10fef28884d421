import type { Hono } from 'hono';
import { inject } from 'inversify';

import { SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import type { ChatCard, ChatSynchronization } from '../protocol/chat-protocol.js';
import { SYNCHRONIZATION_TEXT } from '../protocol/chat-texts.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ChatCards } from './chat-cards.js';
import type { PreviewedMember } from './chat-preview-rules.js';
import { ChatPreview } from './chat-preview.js';
import type { RegistryChat } from './chat-registry-store.js';
import { MemberComparisonStore } from './member-comparison-store.js';
import { reasonTitle } from './member-view.js';
import { PersonNames } from './person-names.js';
import { scopeOfChat } from './roster-scope.js';
import { RosterSynchronizer } from './roster-synchronizer.js';

/** A chat that was synchronised by hand is not again before. */
const COOL_DOWN_MS = 60_000;

/** «Синхронизировать сейчас»: preview and start, see `src/protocol/chat-protocol.ts`. */
export class ChatSynchronizationApi implements ApiRoutes {
  constructor(
    @inject(ChatCards) private readonly cards: ChatCards,
    @inject(ChatPreview) private readonly preview: ChatPreview,
    @inject(RosterSynchronizer) private readonly synchronizer: RosterSynchronizer,
    @inject(MemberComparisonStore) private readonly comparison: MemberComparisonStore,
    @inject(PersonNames) private readonly names: PersonNames,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/chats/:id/synchronization', async (context) => {
      const session = context.get('session');
      return context.json(await this.previewed(session, await this.chat(session, context.req.param('id'))));
    });
    app.post('/api/chats/:id/synchronization', async (context) => {
      const session = context.get('session');
      return context.json(await this.synchronized(session, await this.chat(session, context.req.param('id'))));
    });
  }

  private async chat(session: SessionContext, chatId: string): Promise<RegistryChat> {
    requireRight(session, Right.synchronizationRun);
    const chat = await this.cards.find(session, chatId);
    if (NOT_OPEN.has(chat.state)) throw new SferumError('SFERUM_REQUEST_INVALID', SYNCHRONIZATION_TEXT.notOpen);
    return chat;
  }

  private async previewed(session: SessionContext, chat: RegistryChat): Promise<ChatSynchronization> {
    const { coming, leaving, ...counts } = await this.preview.of(session.organizationId, chat);
    const nameOf = await this.names.of([...coming, ...leaving].map(({ personId }) => personId));
    const named = (people: readonly PreviewedMember[]): ChatSynchronization['coming'] =>
      people
        .map(({ personId, kind, reasons }) => ({
          personId,
          kind,
          name: nameOf(personId),
          reasons: reasons.map(reasonTitle),
        }))
        .sort((a, b) => a.name.localeCompare(b.name, 'ru'));
    const again = (chat.checkedAt?.getTime() ?? 0) + COOL_DOWN_MS;
    return {
      coming: named(coming),
      leaving: named(leaving),
      ...counts,
      ...(chat.comparedAt === undefined ? {} : { comparedAt: chat.comparedAt.toISOString() }),
      ...(again <= this.clock.now().getTime() ? {} : { availableAt: new Date(again).toISOString() }),
    };
  }

  /** The cool-down is taken first, so that a second click does nothing. */
  private async synchronized(session: SessionContext, chat: RegistryChat): Promise<ChatCard> {
    const { organizationId } = session;
    const availableAt = await this.comparison.beginOne(organizationId, chat.chatId, COOL_DOWN_MS);
    if (availableAt !== undefined) {
      throw new SferumError('SFERUM_TOO_SOON', SYNCHRONIZATION_TEXT.tooSoon, {
        fields: { availableAt: availableAt.toISOString() },
      });
    }
    await this.synchronizer.synchronize(organizationId, scopeOfChat(chat), session.personId);
    return this.cards.card(session, chat.chatId);
  }
}

const NOT_OPEN: ReadonlySet<RegistryChat['state']> = new Set(['archived', 'closing', 'closed']);
