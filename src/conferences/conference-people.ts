import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { AccountLinkStore } from '../account/account-link-store.js';
import { PersonNames } from '../chats/person-names.js';
import { HostDirectory } from '../host/host-directory.js';
import { must } from '../must.js';
import type { ConferenceCard, Participant } from '../protocol/conference-protocol.js';
import { participantTabs } from '../protocol/conference-texts.js';
import type { ChatKind } from '../protocol/protocol.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../rights/rights.js';
import { ConferenceChatStore } from './conference-chat-store.js';
import type { ParticipantDecision } from './conference-registry-store.js';
import { chatsOf, leadersOf, type JointLesson } from './joined-lesson.js';
import { isLocked, participantsOf } from './participant-rules.js';

/** What participants follow from. */
export interface ConferenceParty extends JointLesson {
  readonly kind: 'lesson' | 'call';
  readonly chatKind: ChatKind | undefined;
  readonly hostId: string | undefined;
  readonly decisions: readonly ParticipantDecision[];
}

/** The school a conference is held in. */
export interface ConferenceSchool {
  readonly name: string;
  readonly timeZone: string;
  readonly chatAdministratorId: string | undefined;
}

/** People of conferences, by name. */
export interface ConferencePeople {
  school(organizationId: string): Promise<ConferenceSchool>;
  /** Tabs in their order, participants by name. */
  of(organizationId: string, party: ConferenceParty): Promise<Pick<ConferenceCard, 'tabs' | 'participants'>>;
}
export const ConferencePeople = Symbol('ConferencePeople') as ServiceIdentifier<ConferencePeople>;

export class NamedConferencePeople implements ConferencePeople {
  constructor(
    @inject(ConferenceChatStore) private readonly chats: ConferenceChatStore,
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(PersonNames) private readonly names: PersonNames,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
  ) {}

  async school(organizationId: string): Promise<ConferenceSchool> {
    const [found] = await this.directory.organizationsById([organizationId]);
    const { name, timeZone, settings } = must(found, `organization ${organizationId}`);
    return { name, timeZone, chatAdministratorId: settings[CHAT_ADMINISTRATOR_SETTING] ?? undefined };
  }

  async of(organizationId: string, party: ConferenceParty): Promise<Pick<ConferenceCard, 'tabs' | 'participants'>> {
    const tabs = [...participantTabs(party.kind, party.chatKind)];
    const [{ chatAdministratorId }, chatMembers] = await Promise.all([
      this.school(organizationId),
      this.chats.chatMembers(organizationId, chatsOf(party)),
    ]);
    const { decisions } = party;
    const leaderIds = leadersOf(party);
    const standings = participantsOf({ tabs, chatMembers, chatAdministratorId, leaderIds, decisions });
    const ids = standings.map(({ personId }) => personId);
    const [nameOf, links] = await Promise.all([this.names.of(ids), this.links.findAll(ids)]);
    const linked = new Set(links.map(({ personId }) => personId));
    const participants = standings.map((standing): Participant => ({
      ...standing,
      name: nameOf(standing.personId),
      linked: linked.has(standing.personId),
      locked: isLocked(standing),
    }));
    return { tabs, participants: participants.sort((a, b) => a.name.localeCompare(b.name, 'ru')) };
  }
}
