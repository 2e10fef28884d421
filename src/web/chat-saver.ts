import type { ChatCard, ChatCheck } from '../protocol/chat-protocol.js';
import { ApiError } from './api-error.js';
import type { ChatClient } from './chat-client.js';
import { chatEdit, checkRequest, newChat, type ChatForm, type FormErrors, type FormField } from './chat-form.js';
import { randomId } from './random-id.js';

/** What saving came to. */
export type SaveOutcome =
  | { readonly kind: 'saved'; readonly card: ChatCard }
  /** People who would come have not linked: save after «Ок». */
  | { readonly kind: 'warning'; readonly unlinked: ChatCheck['unlinked'] }
  /** Somebody saved in between. */
  | { readonly kind: 'conflict'; readonly current: ChatCard }
  | { readonly kind: 'refused'; readonly errors: FormErrors; readonly personIds: readonly string[] }
  | { readonly kind: 'failed'; readonly error: unknown };

type Server = Pick<ChatClient, 'check' | 'create' | 'change'>;

const FIELDS: readonly string[] = ['title', 'groupId', 'members'] satisfies FormField[];

/** Saves one form. A repeat of the same content, after a lost answer or a second click, is the same request. */
export class ChatSaver {
  private sent = '';
  private requestId = '';

  constructor(
    private readonly server: Server,
    private readonly newId: () => string = randomId,
  ) {}

  /** Asks the server who has not linked; saves when there is nobody to warn about. */
  async begin(form: ChatForm): Promise<SaveOutcome> {
    try {
      const { unlinked } = await this.server.check(checkRequest(form));
      if (unlinked.length > 0) return { kind: 'warning', unlinked };
    } catch (error) {
      return outcomeOf(error);
    }
    return this.save(form);
  }

  async save(form: ChatForm): Promise<SaveOutcome> {
    const requestId = this.requestIdOf(form);
    try {
      return { kind: 'saved', card: await this.send(form, requestId) };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  private send(form: ChatForm, requestId: string): Promise<ChatCard> {
    const { card } = form;
    if (card === undefined) return this.server.create(newChat(form, requestId));
    return this.server.change(card.chat.id, chatEdit(form, card, requestId));
  }

  private requestIdOf(form: ChatForm): string {
    const content = JSON.stringify([checkRequest(form), form.card?.revision, form.titleByRule]);
    if (content !== this.sent) {
      this.sent = content;
      this.requestId = this.newId();
    }
    return this.requestId;
  }
}

function outcomeOf(error: unknown): SaveOutcome {
  if (!(error instanceof ApiError)) return { kind: 'failed', error };
  const { current, field, personIds } = error.fields;
  if (error.code === 'SFERUM_CONFLICT' && isCard(current)) return { kind: 'conflict', current };
  if (error.code !== 'SFERUM_REQUEST_INVALID' || typeof field !== 'string' || !FIELDS.includes(field))
    return { kind: 'failed', error };
  const ids = Array.isArray(personIds) ? personIds.filter((id) => typeof id === 'string') : [];
  return { kind: 'refused', errors: { [field]: error.message }, personIds: ids };
}

function isCard(value: unknown): value is ChatCard {
  return typeof value === 'object' && value !== null && 'chat' in value && 'members' in value && 'revision' in value;
}
