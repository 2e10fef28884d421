import { SferumError } from '../errors.js';
import type { PersonKind } from '../host/host-directory.js';
import type { MemberRole } from '../messenger/messenger.js';
import { CHAT_MEMBER_KINDS, MEMBER_EDIT_TEXT, PERSON_TAB_TITLE } from '../protocol/chat-texts.js';
import type { ChatKind } from '../protocol/protocol.js';
import { CHAT_KIND_TITLE } from '../protocol/texts.js';
import { cleanTitle } from './chat-title.js';

/** What is decided by hand about one person, see `MemberEdit` of the windows' API. */
export type MemberDecision =
  | { readonly action: 'add'; readonly personId: string; readonly kind: PersonKind; readonly role: MemberRole }
  | { readonly action: 'remove'; readonly personId: string }
  | { readonly action: 'role'; readonly personId: string; readonly role: MemberRole }
  | { readonly action: 'rule'; readonly personId: string };

/** What the rules say about a member already there. */
export interface RuledMember {
  readonly personId: string;
  readonly reasons: readonly string[];
}

const ADMINISTRATOR_REASONS: ReadonlySet<string> = new Set(['chat-administrator', 'class-teacher', 'group-teacher']);

/** The organisation's chat administrator belongs to every chat (R-A3). */
export function isChatAdministrator({ reasons }: Pick<RuledMember, 'reasons'>): boolean {
  return reasons.includes('chat-administrator');
}

export function isAdministratorByRule({ reasons }: Pick<RuledMember, 'reasons'>): boolean {
  return reasons.some((reason) => ADMINISTRATOR_REASONS.has(reason));
}

/**
 * @param longest in characters
 * @returns the cleaned title
 * @throws SferumError `SFERUM_REQUEST_INVALID`
 */
export function checkTitle(title: string, longest: number): string {
  const clean = cleanTitle(title);
  const length = [...clean].length;
  if (length === 0) {
    throw new SferumError('SFERUM_REQUEST_INVALID', 'Заполните поле «Наименование чата».', {
      fields: { field: 'title' },
    });
  }
  if (length > longest) {
    throw new SferumError(
      'SFERUM_REQUEST_INVALID',
      `Наименование чата длиннее ${longest} символов (сейчас ${length}). Сократите его.`,
      { fields: { field: 'title', length, longest } },
    );
  }
  return clean;
}

/**
 * Two chats of one title cannot be told apart in the messenger. A typed one is refused rather than given a number: a
 * title nobody typed would surprise everybody in the chat.
 */
export function titleTaken(title: string, kind: ChatKind): SferumError {
  return new SferumError(
    'SFERUM_REQUEST_INVALID',
    `Чат с наименованием «${title}» уже есть (тип «${CHAT_KIND_TITLE[kind]}»). Добавьте, чем этот чат отличается: класс, группу или год.`,
    { fields: { field: 'title', taken: title } },
  );
}

/** @throws SferumError `SFERUM_REQUEST_INVALID` naming the people it is about */
export function checkDecisions(
  kind: ChatKind,
  decisions: readonly MemberDecision[],
  members: readonly RuledMember[],
): void {
  const seen = new Set<string>();
  refuseFor(
    decisions.filter(({ personId }) => seen.size === seen.add(personId).size),
    MEMBER_EDIT_TEXT.twice,
  );
  const allowed: readonly PersonKind[] = CHAT_MEMBER_KINDS[kind];
  refuseFor(
    decisions.filter((decision) => decision.action === 'add' && !allowed.includes(decision.kind)),
    MEMBER_EDIT_TEXT.kinds(
      CHAT_KIND_TITLE[kind],
      allowed.map((one) => PERSON_TAB_TITLE[one]),
    ),
  );
  const known = new Map(members.map((member) => [member.personId, member]));
  refuseFor(
    decisions.filter(({ action, personId }) => action === 'remove' && isLocked(known.get(personId))),
    MEMBER_EDIT_TEXT.locked,
  );
  refuseFor(
    decisions.filter(
      (decision) =>
        decision.action === 'role' && decision.role === 'member' && isRuledAdministrator(known.get(decision.personId)),
    ),
    MEMBER_EDIT_TEXT.ruledAdministrator,
  );
  refuseFor(
    decisions.filter(({ action, personId }) => action === 'role' && !known.has(personId)),
    MEMBER_EDIT_TEXT.notMember,
  );
}

function isLocked(member: RuledMember | undefined): boolean {
  return member !== undefined && isChatAdministrator(member);
}

function isRuledAdministrator(member: RuledMember | undefined): boolean {
  return member !== undefined && isAdministratorByRule(member);
}

function refuseFor(decisions: readonly MemberDecision[], message: string): void {
  if (decisions.length === 0) return;
  const personIds = decisions.map(({ personId }) => personId);
  throw new SferumError('SFERUM_REQUEST_INVALID', message, { fields: { field: 'members', personIds } });
}
