import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { PersonNames } from '../chats/person-names.js';
import type { ConferenceWarning, Participant } from '../protocol/conference-protocol.js';
import { ConferenceRegistryStore } from './conference-registry-store.js';
import {
  CONFERENCE_TEXT,
  manyParticipantsText,
  overlapText,
  PARTICIPANTS_LIMIT,
  unlinkedText,
} from './conference-text.js';
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
    @inject(LessonReader) private readonly lessons: LessonReader,
    @inject(PersonNames) private readonly names: PersonNames,
  ) {}

  async of(conference: WarnedConference): Promise<readonly ConferenceWarning[]> {
    const [overlaps, otherGroup] = await Promise.all([this.overlaps(conference), this.otherGroup(conference)]);
    return [...overlaps, ...otherGroup, ...participantWarnings(conference.participants)];
  }

  /** Other conferences of the host, and lessons of theirs that have none. */
  private async overlaps(conference: WarnedConference): Promise<readonly ConferenceWarning[]> {
    const { organizationId, conferenceId, hostId, startsAt, endsAt, timeZone } = conference;
    if (hostId === undefined) return [];
    const [others, lessons, nameOf] = await Promise.all([
      this.store.overlapping(organizationId, hostId, { startsAt, endsAt }, conferenceId),
      this.lessons.ofDay(organizationId, dayOf(startsAt, timeZone), timeZone),
      this.names.of([hostId]),
    ]);
    const known = new Set([conference.lessonId, ...others.map(({ lessonId }) => lessonId)]);
    const taught = lessons.filter(
      (lesson) =>
        lesson.teacherId === hostId &&
        !lesson.cancelled &&
        !known.has(lesson.id) &&
        lesson.startsAt < endsAt &&
        lesson.endsAt > startsAt,
    );
    const text = (other: { title: string; startsAt: Date; endsAt: Date }): string => {
      const period = `${clockOf(other.startsAt, timeZone)}–${clockOf(other.endsAt, timeZone)}`;
      return overlapText(nameOf(hostId), other.title, period);
    };
    return [
      ...others.map((other) => ({
        kind: 'host-overlap' as const,
        text: text(other),
        conferenceId: other.conferenceId,
      })),
      ...taught.map((lesson) => ({ kind: 'host-overlap' as const, text: text(lesson) })),
    ];
  }

  private async otherGroup(conference: WarnedConference): Promise<readonly ConferenceWarning[]> {
    const { organizationId, chatId, lessonId } = conference;
    if (chatId === undefined || lessonId === undefined) return [];
    const [chat, lesson] = await Promise.all([
      this.store.chat(organizationId, chatId, undefined),
      this.lessons.find(organizationId, lessonId),
    ]);
    if (chat === undefined || lesson === undefined || chat.sourceId === '') return [];
    if (lesson.classOrGroupId === chat.sourceId) return [];
    const related = await this.lessons.related(organizationId, chat.sourceId);
    if (related.has(lesson.classOrGroupId)) return [];
    return [{ kind: 'lesson-of-other-group', text: CONFERENCE_TEXT.otherGroup }];
  }
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
