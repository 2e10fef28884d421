import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import type { Organization } from '../host/host-directory.js';
import { HostLogger } from '../host/host-services.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../rights/rights.js';
import { Messenger } from '../messenger/messenger.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ChatRuleStore, type RuleWrite } from './chat-rule-store.js';
import {
  classChat,
  guardiansChat,
  otherMembers,
  subjectMembers,
  teachersChat,
  type DesiredChat,
} from './chat-rules.js';
import { RosterReader, type ClassesRead, type GroupsRead } from './roster-reader.js';
import { everythingScope, type RosterScope } from './roster-scope.js';
import { planYearTurn, type YearlyChat, type YearTurn } from './school-year-rules.js';

/** Brings the desired side of an organisation's chats up to the directory's present state. */
export interface RosterSynchronizer {
  /**
   * Reads the directory where `scope` says, applies the rules, writes. Nothing is written from an incomplete read. Another
   * chat administrator makes it a look at everything.
   * Safe to repeat and to run in several processes at once.
   * @param by person who asked for it; undefined: the host's events or a pass
   */
  synchronize(organizationId: string, scope: RosterScope, by?: string): Promise<void>;
  /** What {@link synchronize} would write now; writes nothing. @returns undefined for an unknown organisation */
  preview(organizationId: string, scope: RosterScope): Promise<RuleWrite | undefined>;
}
export const RosterSynchronizer = Symbol('RosterSynchronizer') as ServiceIdentifier<RosterSynchronizer>;

/** Somebody else wrote between reading and writing: read again, so often at most. */
const ATTEMPTS = 10;

export class RuleRosterSynchronizer implements RosterSynchronizer {
  constructor(
    @inject(RosterReader) private readonly reader: RosterReader,
    @inject(ChatRuleStore) private readonly store: ChatRuleStore,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  async synchronize(organizationId: string, scope: RosterScope, by?: string): Promise<void> {
    let allClasses = false;
    let looked = scope;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const write = await this.read(organizationId, looked, allClasses);
      if (write === undefined) {
        this.logger.warn('the directory does not know an organization', { organizationId });
        return;
      }
      const result = await this.store.write(by === undefined ? write : { ...write, cause: { kind: 'check', by } });
      // Names change places (6А becomes 7А, 5А becomes 6А): seen together, each title is free for the next class.
      allClasses ||= result.crowded;
      if (result.narrow) looked = everythingScope();
      if (!result.stale && !result.crowded && !result.narrow) {
        if (result.held > 0)
          this.logger.warn('a large removal waits for a confirmation', { organizationId, ...result });
        return;
      }
    }
    throw new Error(`organization ${organizationId} was written by others ${ATTEMPTS} times in a row`);
  }

  preview(organizationId: string, scope: RosterScope): Promise<RuleWrite | undefined> {
    return this.read(organizationId, scope, false);
  }

  private async read(organizationId: string, scope: RosterScope, allClasses: boolean): Promise<RuleWrite | undefined> {
    const version = await this.store.version(organizationId);
    const organization = await this.reader.organization(organizationId);
    return organization && this.desired(organization, scope, allClasses, version);
  }

  private async desired(
    organization: Organization,
    scope: RosterScope,
    allClasses: boolean,
    version: string,
  ): Promise<RuleWrite> {
    const administratorId = organization.settings[CHAT_ADMINISTRATOR_SETTING] ?? undefined;
    const chats: DesiredChat[] = [];
    if (scope.everything || scope.staff) {
      chats.push(teachersChat(administratorId, await this.reader.employees(organization.id)));
    }
    const { asked, ...read } = await this.classesInScope(organization.id, scope, allClasses);
    for (const schoolClass of read.classes) {
      const students = read.students.get(schoolClass.id);
      // A class without an answer is not an empty class: its members stay as they are.
      if (students === undefined) continue;
      chats.push(classChat(administratorId, schoolClass, students));
      chats.push(guardiansChat(administratorId, schoolClass, students, read.guardians));
    }
    const existing = await this.openChats(organization.id, scope, asked);
    const groups = await this.groupsOf(organization.id, existing, scope);
    const foreign = asked === 'everything' ? await this.goneElsewhere(organization.id, existing, read) : read.foreign;
    const turn = this.turn(existing, { ...read, foreign }, asked, groups);
    const ended = new Set(turn.archived.map(({ chatId }) => chatId));
    return {
      organization: {
        id: organization.id,
        name: organization.name,
        timeZone: organization.timeZone,
        chatAdministratorId: administratorId,
      },
      version,
      chats,
      handMade: handMade(
        existing.filter(({ chatId }) => !ended.has(chatId)),
        groups.read,
        administratorId,
        scope,
      ),
      turn,
      cause: { kind: scope.everything ? 'pass' : 'events' },
      allClasses: asked === 'everything',
      complete: scope.everything,
    };
  }

