import type { Hono } from 'hono';
import { inject } from 'inversify';

import { AccountLinkStore } from '../account/account-link-store.js';
import { SferumError } from '../errors.js';
import { HostDirectory, type SchoolClass } from '../host/host-directory.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { Messenger } from '../messenger/messenger.js';
import {
  PeopleQuery,
  StudyGroupQuery,
  type GroupMembers,
  type PeoplePage,
  type SchoolClasses,
} from '../protocol/chat-protocol.js';
import { SCHOOL_CLASS_TEXT } from '../protocol/chat-texts.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';
import { isChatAdministrator } from './chat-edit-rules.js';
import { HandMadeRoster } from './hand-made-roster.js';
import { reasonTitle } from './member-view.js';
import { fullName, PersonNames } from './person-names.js';
import { StudyGroupList } from './study-group-list.js';

const PAGE = 1000;

/** What the form of a chat picks from: people, classes, study groups. */
export class MemberPickerApi implements ApiRoutes {
  constructor(
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(StudyGroupList) private readonly groups: StudyGroupList,
    @inject(HandMadeRoster) private readonly roster: HandMadeRoster,
    @inject(PersonNames) private readonly names: PersonNames,
    @inject(Messenger) private readonly messenger: Messenger,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/people', async (context) => {
      const session = pickingSession(context.get('session'));
      return context.json(await this.people(session.organizationId, PeopleQuery.parse(context.req.query())));
    });
    app.get('/api/school-classes', async (context) => {
      const session = pickingSession(context.get('session'));
      return context.json(await this.classes(session.organizationId));
    });
    app.get('/api/study-groups', async (context) => {
      const session = pickingSession(context.get('session'));
      const { query, offset, limit } = StudyGroupQuery.parse(context.req.query());
      return context.json(await this.groups.search(session.organizationId, query.trim(), offset, limit));
    });
    app.get('/api/study-groups/:id/members', async (context) => {
      const session = pickingSession(context.get('session'));
      return context.json(await this.members(session.organizationId, context.req.param('id')));
    });
    app.get('/api/chat-administrator', async (context) => {
      const session = pickingSession(context.get('session'));
      return context.json(await this.members(session.organizationId, undefined));
    });
  }

  private async people(organizationId: string, query: ReturnType<typeof PeopleQuery.parse>): Promise<PeoplePage> {
    const { kind, classId, cursor, limit } = query;
    if (classId !== undefined) await this.refuseForeignClass(organizationId, classId);
    const page = await this.directory.searchPeople(
      { organizationId, kind, query: query.query.trim(), ...(classId === undefined ? {} : { classId }) },
      { limit, ...(cursor === undefined ? {} : { cursor }) },
    );
    const linked = await this.linked(page.items.map(({ person }) => person.id));
    return {
      items: page.items.map(({ person, detail }) => ({
        personId: person.id,
        name: fullName(person),
        kind,
        detail,
        linked: linked.has(person.id),
      })),
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    };
  }

  /** Who of one's own people is in another school's class is that school's business. */
  private async refuseForeignClass(organizationId: string, classId: string): Promise<void> {
    const [found] = await this.directory.classesById([classId]);
    if (found?.organizationId === organizationId) return;
    throw new SferumError('SFERUM_REQUEST_INVALID', SCHOOL_CLASS_TEXT.gone, { fields: { field: 'classId' } });
  }

  private async classes(organizationId: string): Promise<SchoolClasses> {
    const classes: SchoolClass[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.directory.classes(organizationId, {
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      classes.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    const items = classes.map(({ id, name }) => ({ id, name }));
    return { items: items.sort((a, b) => a.name.localeCompare(b.name, 'ru', { numeric: true })) };
  }

  private async members(organizationId: string, groupId: string | undefined): Promise<GroupMembers> {
    const { members } = await this.roster.read(organizationId, groupId);
    const ids = members.map(({ personId }) => personId);
    const [nameOf, linked] = await Promise.all([this.names.of(ids), this.linked(ids)]);
    return {
      members: members
        .map((member) => ({
          personId: member.personId,
          name: nameOf(member.personId),
          kind: member.kind,
          role: member.role,
          linked: linked.has(member.personId),
          locked: isChatAdministrator(member),
          reasons: member.reasons.map(reasonTitle),
        }))
        .sort((a, b) => a.name.localeCompare(b.name, 'ru')),
      titleLength: this.messenger.abilities.titleLength,
    };
  }

  private async linked(personIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await this.links.findAll(personIds)).map(({ personId }) => personId));
  }
}

/** Whoever adds or changes chats picks from the organisation's people. @throws RightMissingError */
function pickingSession(session: SessionContext): SessionContext {
  if (!session.rights.has(Right.chatCreate)) requireRight(session, Right.chatEdit);
  return session;
}
