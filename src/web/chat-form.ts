import type {
  ChatCard,
  ChatCheckRequest,
  ChatEdit,
  ChatEntry,
  GroupMembers,
  HandMadeKind,
  NewChat,
} from '../protocol/chat-protocol.js';
import { CHAT_MEMBER_KINDS } from '../protocol/chat-texts.js';
import {
  knownOfChat,
  knownOfGroup,
  memberEdits,
  NO_MEMBERS,
  rebase,
  returnAllToRule,
  type MemberDraft,
  type PersonKind,
} from './member-draft.js';

/** What a person entered in the window of a chat. */
export interface ChatForm {
  /** The chat as the server had it; absent while a new one is made. */
  readonly card: ChatCard | undefined;
  readonly title: string;
  /** The title goes back to that of the rules when the form is saved. */
  readonly titleByRule: boolean;
  /** The title that the form filled in by itself and nobody wrote over. */
  readonly offeredTitle: string;
  readonly kind: ChatEntry['kind'] | undefined;
  readonly group: { readonly id: string; readonly title: string } | undefined;
  readonly members: MemberDraft;
  readonly titleLength: number;
}

export type FormField = 'title' | 'kind' | 'groupId' | 'members';
export type FormErrors = Partial<Readonly<Record<FormField, string>>>;

export function newForm(first: GroupMembers): ChatForm {
  return {
    card: undefined,
    title: '',
    titleByRule: false,
    offeredTitle: '',
    kind: undefined,
    group: undefined,
    members: { ...NO_MEMBERS, known: knownOfGroup(first) },
    titleLength: first.titleLength,
  };
}

export function formOf(card: ChatCard): ChatForm {
  const members = { ...NO_MEMBERS, known: knownOfChat(card.members) };
  const { title, kind } = card.chat;
  const { group, titleLength } = card;
  return { card, title, titleByRule: false, offeredTitle: '', kind, group, members, titleLength };
}

/** Tabs of the members' table. */
export function memberKinds({ kind }: Pick<ChatForm, 'kind'>): readonly PersonKind[] {
  return CHAT_MEMBER_KINDS[kind ?? 'subject'];
}

/** The group brings its pupils and its teacher; what was changed by hand stays. */
export function withGroup(form: ChatForm, group: ChatForm['group'], first: GroupMembers): ChatForm {
  const offered = form.title === '' || form.title === form.offeredTitle;
  const offeredTitle = group === undefined ? '' : Array.from(group.title).slice(0, first.titleLength).join('');
  const members = rebase(form.members, knownOfGroup(first));
  const next = { ...form, group, members, titleLength: first.titleLength };
  return offered ? { ...next, title: offeredTitle, offeredTitle } : next;
}

/** The server's version below the same changes; a title that only they changed is theirs. */
export function rebased(form: ChatForm, card: ChatCard): ChatForm {
  const title = titleChanged(form) ? form.title : card.chat.title;
  const members = rebase(form.members, knownOfChat(card.members));
  return { ...form, card, title, members, titleLength: card.titleLength };
}

/** The title and all members as the rules want them. */
export function returnedToRule(form: ChatForm): ChatForm {
  return withRuleTitle({ ...form, members: returnAllToRule(form.members) });
}

export function withRuleTitle(form: ChatForm): ChatForm {
  const { card } = form;
  if (card?.ruleTitle === undefined || !card.titleByHand) return { ...form, title: card?.ruleTitle ?? form.title };
  return { ...form, title: card.ruleTitle, titleByRule: true };
}

/** Something was decided by hand that the rules of this chat can take over from. */
export function hasDecisions({ card, members }: ChatForm): boolean {
  if (card === undefined || card.chat.kind === 'other') return false;
  const byHand = card.ruleTitle !== undefined && card.titleByHand;
  return byHand || returnAllToRule({ known: members.known, edits: new Map() }).edits.size > 0;
}

export function titleChanged({ card, title, titleByRule }: ChatForm): boolean {
  return titleByRule || title.trim() !== (card?.chat.title ?? '');
}

export function isChanged(form: ChatForm): boolean {
  const chosen = form.card === undefined && (form.kind !== undefined || form.group !== undefined);
  return chosen || titleChanged(form) || form.members.edits.size > 0;
}

/** What is missing, at its field; the server has the last word. */
export function formErrors({ title, kind, group, card, titleByRule, titleLength }: ChatForm): FormErrors {
  const length = Array.from(title.trim()).length;
  return {
    ...(length === 0 && !titleByRule ? { title: 'Введите наименование чата.' } : {}),
    ...(length > titleLength ? { title: `Не длиннее ${titleLength} знаков, сейчас ${length}.` } : {}),
    ...(kind === undefined ? { kind: 'Выберите тип чата.' } : {}),
    ...(card === undefined && kind === 'subject' && group === undefined ? { groupId: 'Выберите группу.' } : {}),
  };
}

/** @param requestId the same for repeats of the same content */
export function newChat(form: ChatForm, requestId: string): NewChat {
  const kind = handMadeKind(form);
  const { title, group } = form;
  const members = memberEdits(form.members, memberKinds(form));
  return {
    requestId,
    kind,
    title,
    members,
    ...(kind === 'subject' && group !== undefined ? { groupId: group.id } : {}),
  };
}

export function chatEdit(form: ChatForm, card: ChatCard, requestId: string): ChatEdit {
  const members = memberEdits(form.members, memberKinds(form));
  const title = form.titleByRule ? { titleByRule: true as const } : titleChanged(form) ? { title: form.title } : {};
  return { requestId, revision: card.revision, members, ...title };
}

export function checkRequest(form: ChatForm): ChatCheckRequest {
  const { card } = form;
  if (card === undefined) {
    const { requestId: _once, ...request } = newChat(form, '');
    return request;
  }
  const members = memberEdits(form.members, memberKinds(form));
  const title = titleChanged(form) && !form.titleByRule ? { title: form.title } : {};
  return { chatId: card.chat.id, members, ...title };
}

function handMadeKind({ kind }: ChatForm): HandMadeKind {
  return kind === 'subject' ? 'subject' : 'other';
}