  private async classesInScope(
    organizationId: string,
    scope: RosterScope,
    allClasses: boolean,
  ): Promise<ClassesRead & { asked: Asked }> {
    if (scope.everything || allClasses)
      return { ...(await this.reader.allClasses(organizationId)), asked: 'everything' };
    const ofStudents =
      scope.studentIds.size === 0 ? [] : await this.reader.classIdsOfStudents(organizationId, [...scope.studentIds]);
    const asked = new Set([...scope.classIds, ...ofStudents]);
    const nothing = { classes: [], foreign: new Set<string>(), students: new Map(), guardians: new Map() };
    return { ...(asked.size === 0 ? nothing : await this.reader.classes(organizationId, [...asked])), asked };
  }

  /** Of the classes that the organization has no more, those that another one has now. */
  private goneElsewhere(
    organizationId: string,
    chats: readonly YearlyChat[],
    { classes }: ClassesRead,
  ): Promise<ReadonlySet<string>> {
    const own = new Set(classes.map(({ id }) => id));
    const gone = chats.filter((chat) => isOfClass(chat) && !own.has(chat.sourceId)).map(({ sourceId }) => sourceId);
    return this.reader.foreignClassIds(organizationId, [...new Set(gone)]);
  }

  private async openChats(organizationId: string, scope: RosterScope, asked: Asked): Promise<readonly YearlyChat[]> {
    if (asked === 'everything') return this.store.openChats(organizationId, 'all');
    if (asked.size === 0 && scope.groupIds.size === 0) return [];
    return this.store.openChats(organizationId, [...asked]);
  }

  /** Subject chats follow their group; a change of a class may have changed its groups too. */
  private async groupsOf(
    organizationId: string,
    chats: readonly YearlyChat[],
    scope: RosterScope,
  ): Promise<{ readonly asked: ReadonlySet<string>; readonly read: GroupsRead }> {
    const asked = new Set(
      chats
        .filter(({ kind, sourceId }) => kind === 'subject' && (followsClasses(scope) || scope.groupIds.has(sourceId)))
        .map(({ sourceId }) => sourceId),
    );
    return { asked, read: await this.reader.groups(organizationId, [...asked]) };
  }

  private turn(
    chats: readonly YearlyChat[],
    classes: ClassesRead,
    asked: Asked,
    groups: { readonly asked: ReadonlySet<string>; readonly read: GroupsRead },
  ): YearTurn {
    const everything = asked === 'everything';
    const common = {
      currentYears: everything ? new Set(classes.classes.map(({ schoolYear }) => schoolYear)) : undefined,
      now: this.clock.now(),
      titleLength: this.messenger.abilities.titleLength,
    };
    const ofClasses = chats.filter(isOfClass);
    const ofGroups = chats.filter(({ kind }) => kind === 'subject');
    const parts = [
      planYearTurn(ofClasses, { ...common, asked, sources: classes.classes, foreign: classes.foreign }),
      planYearTurn(ofGroups, {
        ...common,
        asked: groups.asked,
        sources: groups.read.groups,
        foreign: groups.read.foreign,
      }),
    ];
    return {
      moved: parts.flatMap(({ moved }) => moved),
      archived: parts.flatMap(({ archived }) => archived),
      held: parts.flatMap(({ held }) => held),
      released: parts.flatMap(({ released }) => released),
    };
  }
}

/** Classes the directory was asked about. */
type Asked = 'everything' | ReadonlySet<string>;

function isOfClass({ kind }: YearlyChat): boolean {
  return kind === 'class' || kind === 'guardians';
}

function followsClasses(scope: RosterScope): boolean {
  return scope.everything || scope.classIds.size > 0;
}

function handMade(
  chats: readonly YearlyChat[],
  read: GroupsRead,
  administratorId: string | undefined,
  scope: RosterScope,
): RuleWrite['handMade'] {
  const groups = new Map(read.groups.map((group) => [group.id, group]));
  return chats.flatMap(({ chatId, kind, sourceId }): RuleWrite['handMade'] => {
    if (kind === 'other') return scope.everything ? [{ chatId, members: otherMembers(administratorId) }] : [];
    const students = kind === 'subject' ? read.students.get(sourceId) : undefined;
    if (students === undefined) return [];
    return [{ chatId, members: subjectMembers(administratorId, groups.get(sourceId), students) }];
  });
}
