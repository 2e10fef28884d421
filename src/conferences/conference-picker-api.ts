import type { Hono } from 'hono';
import { inject } from 'inversify';

import { AccountLinkStore } from '../account/account-link-store.js';
import { fullName } from '../chats/person-names.js';
import { SferumError } from '../errors.js';
import { HostDirectory, type SchoolClass } from '../host/host-directory.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { PeopleQuery, type PeoplePage, type SchoolClasses } from '../protocol/chat-protocol.js';
import {
  ConferenceChatQuery,
  ConferenceLessonQuery,
  LessonsTodayQuery,
  type ConferenceChats,
  type ConferenceLessons,
  type LessonsToday,
  type LessonToday,
} from '../protocol/conference-protocol.js';
import { LESSON_TODAY_TEXT } from '../protocol/conference-texts.js';
import { Right } from '../rights/rights.js';
import { ConferenceChatStore } from './conference-chat-store.js';
import { chatChoice, requirePicking } from './conference-defaults.js';
import { onlyOwnChats } from './conference-editor.js';
import { problemOf } from './conference-problem.js';
import { CONFERENCE_TEXT } from './conference-text.js';
import { LessonList, type ListedLesson } from './lesson-list.js';
import { LessonReader } from './lesson-reader.js';
import { ProblemText } from '../chats/problem-text.js';
import { DatabaseClock } from '../storage/database-clock.js';

const PAGE = 1000;

/** What the form of a conference picks from: chats, lessons, people; and the lessons of a day with their state. */
export class ConferencePickerApi implements ApiRoutes {
  constructor(
    @inject(ConferenceChatStore) private readonly store: ConferenceChatStore,
    @inject(LessonList) private readonly lessons: LessonList,
    @inject(LessonReader) private readonly reader: LessonReader,
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(ProblemText) private readonly problems: ProblemText,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/conference-chats', async (context) =>
      context.json(await this.chats(context.get('session'), context.req.query())),
    );
    app.get('/api/conference-lessons', async (context) =>
      context.json(await this.choices(context.get('session'), context.req.query())),
    );
    app.get('/api/conference-people', async (context) =>
      context.json(await this.people(context.get('session'), context.req.query())),
    );
    app.get('/api/conference-classes', async (context) => context.json(await this.classes(context.get('session'))));
    app.get('/api/lessons/today', async (context) =>
      context.json(await this.today(context.get('session'), context.req.query())),
    );
  }

  private async chats(session: SessionContext, values: unknown): Promise<ConferenceChats> {
    requirePicking(session);
    const { query, kind, offset, limit } = ConferenceChatQuery.parse(values);
    const found = await this.store.chats({
      ...{ organizationId: session.organizationId, personId: onlyOwnChats(session) },
      ...{ query: query.trim(), kind, offset, limit },
    });
    return { total: found.total, items: found.items.map(chatChoice) };
  }

  /** Without the right to see all conferences a person picks from the lessons they teach. */
  private async choices(session: SessionContext, values: unknown): Promise<ConferenceLessons> {
    requirePicking(session);
    const { date, chatId, query, offset, limit } = ConferenceLessonQuery.parse(values);
    const {
      date: day,
      total,
      items,
    } = await this.lessons.search({
      ...{ organizationId: session.organizationId, date, query: query.trim(), offset, limit },
      sources: chatId === undefined ? undefined : await this.sourcesOf(session, chatId),
      teacherId: onlyTaught(session),
    });
    return { date: day, total, items: items.map(({ choice }) => choice) };
  }

  private async sourcesOf(session: SessionContext, chatId: string): Promise<ReadonlySet<string> | undefined> {
    const chat = await this.store.chat(session.organizationId, chatId, onlyOwnChats(session));
    if (chat === undefined) throw new SferumError('SFERUM_NOT_FOUND', CONFERENCE_TEXT.chatUnknown);
    if (chat.sourceId === '') return undefined;
    return this.reader.related(session.organizationId, chat.sourceId);
  }

  private async people({ organizationId, ...session }: SessionContext, values: unknown): Promise<PeoplePage> {
    requirePicking({ organizationId, ...session });
    const { kind, classId, cursor, limit, query } = PeopleQuery.parse(values);
    const page = await this.directory.searchPeople(
      { organizationId, kind, query: query.trim(), ...(classId === undefined ? {} : { classId }) },
      { limit, ...(cursor === undefined ? {} : { cursor }) },
    );
    const links = await this.links.findAll(page.items.map(({ person }) => person.id));
    const linked = new Set(links.map(({ personId }) => personId));
    return {
      items: page.items.map(({ person, detail }) => ({
        ...{ personId: person.id, name: fullName(person), kind, detail, linked: linked.has(person.id) },
      })),
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    };
  }

  private async classes(session: SessionContext): Promise<SchoolClasses> {
    requirePicking(session);
    const classes: SchoolClass[] = [];
    let cursor: string | undefined;
    do {
      const request = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.directory.classes(session.organizationId, request);
      classes.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    const items = classes.map(({ id, name }) => ({ id, name }));
    return { items: items.sort((a, b) => a.name.localeCompare(b.name, 'ru', { numeric: true })) };
  }

  private async today(session: SessionContext, values: unknown): Promise<LessonsToday> {
    const { date, query, show, offset, limit } = LessonsTodayQuery.parse(values);
    const found = await this.lessons.search({
      ...{ organizationId: session.organizationId, date, query: query.trim(), show, offset, limit },
      ...{ sources: undefined, teacherId: onlyTaught(session) },
    });
    return {
      date: found.date,
      total: found.total,
      counts: found.counts,
      items: found.items.map((listed) => this.ofToday(listed)),
      asOf: this.clock.now().toISOString(),
    };
  }

  private ofToday({ lesson, choice, conference }: ListedLesson): LessonToday {
    const { unavailable: _unavailable, unavailableText: _text, ...rest } = choice;
    const status = conference?.state;
    const problem = problemOf(conference, this.problems);
    return {
      ...rest,
      cancelled: lesson.cancelled,
      ...(status === undefined ? {} : { status }),
      statusText: LESSON_TODAY_TEXT[lesson.cancelled ? 'cancelled' : (status ?? 'none')],
      ...(problem === undefined ? {} : { problem }),
    };
  }
}

function onlyTaught(session: SessionContext): string | undefined {
  return session.rights.has(Right.conferenceView) ? undefined : session.personId;
}
