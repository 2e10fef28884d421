import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { SferumError } from '../errors.js';
import type { Lesson } from '../host/host-directory.js';
import type { SessionContext } from '../host/host-session.js';
import { Messenger } from '../messenger/messenger.js';
import {
  ConferenceDefaultsQuery,
  type ConferenceChatChoice,
  type ConferenceDefaults as DefaultsView,
} from '../protocol/conference-protocol.js';
import { lessonRule } from '../protocol/conference-texts.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ConferenceCards } from './conference-cards.js';
import { ConferenceChatStore, type ConferenceChat } from './conference-chat-store.js';
import { onlyOwnChats } from './conference-editor.js';
import { ConferencePeople } from './conference-people.js';
import { CONFERENCE_TEXT, lessonConferenceTitle, limitText } from './conference-text.js';
import { sourcesOf } from './joined-lesson.js';
import { JoinedLessonChecks } from './joined-lesson-checks.js';
import { leadingLesson } from './joint-lesson-plan.js';
import { LessonList, type ListedLesson } from './lesson-list.js';
import { LessonReader } from './lesson-reader.js';
import { clockOf, dayOf } from './school-time.js';

/** What the form of a conference is filled with. */
export interface ConferenceDefaults {
  /**
   * @param query not checked yet
   * @throws SferumError `SFERUM_NOT_FOUND` for a chat or lesson that is not there
   */
  of(session: SessionContext, query: unknown): Promise<DefaultsView>;
}
export const ConferenceDefaults = Symbol('ConferenceDefaults') as ServiceIdentifier<ConferenceDefaults>;

const QUARTER_MS = 15 * 60_000;
const LENGTH_MS = 45 * 60_000;

export class FilledConferenceDefaults implements ConferenceDefaults {
  constructor(
    @inject(ConferenceChatStore) private readonly chats: ConferenceChatStore,
    @inject(ConferencePeople) private readonly people: ConferencePeople,
    @inject(LessonReader) private readonly reader: LessonReader,
    @inject(LessonList) private readonly lessons: LessonList,
    @inject(JoinedLessonChecks) private readonly joined: JoinedLessonChecks,
    @inject(ConferenceCards) private readonly cards: ConferenceCards,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  async of(session: SessionContext, query: unknown): Promise<DefaultsView> {
    requirePicking(session);
    const { kind, chatId, lessonId, joinedLessonIds, conferenceId } = ConferenceDefaultsQuery.parse(query);
    const { organizationId } = session;
    // A video call has no lesson: one chosen before the type was changed says nothing.
    const listed = lessonId === undefined || kind === 'call' ? undefined : await this.lesson(session, lessonId);
    const lesson = listed?.lesson;
    const kept = conferenceId === undefined ? [] : (await this.cards.find(session, conferenceId)).joined;
    const [chat, { timeZone }, { joined, lessons }] = await Promise.all([
      this.chat(session, chatId, lesson),
      this.people.school(organizationId),
      this.joined.check(session, { lesson, joinedLessonIds: lesson === undefined ? [] : joinedLessonIds, kept }),
    ]);
    const leading = leadingLesson(lesson, lessons);
    const hostId = leading?.teacherId ?? session.personId;
    const party = await this.people.of(organizationId, {
      ...{ kind, chatId: chat?.chatId, chatKind: chat?.kind, takesPlace: leading === lesson, joined },
      ...{ hostId, decisions: [] },
    });
    const { startsAt, endsAt } = leading ?? nextQuarter(this.clock.now());
    return {
      title: kind === 'call' ? '' : defaultTitle(listed, chat, sourcesOf(joined)),
      date: dayOf(startsAt, timeZone),
      startTime: clockOf(startsAt, timeZone),
      endTime: clockOf(endsAt, timeZone),
      ...(chat === undefined ? {} : { chat: chatChoice(chat) }),
      ...(listed === undefined ? {} : { lesson: listed.choice }),
      lessonRule: lessonRule(kind, chat?.kind),
      ...party,
      limitText: limitText(party.participants.length),
      titleLength: this.messenger.abilities.titleLength,
    };
  }

  private async lesson(session: SessionContext, lessonId: string): Promise<ListedLesson> {
    const lesson = await this.reader.find(session.organizationId, lessonId);
    if (lesson === undefined) throw new SferumError('SFERUM_NOT_FOUND', CONFERENCE_TEXT.lessonUnknown);
    return this.lessons.one(lesson);
  }

  private async chat(
    session: SessionContext,
    chatId: string | undefined,
    lesson: Lesson | undefined,
  ): Promise<ConferenceChat | undefined> {
    const { organizationId } = session;
    if (chatId !== undefined) {
      const chat = await this.chats.chat(organizationId, chatId, onlyOwnChats(session));
      if (chat === undefined) throw new SferumError('SFERUM_NOT_FOUND', CONFERENCE_TEXT.chatUnknown);
      return chat;
    }
    if (lesson === undefined) return undefined;
    const { classOrGroupId } = lesson;
    const offered = (await this.chats.chatsOfSources(organizationId, [classOrGroupId])).get(classOrGroupId);
    return offered && this.chats.chat(organizationId, offered.chatId, onlyOwnChats(session));
  }
}

/** Whoever adds or changes conferences. @throws RightMissingError */
export function requirePicking(session: SessionContext): void {
  if (!session.rights.has(Right.conferenceCreate)) requireRight(session, Right.conferenceEdit);
}

export function chatChoice({ chatId, kind, title, sourceName, members }: ConferenceChat): ConferenceChatChoice {
  return { id: chatId, kind, title, members, ...(sourceName === '' ? {} : { source: sourceName }) };
}

function defaultTitle(
  listed: ListedLesson | undefined,
  chat: ConferenceChat | undefined,
  joined: readonly string[],
): string {
  if (listed !== undefined) return lessonConferenceTitle(listed.choice.subject, listed.choice.source, joined);
  return chat === undefined ? '' : lessonConferenceTitle('', chat.sourceName || chat.title);
}

function nextQuarter(now: Date): { readonly startsAt: Date; readonly endsAt: Date } {
  const startsAt = new Date(Math.ceil(now.getTime() / QUARTER_MS) * QUARTER_MS);
  return { startsAt, endsAt: new Date(startsAt.getTime() + LENGTH_MS) };
}
