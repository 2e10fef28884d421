import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { LaneStore } from '../delivery/lane-store.js';
import { SferumError } from '../errors.js';
import { HostDirectory } from '../host/host-directory.js';
import type { SessionContext } from '../host/host-session.js';
import { Messenger } from '../messenger/messenger.js';
import { must } from '../must.js';
import type { ChatCard, ChatEntry, ChatMember } from '../protocol/chat-protocol.js';
import { CHAT_NOT_FOUND_TEXT, CHAT_STATE_TEXT } from '../protocol/texts.js';
import { Right } from '../rights/rights.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ChatRegistryStore, type RegistryChat, type RegistryMember } from './chat-registry-store.js';
import { ruleTitle } from './chat-title.js';
import { chatMember, discreet, type MemberViewContext } from './member-view.js';
import { YearlySources } from './yearly-sources.js';
import { SchoolYearEditStore } from './school-year-edit-store.js';
import { PersonNames } from './person-names.js';
import { ProblemText } from './problem-text.js';

/** Chats as one person may see them. */
export interface ChatCards {
  /** @throws SferumError `SFERUM_NOT_FOUND` also for a chat that the person may not see */
  find(session: SessionContext, chatId: string): Promise<RegistryChat>;
  entry(session: SessionContext, chat: RegistryChat): ChatEntry;
  /** @throws SferumError `SFERUM_NOT_FOUND` */
  card(session: SessionContext, chatId: string): Promise<ChatCard>;
}
export const ChatCards = Symbol('ChatCards') as ServiceIdentifier<ChatCards>;

/** Chats that nobody changes any more. */
const ENDED: ReadonlySet<RegistryChat['state']> = new Set(['archived', 'closing', 'closed']);

/** Problems that ask for a decision. */
const DECISIONS: ReadonlySet<string> = new Set([
  'chat.removal-held',
  'chat.closing-held',
  'chat.reading-held',
  'chat.candidates',
  'chat.creation-unknown',
]);

