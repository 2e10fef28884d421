import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { AccountLinkStore } from '../account/account-link-store.js';
import { SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import { Messenger } from '../messenger/messenger.js';
import type { ChatCheck, ChatCheckRequest, ChatEdit, NewChat } from '../protocol/chat-protocol.js';
import { ChatCards } from './chat-cards.js';
import { checkDecisions, checkTitle, titleTaken, type MemberDecision } from './chat-edit-rules.js';
import { ChatEditStore, type CreationOutcome, type EditOutcome } from './chat-edit-store.js';
import { ruleTitle } from './chat-title.js';
import { ChatRegistryStore, type RegistryChat } from './chat-registry-store.js';
import { ChatRuleStore } from './chat-rule-store.js';
import { HandMadeRoster, type RosterOfChat } from './hand-made-roster.js';
import { OrganizationPeople, type NamedPerson } from './organization-people.js';
import { PersonNames } from './person-names.js';

type Checked<T extends { parse(value: unknown): unknown }> = ReturnType<T['parse']>;

/** Adds and changes chats for a person whose right was checked already. */
export interface ChatEditor {
  /** @throws SferumError `SFERUM_REQUEST_INVALID` */
  create(session: SessionContext, request: Checked<typeof NewChat>): Promise<{ chatId: string; repeated: boolean }>;
  /** @throws SferumError `SFERUM_REQUEST_INVALID`, `SFERUM_NOT_FOUND` */
  change(session: SessionContext, chatId: string, edit: Checked<typeof ChatEdit>): Promise<EditOutcome>;
  /** What saving would meet; changes nothing. @throws as saving does */
  check(session: SessionContext, request: Checked<typeof ChatCheckRequest>): Promise<ChatCheck>;
}
export const ChatEditor = Symbol('ChatEditor') as ServiceIdentifier<ChatEditor>;

/** The rules wrote between reading and writing: read again, so often at most. */
const ATTEMPTS = 10;

export class CheckingChatEditor implements ChatEditor {
  constructor(
    @inject(ChatEditStore) private readonly store: ChatEditStore,
    @inject(ChatRuleStore) private readonly rules: ChatRuleStore,
    @inject(ChatRegistryStore) private readonly registry: ChatRegistryStore,
    @inject(ChatCards) private readonly cards: ChatCards,
    @inject(HandMadeRoster) private readonly roster: HandMadeRoster,
    @inject(OrganizationPeople) private readonly people: OrganizationPeople,
    @inject(PersonNames) private readonly names: PersonNames,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(Messenger) private readonly messenger: Messenger,
  ) {}

  async create(
    session: SessionContext,
    request: Checked<typeof NewChat>,
  ): Promise<{ chatId: string; repeated: boolean }> {
    const title = this.title(request.title);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const version = await this.rules.version(session.organizationId);
      const roster = await this.newRoster(session, request.kind, request.groupId, request.members);
      const outcome: CreationOutcome = await this.store.create({
        organization: roster.organization,
        by: session.personId,
        requestId: request.requestId,
        kind: request.kind,
        title,
        groupId: request.groupId ?? '',
        groupTitle: roster.groupTitle,
        schoolYear: roster.schoolYear,
        version,
        members: roster.members,
        decisions: request.members,
      });
      if (outcome.kind === 'title-taken') throw titleTaken(outcome.title, outcome.chatKind);
      if (outcome.kind !== 'stale') return { chatId: outcome.chatId, repeated: outcome.kind === 'repeated' };
    }
    throw new Error(`organization ${session.organizationId} was written by others ${ATTEMPTS} times in a row`);
  }

  async change(session: SessionContext, chatId: string, edit: Checked<typeof ChatEdit>): Promise<EditOutcome> {
    const chat = await this.cards.find(session, chatId);
    await this.checkExisting(session, chat, edit.members);
    const outcome = await this.store.change({
      organizationId: session.organizationId,
      chatId,
      by: session.personId,
      requestId: edit.requestId,
      revision: edit.revision,
      title: this.changedTitle(chat, edit),
      decisions: edit.members,
    });
    if (outcome.kind === 'title-taken') throw titleTaken(outcome.title, outcome.chatKind);
    return outcome;
  }

  async check(session: SessionContext, request: Checked<typeof ChatCheckRequest>): Promise<ChatCheck> {
    const { chatId } = request;
    const chat = chatId === undefined ? undefined : await this.cards.find(session, chatId);
    if (request.title !== undefined && request.title !== chat?.title) {
      const taken = await this.store.titleOwner(session.organizationId, this.title(request.title), chatId);
      if (taken !== undefined) throw titleTaken(taken.title, taken.chatKind);
    }
    const coming =
      chat === undefined
        ? await this.comingToNew(session, request)
        : await this.comingToExisting(session, chat, request.members);
    return { unlinked: await this.unlinked(coming) };
  }

  private title(title: string): string {
    return checkTitle(title, this.messenger.abilities.titleLength);
  }

  private changedTitle(
    chat: RegistryChat,
    { title, titleByRule }: Checked<typeof ChatEdit>,
  ): { text: string; byHand: boolean } | undefined {
    const byRule = ruleTitle(chat.kind, chat.sourceName);
    if (titleByRule && byRule !== undefined) return { text: byRule, byHand: false };
    // A title that was only sent along stays what it is, of the rules or by hand.
    return title === undefined || title === chat.title ? undefined : { text: this.title(title), byHand: true };
  }

  private async newRoster(
    session: SessionContext,
    kind: 'subject' | 'other',
    groupId: string | undefined,
    decisions: readonly MemberDecision[],
  ): Promise<RosterOfChat> {
    if ((kind === 'subject') !== (groupId !== undefined)) {
      throw new SferumError(
        'SFERUM_REQUEST_INVALID',
        kind === 'subject'
          ? 'Заполните поле «Предмет/Группа (Класс)».'
          : 'Поле «Предмет/Группа (Класс)» заполняется только для типа «Предмет».',
        { fields: { field: 'groupId' } },
      );
    }
    const roster = await this.roster.read(session.organizationId, groupId);
    checkDecisions(kind, decisions, roster.members);
    await this.refuseStrangers(session, decisions);
    return roster;
  }

  private async checkExisting(
    session: SessionContext,
    chat: RegistryChat,
    decisions: readonly MemberDecision[],
  ): Promise<void> {
    if (decisions.length === 0) return;
    checkDecisions(chat.kind, decisions, await this.registry.members(session.organizationId, chat.chatId));
    await this.refuseStrangers(session, decisions);
  }

  private async refuseStrangers(session: SessionContext, decisions: readonly MemberDecision[]): Promise<void> {
    const added = decisions.filter((decision) => decision.action === 'add');
    const personIds = await this.people.strangers(session.organizationId, added);
    if (personIds.length === 0) return;
    throw new SferumError(
      'SFERUM_REQUEST_INVALID',
      'Некоторых людей в организации нет: возможно, они выбыли. Уберите их из списка и сохраните ещё раз.',
      { fields: { field: 'members', personIds } },
    );
  }

  private async comingToNew(
    session: SessionContext,
    { kind, groupId, members }: Checked<typeof ChatCheckRequest>,
  ): Promise<readonly NamedPerson[]> {
    const roster = await this.newRoster(session, kind ?? 'other', groupId, members);
    const removed = new Set(members.filter(({ action }) => action === 'remove').map(({ personId }) => personId));
    return [...roster.members, ...members.filter((decision) => decision.action === 'add')].filter(
      ({ personId }) => !removed.has(personId),
    );
  }

  /** Only whom this change brings: the others were warned about before. */
  private async comingToExisting(
    session: SessionContext,
    chat: RegistryChat,
    decisions: readonly MemberDecision[],
  ): Promise<readonly NamedPerson[]> {
    await this.checkExisting(session, chat, decisions);
    const members = await this.registry.members(session.organizationId, chat.chatId);
    const known = new Map(members.map((member) => [member.personId, member]));
    return decisions.flatMap((decision): NamedPerson[] => {
      const member = known.get(decision.personId);
      if (member?.wantedRole !== undefined) return [];
      if (decision.action === 'add') return [decision];
      return decision.action === 'rule' && member !== undefined ? [member] : [];
    });
  }

  private async unlinked(coming: readonly NamedPerson[]): Promise<ChatCheck['unlinked']> {
    const people = new Map(coming.map(({ personId, kind }) => [personId, kind]));
    for (const link of await this.links.findAll([...people.keys()])) people.delete(link.personId);
    const nameOf = await this.names.of([...people.keys()]);
    return [...people]
      .map(([personId, kind]) => ({ personId, kind, name: nameOf(personId) }))
      .sort((a, b) => a.name.localeCompare(b.name, 'ru'));
  }
}
