import { SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { ChatCard } from '../protocol/chat-protocol.js';
import { CHAT_CONFLICT_TEXT } from '../protocol/chat-texts.js';
import { CHAT_NOT_FOUND_TEXT } from '../protocol/texts.js';
import type { ChatCards } from './chat-cards.js';
import { titleTaken } from './chat-edit-rules.js';
import type { EditedChat, EditOutcome } from './chat-edit-store.js';
import type { RegistryChat } from './chat-registry-store.js';

/** Who changes which chat, as the stores want it. */
export function editedBy(session: SessionContext, chat: Pick<RegistryChat, 'chatId'>): EditedChat {
  return { organizationId: session.organizationId, chatId: chat.chatId, by: session.personId };
}

/**
 * What a change by hand answers: the chat as it is now.
 * @throws SferumError `SFERUM_NOT_FOUND`, `SFERUM_REQUEST_INVALID`, `SFERUM_CONFLICT` with the chat as it is now
 */
export async function cardAfter(
  cards: ChatCards,
  session: SessionContext,
  chatId: string,
  outcome: EditOutcome,
): Promise<ChatCard> {
  switch (outcome.kind) {
    case 'done':
      return cards.card(session, chatId);
    case 'missing':
      throw new SferumError('SFERUM_NOT_FOUND', CHAT_NOT_FOUND_TEXT);
    case 'title-taken':
      throw titleTaken(outcome.title, outcome.chatKind);
    case 'conflict':
      throw conflict(await cards.card(session, chatId));
  }
}

function conflict(current: ChatCard): SferumError {
  return new SferumError('SFERUM_CONFLICT', conflictText(current), { fields: { current } });
}

function conflictText({ chat: { state }, edited }: ChatCard): string {
  if (state === 'closing' || state === 'closed') return CHAT_CONFLICT_TEXT.deleted;
  return state === 'archived' ? CHAT_CONFLICT_TEXT.archived : CHAT_CONFLICT_TEXT.changed(edited?.by);
}
