import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import type { Organization } from '../host/host-directory.js';
import { HostLogger } from '../host/host-services.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../rights/rights.js';
import { ChatRuleStore, type HandMadeChat, type RuleWrite } from './chat-rule-store.js';
import {
  classChat,
  guardiansChat,
  otherMembers,
  subjectMembers,
  teachersChat,
  type DesiredChat,
} from './chat-rules.js';
import { RosterReader, type ClassesRead } from './roster-reader.js';
import type { RosterScope } from './roster-scope.js';

/** Brings the desired side of an organisation's chats up to the directory's present state. */
export interface RosterSynchronizer {
  /**
   * Reads the directory where `scope` says, applies the rules, writes. Nothing is written from an incomplete read.
   * Safe to repeat and to run in several processes at once.
   */
  synchronize(organizationId: string, scope: RosterScope): Promise<void>;
}
export const RosterSynchronizer = Symbol('RosterSynchronizer') as ServiceIdentifier<RosterSynchronizer>;

/** Somebody else wrote between reading and writing: read again, so often at most. */
const ATTEMPTS = 10;

export class RuleRosterSynchronizer implements RosterSynchronizer {
  constructor(
    @inject(RosterReader) private readonly reader: RosterReader,
    @inject(ChatRuleStore) private readonly store: ChatRuleStore,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  async synchronize(organizationId: string, scope: RosterScope): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const version = await this.store.version(organizationId);
      const organization = await this.reader.organization(organizationId);
      if (organization === undefined) {
        this.logger.warn('the directory does not know an organization', { organizationId });
        return;
      }
      const write = await this.desired(organization, scope, version);
      const result = await this.store.write(write);
      if (!result.stale) {
        if (result.held > 0)
          this.logger.warn('a large removal waits for a confirmation', { organizationId, ...result });
        return;
      }
    }
    throw new Error(`organization ${organizationId} was written by others ${ATTEMPTS} times in a row`);
  }

  private async desired(organization: Organization, scope: RosterScope, version: string): Promise<RuleWrite> {
    const administratorId = organization.settings[CHAT_ADMINISTRATOR_SETTING] ?? undefined;
    const chats: DesiredChat[] = [];
    if (scope.everything || scope.staff) {
      chats.push(teachersChat(administratorId, await this.reader.employees(organization.id)));
    }
    const read = await this.classesInScope(organization.id, scope);
    for (const schoolClass of read.classes) {
      const students = read.students.get(schoolClass.id);
      // A class without an answer is not an empty class: its members stay as they are.
      if (students === undefined) continue;
      chats.push(classChat(administratorId, schoolClass, students));
      chats.push(guardiansChat(administratorId, schoolClass, students, read.guardians));
    }
    return {
      organization: {
        id: organization.id,
        name: organization.name,
        timeZone: organization.timeZone,
        chatAdministratorId: administratorId,
      },
      version,
      chats,
      handMade: await this.handMade(organization.id, administratorId, scope),
      complete: scope.everything,
    };
  }

  private async classesInScope(organizationId: string, scope: RosterScope): Promise<ClassesRead> {
    if (scope.everything) return this.reader.allClasses(organizationId);
    const ofStudents =
      scope.studentIds.size === 0 ? [] : await this.reader.classIdsOfStudents(organizationId, [...scope.studentIds]);
    const classIds = [...new Set([...scope.classIds, ...ofStudents])];
    if (classIds.length === 0) return { classes: [], students: new Map(), guardians: new Map() };
    return this.reader.classes(classIds);
  }

  /** Subject chats follow their group; a change of a class may have changed its groups too. */
  private async handMade(
    organizationId: string,
    administratorId: string | undefined,
    scope: RosterScope,
  ): Promise<RuleWrite['handMade']> {
    if (!scope.everything && scope.groupIds.size === 0 && scope.classIds.size === 0) return [];
    const existing = (await this.store.handMadeChats(organizationId)).filter(
      (chat) =>
        scope.everything || (chat.kind === 'subject' && (scope.groupIds.has(chat.groupId) || scope.classIds.size > 0)),
    );
    const read = await this.reader.groups([...new Set(existing.map((chat) => chat.groupId).filter((id) => id !== ''))]);
    const groups = new Map(read.groups.map((group) => [group.id, group]));
    return existing.flatMap((chat: HandMadeChat) => {
      if (chat.kind === 'other') return [{ chatId: chat.chatId, members: otherMembers(administratorId) }];
      const students = read.students.get(chat.groupId);
      if (students === undefined) return [];
      return [{ chatId: chat.chatId, members: subjectMembers(administratorId, groups.get(chat.groupId), students) }];
    });
  }
}
