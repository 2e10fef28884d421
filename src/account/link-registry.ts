import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { RightMissingError, SferumError } from '../errors.js';
import { HostLogger } from '../host/host-services.js';
import type { SessionContext } from '../host/host-session.js';
import { must } from '../must.js';
import type { LinkList, LinkSummary, ReminderResult } from '../protocol/account-protocol.js';
import { LINK_CLASS_FOREIGN_TEXT, REMINDER_PAUSE_DAYS } from '../protocol/account-texts.js';
import { Right } from '../rights/rights.js';
import { HostDirectory, type SchoolClass } from '../host/host-directory.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { AccountLinkStore, type AccountLink } from './account-link-store.js';
import { filteredPeople, linkRow, linkSummary, type LinkFilter, type SchoolPerson } from './link-list.js';
import type { PrintedLinks } from './link-print-text.js';
import { LinkReminderStore } from './link-reminder-store.js';
import { SchoolPeopleReader } from './school-people-reader.js';

const DAY_MS = 86_400_000;

/**
 * Links of others: of the whole organisation with the right `sferum.link.view`, of their own classes for class teachers.
 * Every method throws RightMissingError for anybody else.
 */
export interface LinkRegistry {
  mayOpen(session: SessionContext): Promise<boolean>;
  list(session: SessionContext, query: LinkFilter & Page): Promise<LinkList>;
  /** Everybody who fits, for paper. */
  printed(session: SessionContext, filter: LinkFilter): Promise<PrintedLinks>;
  summary(session: SessionContext): Promise<LinkSummary>;
  /** People outside of what the session may see are left out. */
  remind(session: SessionContext, personIds: readonly string[]): Promise<ReminderResult>;
}
export const LinkRegistry = Symbol('LinkRegistry') as ServiceIdentifier<LinkRegistry>;

interface Page {
  readonly offset: number;
  readonly limit: number;
}

interface Scope {
  readonly kind: LinkSummary['scope'];
  readonly classes: readonly SchoolClass[];
}

export class DirectoryLinkRegistry implements LinkRegistry {
  constructor(
    @inject(SchoolPeopleReader) private readonly school: SchoolPeopleReader,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(LinkReminderStore) private readonly reminders: LinkReminderStore,
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  async mayOpen(session: SessionContext): Promise<boolean> {
    if (session.rights.has(Right.linkView)) return true;
    return (await this.school.ownClasses(session.organizationId, session.personId)).length > 0;
  }

  async list(session: SessionContext, query: LinkFilter & Page): Promise<LinkList> {
    const scope = await this.scope(session);
    if (query.classId !== undefined && scope.classes.every((schoolClass) => schoolClass.id !== query.classId)) {
      const { code, fields } = new RightMissingError(Right.linkView);
      throw new SferumError(code, LINK_CLASS_FOREIGN_TEXT, { fields });
    }
    const people = await this.people(session, scope, query);
    const links = await this.linksOf(people);
    const found = filteredPeople(people, links, query);
    const shown = found.slice(query.offset, query.offset + query.limit);
    const reminded = await this.reminders.lastOf(shown.map((person) => person.personId));
    const now = this.clock.now();
    const items = shown.map((person) => {
      const at = reminded.get(person.personId);
      const rested = at === undefined || now.getTime() - at.getTime() >= REMINDER_PAUSE_DAYS * DAY_MS;
      return linkRow(person, links.get(person.personId), at, rested);
    });
    return { total: found.length, items, asOf: now.toISOString() };
  }

  async printed(session: SessionContext, filter: LinkFilter): Promise<PrintedLinks> {
    const [list, scope, [organization]] = await Promise.all([
      this.list(session, { ...filter, offset: 0, limit: Number.MAX_SAFE_INTEGER }),
      this.scope(session),
      this.directory.organizationsById([session.organizationId]),
    ]);
    const chosen = scope.classes.filter(({ id }) => id === filter.classId || scope.kind === 'class');
    const { name, timeZone } = must(organization, `organization ${session.organizationId}`);
    return {
      organizationName: name,
      timeZone,
      classNames: chosen.map((schoolClass) => schoolClass.name),
      list,
    };
  }

  async summary(session: SessionContext): Promise<LinkSummary> {
    const scope = await this.scope(session);
    const whole = scope.kind === 'organization';
    const [ofClasses, employees] = await Promise.all([
      this.school.ofClasses(scope.classes),
      whole ? this.school.employees(session.organizationId) : undefined,
    ]);
    const links = await this.linksOf([...ofClasses, ...(employees ?? [])]);
    const counted = linkSummary(scope.classes, ofClasses, employees, links);
    return { scope: scope.kind, ...counted, asOf: this.clock.now().toISOString() };
  }

  async remind(session: SessionContext, personIds: readonly string[]): Promise<ReminderResult> {
    const scope = await this.scope(session);
    const visible = new Set((await this.people(session, scope, {})).map((person) => person.personId));
    const asked = [...new Set(personIds)].filter((id) => visible.has(id));
    const { organizationId, personId } = session;
    const reminded = await this.reminders.remind(organizationId, asked, personId, REMINDER_PAUSE_DAYS);
    if (reminded.length > 0) {
      this.logger.info('people were reminded to link', { organizationId, by: personId, reminded: reminded.length });
    }
    return { reminded: reminded.length, skipped: personIds.length - reminded.length };
  }

  private async scope(session: SessionContext): Promise<Scope> {
    if (session.rights.has(Right.linkView)) {
      return { kind: 'organization', classes: await this.school.classes(session.organizationId) };
    }
    const classes = await this.school.ownClasses(session.organizationId, session.personId);
    if (classes.length === 0) throw new RightMissingError(Right.linkView);
    return { kind: 'class', classes };
  }

  /** Only what the filter can need is read. */
  private async people(
    session: SessionContext,
    scope: Scope,
    { role, classId }: Pick<LinkFilter, 'role' | 'classId'>,
  ): Promise<readonly SchoolPerson[]> {
    const classes = scope.classes.filter((schoolClass) => classId === undefined || schoolClass.id === classId);
    const withEmployees = scope.kind === 'organization' && classId === undefined && (role ?? 'employee') === 'employee';
    const [ofClasses, employees] = await Promise.all([
      role === 'employee' ? [] : this.school.ofClasses(classes),
      withEmployees ? this.school.employees(session.organizationId) : [],
    ]);
    return [...ofClasses, ...employees];
  }

  private async linksOf(people: readonly SchoolPerson[]): Promise<ReadonlyMap<string, AccountLink>> {
    const links = await this.links.findAll([...new Set(people.map((person) => person.personId))]);
    return new Map(links.map((link) => [link.personId, link]));
  }
}
