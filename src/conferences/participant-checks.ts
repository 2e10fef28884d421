import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { OrganizationPeople, type NamedPerson } from '../chats/organization-people.js';
import { participantTabs } from '../protocol/conference-texts.js';
import { ConferenceChatStore, type ConferenceChat } from './conference-chat-store.js';
import { fieldError } from './conference-form-rules.js';
import { ConferencePeople } from './conference-people.js';
import type { ParticipantDecision } from './conference-registry-store.js';
import { CONFERENCE_TEXT } from './conference-text.js';
import { chatsOf, leadersOf, type JointLesson } from './joined-lesson.js';

export interface AskedParticipants extends Omit<JointLesson, 'chatId'> {
  readonly kind: 'lesson' | 'call';
  readonly chat: ConferenceChat | undefined;
  readonly hostId: string;
  readonly participants: { readonly added: readonly NamedPerson[]; readonly removed: readonly string[] };
}

/** Who may be added to a conference, and who taken out. */
export interface ParticipantChecks {
  /**
   * @returns what to keep: people to add, and members of the chat to leave out
   * @throws SferumError `SFERUM_REQUEST_INVALID` naming the people
   */
  decisions(organizationId: string, asked: AskedParticipants): Promise<readonly ParticipantDecision[]>;
}
export const ParticipantChecks = Symbol('ParticipantChecks') as ServiceIdentifier<ParticipantChecks>;

export class DirectoryParticipantChecks implements ParticipantChecks {
  constructor(
    @inject(ConferenceChatStore) private readonly chats: ConferenceChatStore,
    @inject(ConferencePeople) private readonly people: ConferencePeople,
    @inject(OrganizationPeople) private readonly organizationPeople: OrganizationPeople,
  ) {}

  async decisions(organizationId: string, asked: AskedParticipants): Promise<readonly ParticipantDecision[]> {
    await this.refuse(organizationId, asked);
    const { chat, participants } = asked;
    const members = await this.chats.chatMembers(organizationId, chatsOf({ ...asked, chatId: chat?.chatId }));
    const added = new Map(participants.added.map((person) => [person.personId, person]));
    const inChats = new Map(members.map((member) => [member.personId, member]));
    const removed = participants.removed.flatMap((personId) =>
      added.has(personId) ? [] : (inChats.get(personId) ?? []),
    );
    return [
      ...[...added.values()].map((person) => ({ ...person, hand: 'added' as const })),
      ...removed.map((person) => ({ ...person, hand: 'removed' as const })),
    ];
  }

  private async refuse(organizationId: string, asked: AskedParticipants): Promise<void> {
    const { kind, chat, participants } = asked;
    const { added, removed } = participants;
    const tabs = participantTabs(kind, chat?.kind);
    const misplaced = added.filter((person) => !tabs.includes(person.kind)).map(({ personId }) => personId);
    if (misplaced.length > 0) throw participantsError(CONFERENCE_TEXT.guardians, misplaced);
    const { chatAdministratorId } = await this.people.school(organizationId);
    const leaders = leadersOf(asked);
    const locked = removed.filter((id) => leaders.includes(id) || id === chatAdministratorId);
    if (locked.length > 0) throw participantsError(CONFERENCE_TEXT.locked, locked);
    const strangers = await this.organizationPeople.strangers(organizationId, added);
    if (strangers.length > 0) throw participantsError(CONFERENCE_TEXT.strangers, strangers);
  }
}

function participantsError(message: string, personIds: readonly string[]): Error {
  return fieldError('participants', message, { personIds });
}
