import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { PersonNames } from '../chats/person-names.js';
import type { Lesson } from '../host/host-directory.js';
import type { ConferenceWarning, Participant } from '../protocol/conference-protocol.js';
import { ConferenceChatStore } from './conference-chat-store.js';
import { ConferenceRegistryStore } from './conference-registry-store.js';
import {
  CONFERENCE_TEXT,
  joinedTimeText,
  manyParticipantsText,
  overlapText,
  PARTICIPANTS_LIMIT,
  unlinkedText,
} from './conference-text.js';
import { joinedTitle, leadersOf, type JoinedLesson } from './joined-lesson.js';
import { LessonReader } from './lesson-reader.js';
import { clockOf, dayOf } from './school-time.js';

/** A conference as it is, or as it would be saved. */
export interface WarnedConference {
  readonly organizationId: string;
  /** undefined: not saved yet */
  readonly conferenceId: string | undefined;
  readonly chatId: string | undefined;
  readonly lessonId: string | undefined;
  readonly hostId: string | undefined;
  readonly joined: readonly JoinedLesson[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly participants: readonly Participant[];
  readonly timeZone: string;
}

/** What is allowed, but worth a look. */
export interface ConferenceWarnings {
  of(conference: WarnedConference): Promise<readonly ConferenceWarning[]>;
}
export const ConferenceWarnings = Symbol('ConferenceWarnings') as ServiceIdentifier<ConferenceWarnings>;

export class CheckedConferenceWarnings implements ConferenceWarnings {
  constructor(
    @inject(ConferenceRegistryStore) private readonly store: ConferenceRegistryStore,
    @inject(ConferenceChatStore) private readonly chats: ConferenceChatStore,
    @inject(LessonReader) private readonly lessons: LessonReader,
    @inject(PersonNames) private readonly names: PersonNames,
  ) {}

  async of(conference: WarnedConference): Promise<readonly ConferenceWarning[]> {
    const { organizationId, startsAt, timeZone } = conference;
    const lessons = await this.lessons.ofDay(organizationId, dayOf(startsAt, timeZone), timeZone);
    const [overlaps, otherGroup] = await Promise.all([this.overlaps(conference, lessons), this.otherGroup(conference)]);
    return [
      ...overlaps,
      ...otherGroup,
      ...otherTimes(conference, lessons),
      ...participantWarnings(conference.participants),
    ];
  }

  /** Other conferences of who leads it, and lessons of theirs that have none. */
  private async overlaps(
    conference: WarnedConference,
    lessons: readonly Lesson[],
  ): Promise<readonly ConferenceWarning[]> {
    const { organizationId, conferenceId, startsAt, endsAt, timeZone } = conference;
    const leaders = leadersOf(conference);
    if (leaders.length === 0) return [];
    const [others, nameOf] = await Promise.all([
      this.store.overlapping(organizationId, leaders, { startsAt, endsAt }, conferenceId),
      this.names.of(leaders),
    ]);
    const known = new Set([conference, ...others].flatMap(lessonIds));
    const taught = lessons.filter(
      (lesson) => !lesson.cancelled && !known.has(lesson.id) && lesson.startsAt < endsAt && lesson.endsAt > startsAt,
    );
    const warning = (leaderId: string, other: { title: string; startsAt: Date; endsAt: Date }): ConferenceWarning => ({
      kind: 'host-overlap',
      text: overlapText(nameOf(leaderId), other.title, clockPeriod(other, timeZone)),
    });
    return leaders.flatMap((leaderId) => [
      ...others
        .filter((other) => leadersOf(other).includes(leaderId))
        .map((other) => ({ ...warning(leaderId, other), conferenceId: other.conferenceId })),
      ...taught.filter(({ teacherId }) => teacherId === leaderId).map((lesson) => warning(leaderId, lesson)),
    ]);
  }

  private async otherGroup(conference: WarnedConference): Promise<readonly ConferenceWarning[]> {
    const { organizationId, chatId, lessonId } = conference;
    if (chatId === undefined || lessonId === undefined) return [];
    const [chat, lesson] = await Promise.all([
      this.chats.chat(organizationId, chatId, undefined),
      this.lessons.find(organizationId, lessonId),
    ]);
    if (chat === undefined || lesson === undefined || chat.sourceId === '') return [];
    if (lesson.classOrGroupId === chat.sourceId) return [];
    const related = await this.lessons.related(organizationId, chat.sourceId);
    if (related.has(lesson.classOrGroupId)) return [];
    return [{ kind: 'lesson-of-other-group', text: CONFERENCE_TEXT.otherGroup }];
  }
}

/** Joined lessons that are not at the time of the online lesson. */
function otherTimes(
  { joined, startsAt, endsAt, timeZone }: WarnedConference,
  lessons: readonly Lesson[],
): readonly ConferenceWarning[] {
  return joined.flatMap((one): ConferenceWarning[] => {
    const lesson = one.takesPlace ? lessons.find(({ id }) => id === one.lessonId) : undefined;
    if (lesson === undefined || (lesson.startsAt < endsAt && lesson.endsAt > startsAt)) return [];
    return [{ kind: 'joined-at-other-time', text: joinedTimeText(joinedTitle(one), clockPeriod(lesson, timeZone)) }];
  });
}

function lessonIds({ lessonId, joined }: Pick<WarnedConference, 'lessonId' | 'joined'>): readonly string[] {
  return [...(lessonId === undefined ? [] : [lessonId]), ...joined.map((one) => one.lessonId)];
}

function clockPeriod({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }, timeZone: string): string {
  return `${clockOf(startsAt, timeZone)}–${clockOf(endsAt, timeZone)}`;
}

function participantWarnings(participants: readonly Participant[]): readonly ConferenceWarning[] {
  const there = participants.filter(({ origin }) => origin !== 'removed');
  const unlinked = there.filter(({ linked }) => !linked).length;
  return [
    ...(there.length > PARTICIPANTS_LIMIT
      ? [{ kind: 'many-participants' as const, text: manyParticipantsText(there.length) }]
      : []),
    ...(unlinked > 0 ? [{ kind: 'unlinked-participants' as const, text: unlinkedText(unlinked) }] : []),
  ];
}
