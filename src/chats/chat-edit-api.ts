import type { Hono } from 'hono';
import { inject } from 'inversify';

import { SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import {
  ChatCheckRequest,
  ChatEdit,
  NewChat,
  CandidateDecision,
  ReadingDecision,
  RemovalDecision,
  RetryRequest,
  RuleReturn,
  type ChatCard,
} from '../protocol/chat-protocol.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';
import { ChatCards } from './chat-cards.js';
import { cardAfter, editedBy } from './chat-edit-answer.js';
import { ruleTitle } from './chat-title.js';
import { ChatEditStore, type EditedChat, type EditOutcome } from './chat-edit-store.js';
import { ChatEditor } from './chat-editor.js';
import type { RegistryChat } from './chat-registry-store.js';

/** How long a deletion can be taken back. */
const RESTORABLE_MS = 60_000;

/** Changes of chats: `POST /api/chats`, `PUT` and `DELETE /api/chats/:id`, and what hangs below it. */
export class ChatEditApi implements ApiRoutes {
  constructor(
    @inject(ChatEditor) private readonly editor: ChatEditor,
    @inject(ChatEditStore) private readonly store: ChatEditStore,
    @inject(ChatCards) private readonly cards: ChatCards,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.post('/api/chats', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.chatCreate);
      const { chatId, repeated } = await this.editor.create(session, NewChat.parse(await context.req.json()));
      return context.json(await this.madeCard(session, chatId), repeated ? 200 : 201);
    });
    app.post('/api/chats/check', async (context) => {
      const session = context.get('session');
      const request = ChatCheckRequest.parse(await context.req.json());
      requireRight(session, request.chatId === undefined ? Right.chatCreate : Right.chatEdit);
      return context.json(await this.editor.check(session, request));
    });
    app.put('/api/chats/:id', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.chatEdit);
      const edit = ChatEdit.parse(await context.req.json());
      const chatId = context.req.param('id');
      return context.json(
        await cardAfter(this.cards, session, chatId, await this.editor.change(session, chatId, edit)),
      );
    });
    this.registerDeletion(app);
    this.registerRule(app);
    this.registerDelivery(app);
    this.registerDoubts(app);
  }

  private registerDeletion(app: Hono<ApiEnvironment>): void {
    app.delete('/api/chats/:id', async (context) => {
      const session = context.get('session');
      const chat = await this.chat(session, context.req.param('id'), Right.chatDelete);
      if (chat.kind !== 'subject' && chat.kind !== 'other') {
        throw new SferumError(
          'SFERUM_CHAT_DEFAULT_NOT_DELETABLE',
          'Чат по умолчанию нельзя удалить, его можно только изменить.',
          { fields: { kind: chat.kind } },
        );
      }
      return context.json(await this.carryOut(session, chat, (edited) => this.store.remove(edited, RESTORABLE_MS)));
    });
    app.post('/api/chats/:id/restore', async (context) => {
      const session = context.get('session');
      const chat = await this.chat(session, context.req.param('id'), Right.chatDelete);
      const outcome = await this.store.restore(editedBy(session, chat));
      if (outcome.kind === 'conflict') {
        throw new SferumError('SFERUM_CONFLICT', 'Восстановить чат уже нельзя: участники выведены из него в Сферуме.', {
          fields: { current: await this.cards.card(session, chat.chatId) },
        });
      }
      return context.json(await cardAfter(this.cards, session, chat.chatId, outcome));
    });
  }

  private registerRule(app: Hono<ApiEnvironment>): void {
    app.post('/api/chats/:id/rule', async (context) => {
      const session = context.get('session');
      const chat = await this.chat(session, context.req.param('id'), Right.chatEdit);
      const { revision } = RuleReturn.parse(await context.req.json());
      if (chat.kind === 'other') {
        throw new SferumError('SFERUM_REQUEST_INVALID', 'У чата с типом «Другое» нет правила: состав задаёте вы сами.');
      }
      const title = ruleTitle(chat.kind, chat.sourceName);
      return context.json(await this.carryOut(session, chat, (key) => this.store.returnToRule(key, revision, title)));
    });
    app.post('/api/chats/:id/members/:personId/rule', async (context) => {
      const session = context.get('session');
      const chat = await this.chat(session, context.req.param('id'), Right.chatEdit);
      const personId = context.req.param('personId');
      return context.json(await this.carryOut(session, chat, (key) => this.store.returnMemberToRule(key, personId)));
    });
  }

  private registerDelivery(app: Hono<ApiEnvironment>): void {
    app.post('/api/chats/:id/retry', async (context) => {
      const session = context.get('session');
      const chat = await this.chat(session, context.req.param('id'), Right.synchronizationRun);
      const { personId } = RetryRequest.parse(await context.req.json());
      return context.json(await this.carryOut(session, chat, (key) => this.store.retry(key, personId)));
    });
    app.post('/api/chats/:id/removals', async (context) => {
      const session = context.get('session');
      const chat = await this.chat(session, context.req.param('id'), Right.synchronizationConfirm);
      const { decision, personIds } = RemovalDecision.parse(await context.req.json());
      return context.json(
        await this.carryOut(session, chat, (key) => this.store.decideRemovals(key, decision, personIds)),
      );
    });
  }

  private registerDoubts(app: Hono<ApiEnvironment>): void {
    app.post('/api/chats/:id/reading', async (context) => {
      const session = context.get('session');
      const chat = await this.doubtedChat(session, context.req.param('id'));
      const { decision } = ReadingDecision.parse(await context.req.json());
      return context.json(await this.carryOut(session, chat, (key) => this.store.decideReading(key, decision)));
    });
    app.post('/api/chats/:id/candidates', async (context) => {
      const session = context.get('session');
      const chat = await this.doubtedChat(session, context.req.param('id'));
      const { id } = CandidateDecision.parse(await context.req.json());
      return context.json(
        await this.carryOut(session, chat, (key) => this.store.decideCandidate(key, id ?? undefined)),
      );
    });
    app.post('/api/chats/:id/replacement', async (context) => {
      const session = context.get('session');
      const chat = await this.doubtedChat(session, context.req.param('id'));
      return context.json(await this.carryOut(session, chat, (key) => this.store.replace(key)));
    });
  }

  private chat(session: SessionContext, chatId: string, right: Right): Promise<RegistryChat> {
    requireRight(session, right);
    return this.cards.find(session, chatId);
  }

  /** Nobody decides what they are not shown. */
  private doubtedChat(session: SessionContext, chatId: string): Promise<RegistryChat> {
    requireRight(session, Right.chatView);
    return this.chat(session, chatId, Right.synchronizationConfirm);
  }

  private async carryOut(
    session: SessionContext,
    chat: RegistryChat,
    act: (key: EditedChat) => Promise<EditOutcome>,
  ): Promise<ChatCard> {
    return cardAfter(this.cards, session, chat.chatId, await act(editedBy(session, chat)));
  }

  /** Whoever may create but not see all chats, and is not in the new one, is shown it this once. */
  private madeCard(session: SessionContext, chatId: string): Promise<ChatCard> {
    return this.cards.card({ ...session, rights: new Set([...session.rights, Right.chatView]) }, chatId);
  }
}