/** What is said in place of them to those who are not told. */
const REVIEWED = 'chat.reviewed';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class RegistryChatCards implements ChatCards {
  constructor(
    @inject(ChatRegistryStore) private readonly store: ChatRegistryStore,
    @inject(LaneStore) private readonly lanes: LaneStore,
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(YearlySources) private readonly sources: YearlySources,
    @inject(SchoolYearEditStore) private readonly years: SchoolYearEditStore,
    @inject(PersonNames) private readonly names: PersonNames,
    @inject(ProblemText) private readonly problems: ProblemText,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  async find(session: SessionContext, chatId: string): Promise<RegistryChat> {
    const chat = UUID.test(chatId)
      ? await this.store.find(session.organizationId, chatId, onlyOwn(session))
      : undefined;
    if (chat === undefined) throw new SferumError('SFERUM_NOT_FOUND', CHAT_NOT_FOUND_TEXT);
    return chat;
  }

  entry(session: SessionContext, chat: RegistryChat): ChatEntry {
    const may = mayDo(session, chat);
    return {
      id: chat.chatId,
      kind: chat.kind,
      title: chat.title,
      ...(chat.sourceName === '' ? {} : { source: chat.sourceName }),
      members: chat.members,
      present: chat.present,
      waiting: chat.waiting,
      failed: chat.failed,
      held: chat.held,
      state: chat.state,
      stateAt: chat.stateAt.toISOString(),
      ...this.problem(session, chat),
      ...(chat.inviteLink === undefined || chat.state === 'closed' ? {} : { openUrl: chat.inviteLink }),
      ...(chat.restorableUntil === undefined ? {} : { restorableUntil: chat.restorableUntil.toISOString() }),
      checking: chat.inDoubt,
      actions: { edit: may.edit, delete: may.delete },
    };
  }

  async card(session: SessionContext, chatId: string): Promise<ChatCard> {
    const chat = await this.find(session, chatId);
    const members = (await this.store.members(session.organizationId, chatId)).filter(
      // Nobody comes into an archived chat any more: it shows who was there.
      (member) => chat.state !== 'archived' || member.deliveredAccount !== undefined,
    );
    const [nameOf, context] = await Promise.all([
      this.names.of([
        ...members.map(({ personId }) => personId),
        ...(chat.editedBy === undefined ? [] : [chat.editedBy]),
      ]),
      this.memberContext(session, chat),
    ]);
    const byRule = titleByRule(chat);
    const [nextYear, goOn] = await Promise.all([this.nextYear(session, chat), this.mayGoOn(session, chat)]);
    const doubts = onlyOwn(session) === undefined ? await this.doubts(session, chat, members, nameOf) : {};
    return {
      chat: this.entry(session, chat),
      revision: chat.editRevision,
      ...doubts,
      members: members
        .map((member) => chatMember(toldTo(session, member), nameOf(member.personId), context))
        .flatMap((member) => visibleTo(session, member, context))
        .sort((a, b) => a.name.localeCompare(b.name, 'ru')),
      titleByHand: chat.titleByHand,
      ...(byRule === undefined ? {} : { ruleTitle: byRule }),
      ...(chat.kind === 'subject' ? { group: { id: chat.sourceId, title: chat.sourceName } } : {}),
      ...(chat.editedBy === undefined || chat.editedAt === undefined
        ? {}
        : { edited: { by: nameOf(chat.editedBy), at: chat.editedAt.toISOString() } }),
      ...nextYear,
      titleLength: this.messenger.abilities.titleLength,
      may: { ...mayDo(session, chat), goOn },
    };
  }

  /** What a person has to decide because the messenger cannot be believed; for those who see all members only. */
  private async doubts(
    session: SessionContext,
    chat: RegistryChat,
    members: readonly RegistryMember[],
    nameOf: (personId: string) => string,
  ): Promise<Pick<ChatCard, 'reading' | 'candidates'>> {
    const missing = members
      .filter((member) => member.missing)
      .map(({ personId }) => ({ personId, name: nameOf(personId) }))
      .sort((a, b) => a.name.localeCompare(b.name, 'ru'));
    const candidates = chat.asks ? await this.store.candidates(session.organizationId, chat.chatId) : [];
    return {
      ...(chat.readingMissing === 0 ? {} : { reading: { missing } }),
      ...(chat.asks
        ? {
            candidates: candidates.map(({ remoteId, title, personIds, others, whole }) => ({
              ...{ id: remoteId, title, others, whole },
              people: personIds.map(nameOf).sort((a, b) => a.localeCompare(b, 'ru')),
            })),
          }
        : {}),
    };
  }

  private async nextYear(session: SessionContext, chat: RegistryChat): Promise<Pick<ChatCard, 'nextYear'>> {
    if (chat.kind === 'teachers' || chat.kind === 'other') return {};
    const continues = chat.continues ?? (await this.years.continuesByDefault(session.organizationId));
    return { nextYear: { continues, byHand: chat.continues !== undefined } };
  }

  private async mayGoOn(session: SessionContext, chat: RegistryChat): Promise<boolean> {
    if (chat.state !== 'archived' || !session.rights.has(Right.chatEdit)) return false;
    return (await this.sources.current(session.organizationId, chat)) !== undefined;
  }

  private problem(session: SessionContext, chat: RegistryChat): Pick<ChatEntry, 'problem'> {
    const code = chat.failureCode ?? heldCode(chat);
    if (code === undefined) return {};
    if (isHidden(session, code)) return { problem: { code: REVIEWED, text: this.problems.textOf(REVIEWED) } };
    const nextAttemptAt = chat.nextAttemptAt === undefined ? {} : { nextAttemptAt: chat.nextAttemptAt.toISOString() };
    return { problem: { code, text: this.problems.textOf(code), ...nextAttemptAt } };
  }

  private async memberContext(session: SessionContext, chat: RegistryChat): Promise<MemberViewContext> {
    const [organizations, lane] = await Promise.all([
      this.directory.organizationsById([session.organizationId]),
      this.lanes.view(session.organizationId),
    ]);
    const { timeZone } = must(organizations[0], `organization ${session.organizationId}`);
    const { edit, retry } = mayDo(session, chat);
    return {
      problemText: (code) => this.problems.textOf(code),
      time: timeText(timeZone, this.clock.now()),
      standstill: this.standstill(session, chat, lane?.stopCode),
      outOfReach: chat.outOfReach,
      hasInvite: chat.inviteLink !== undefined,
      may: { edit, retry, seeLinks: session.rights.has(Right.linkView) },
    };
  }

  /** Why nobody comes or goes. */
  private standstill(session: SessionContext, chat: RegistryChat, stopCode: string | undefined): string | undefined {
    const code = chat.standstillCode ?? stopCode;
    if (code === undefined) return undefined;
    if (isHidden(session, code)) return this.problems.textOf(REVIEWED);
    return chat.asks ? CHAT_STATE_TEXT.undecided : this.problems.textOf(code);
  }
}

/** «в 12:05», and with its day where that is not today: «28.11 в 12:05». */
function timeText(timeZone: string, now: Date): (at: Date) => string {
  const time = new Intl.DateTimeFormat('ru-RU', { timeZone, timeStyle: 'short' });
  const day = new Intl.DateTimeFormat('ru-RU', { timeZone, day: '2-digit', month: '2-digit' });
  return (at) => `${day.format(at) === day.format(now) ? '' : `${day.format(at)} `}в ${time.format(at)}`;
}

/** Whoever sees only their own chats is not told which decision is asked for. */
function isHidden(session: SessionContext, code: string): boolean {
  return onlyOwn(session) !== undefined && DECISIONS.has(code);
}

/** A title of the rules may have a number that tells it apart. */
function titleByRule({ kind, sourceName, title, titleByHand }: RegistryChat): string | undefined {
  const byRule = ruleTitle(kind, sourceName);
  return byRule === undefined || titleByHand ? byRule : title;
}

/** Without the right to see all chats a person sees those they belong to. */
export function onlyOwn(session: SessionContext): string | undefined {
  return session.rights.has(Right.chatView) ? undefined : session.personId;
}

/** A list that is not believed is nothing to tell those it leaves out. */
function toldTo(session: SessionContext, member: RegistryMember): RegistryMember {
  return onlyOwn(session) === undefined ? member : { ...member, missing: false };
}

/** Whoever sees only their own chats sees all about themselves, and of the others who belongs there. */
function visibleTo(session: SessionContext, member: ChatMember, context: MemberViewContext): readonly ChatMember[] {
  if (onlyOwn(session) === undefined || member.personId === session.personId) return [member];
  return member.state === 'absent' || member.state === 'to-remove' ? [] : [discreet(member, context)];
}

function heldCode({ held, closingHeld, asks }: RegistryChat): string | undefined {
  if (asks) return 'chat.candidates';
  if (closingHeld) return 'chat.closing-held';
  return held > 0 ? 'chat.removal-held' : undefined;
}

function mayDo(session: SessionContext, chat: RegistryChat): Omit<ChatCard['may'], 'goOn'> {
  const open = !ENDED.has(chat.state);
  const handMade = chat.kind === 'subject' || chat.kind === 'other';
  const confirms = session.rights.has(Right.synchronizationConfirm);
  const decidesDoubts = confirms && onlyOwn(session) === undefined;
  return {
    edit: open && session.rights.has(Right.chatEdit),
    delete: open && handMade && session.rights.has(Right.chatDelete),
    restore: chat.restorableUntil !== undefined && session.rights.has(Right.chatDelete),
    retry: chat.state !== 'closed' && chat.state !== 'archived' && session.rights.has(Right.synchronizationRun),
    decideReading: chat.readingMissing > 0 && decidesDoubts,
    decideCandidates: chat.asks && decidesDoubts,
    replace: chat.outOfReach && open && chat.state !== 'closing' && decidesDoubts,
    decideRemovals: chat.held > 0 && confirms,
    decideClosing: chat.closingHeld && confirms,
  };
}
