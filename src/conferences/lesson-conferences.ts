import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { fullName } from '../chats/person-names.js';
import { ProblemText } from '../chats/problem-text.js';
import { SferumError } from '../errors.js';
import { HostDirectory, type Lesson, type Organization } from '../host/host-directory.js';
import type { SessionContext } from '../host/host-session.js';
import { must } from '../must.js';
import { requireRight } from '../rights/guard.js';
import { CHAT_ADMINISTRATOR_SETTING, Right } from '../rights/rights.js';
import { SettingsSource } from '../settings.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ConferenceStore, type Conference, type WatchedConference } from './conference-store.js';
import { problemOf } from './conference-problem.js';
import { LESSON_TEXT, lessonConferenceTitle } from './conference-text.js';
import { isOver } from './life/conference-state.js';
import { schoolSources } from './school-sources.js';
import { dayOf } from './school-time.js';

/** What keeps an online lesson from starting or ending, or what became of it. */
export interface LessonTrouble {
  /** As the conference's card has it. */
  readonly text: string;
  /** Only people can help; undefined: nobody else than who looks, or it passes by itself. */
  readonly help: { readonly administrator: string | undefined } | undefined;
}

/** A lesson, its online lesson, and what one person is to it. */
export interface LessonView {
  readonly lesson: Lesson;
  readonly conference: WatchedConference | undefined;
  readonly trouble: LessonTrouble | undefined;
  /** Teaches the lesson, hosts its online lesson, or manages the conferences of the organisation. */
  readonly leads: boolean;
  /** Attends the lesson, or was added to its online lesson. */
  readonly attends: boolean;
  /** The lesson is today in the school's time zone. */
  readonly today: boolean;
  /** Its online lesson is over, and can begin again with a new call. */
  readonly beginsAgain: boolean;
  /** The lesson has ended, and so has the time of its online lesson. */
  readonly over: boolean;
  /** Pupils may come in from here on. */
  readonly opensAt: Date;
  readonly now: Date;
  readonly timeZone: string;
}

/** Online lessons as people of a lesson use them. Every action checks right, belonging and state. */
export interface LessonConferences {
  /** @throws SferumError `SFERUM_NOT_FOUND` for a lesson that is unknown or of another organisation */
  view(session: SessionContext, lessonId: string): Promise<LessonView>;
  /** Starts the online lesson; of several people, each gets the one there is. @throws SferumError */
  create(session: SessionContext, lessonId: string): Promise<Conference>;
  /** @returns the link, verbatim; @throws SferumError `SFERUM_CONFERENCE_STATE` while there is none */
  connect(session: SessionContext, lessonId: string): Promise<string>;
  /** Ends the online lesson; harmless when it is over. */
  end(session: SessionContext, lessonId: string): Promise<void>;
}
export const LessonConferences = Symbol('LessonConferences') as ServiceIdentifier<LessonConferences>;

export class DirectoryLessonConferences implements LessonConferences {
  constructor(
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(ConferenceStore) private readonly store: ConferenceStore,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
    @inject(SettingsSource) private readonly source: SettingsSource,
    @inject(ProblemText) private readonly problems: ProblemText,
  ) {}

  async view(session: SessionContext, lessonId: string): Promise<LessonView> {
    const lesson = (await this.directory.lessonsById([lessonId]))[0];
    if (lesson?.organizationId !== session.organizationId) throw unknownLesson();
    const [organizations, conference, inRoster, { foreign }] = await Promise.all([
      this.directory.organizationsById([lesson.organizationId]),
      this.store.ofLesson(lesson.organizationId, lessonId),
      this.isInRoster(session, lesson),
      schoolSources(this.directory, lesson.organizationId, [lesson.classOrGroupId]),
    ]);
    if (foreign.has(lesson.classOrGroupId)) throw unknownLesson();
    // People of other classes, and others who were added, come through the conference.
    const attends =
      inRoster ||
      (conference !== undefined &&
        (await this.store.belongs(lesson.organizationId, conference.conferenceId, session.personId)));
    const now = conference?.asOf ?? this.clock.now();
    const organization = must(organizations[0], `organization ${lesson.organizationId}`);
    const { timeZone } = organization;
    return {
      lesson,
      conference,
      trouble: await this.trouble(session, organization, conference),
      leads:
        [lesson.teacherId, conference?.hostId].includes(session.personId) || session.rights.has(Right.conferenceView),
      attends,
      // One that runs past midnight is today's still.
      today:
        dayOf(now, timeZone) === dayOf(lesson.startsAt, timeZone) || (lesson.startsAt <= now && now < lesson.endsAt),
      beginsAgain: conference?.state === 'finished' && (conference.startable || lesson.endsAt > now),
      over: lesson.endsAt <= now && (conference === undefined || conference.endsAt <= now),
      opensAt: this.opensAt(lesson, conference),
      now,
      timeZone,
    };
  }

  async create(session: SessionContext, lessonId: string): Promise<Conference> {
    requireRight(session, Right.lessonCreate);
    const { lesson, conference, leads, today, beginsAgain, over } = await this.view(session, lessonId);
    if (!leads) throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.notYours);
    if (lesson.cancelled) throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.cancelled);
    if (!today) throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.otherDay);
    if (isOver(conference?.state ?? 'planned') && !beginsAgain) {
      throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.finished);
    }
    if (over && (conference === undefined || conference.state === 'planned')) {
      throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.lessonOver);
    }
    return this.store.startLesson({
      organizationId: lesson.organizationId,
      lessonId,
      lessonTitle: lesson.title,
      title: lessonConferenceTitle(lesson.subject, await this.sourceName(lesson)),
      subject: lesson.subject,
      classOrGroupId: lesson.classOrGroupId,
      hostId: lesson.teacherId,
      startsAt: lesson.startsAt,
      endsAt: lesson.endsAt,
      createdBy: session.personId,
    });
  }

  async connect(session: SessionContext, lessonId: string): Promise<string> {
    requireRight(session, Right.lessonConnect);
    const { conference, leads, attends, now, opensAt } = await this.view(session, lessonId);
    if (!leads && !attends) throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.notYours);
    const early = !leads && now < opensAt;
    if (conference?.state !== 'active' || conference.joinLink === undefined || early) {
      throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.linkNotReady);
    }
    return conference.joinLink;
  }

  async end(session: SessionContext, lessonId: string): Promise<void> {
    requireRight(session, Right.lessonEnd);
    const { conference, leads } = await this.view(session, lessonId);
    if (!leads) throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.notYours);
    if (conference === undefined) throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.notCreated);
    await this.store.end(conference.organizationId, conference.conferenceId);
  }

  private async trouble(
    { personId }: SessionContext,
    { settings }: Organization,
    conference: WatchedConference | undefined,
  ): Promise<LessonTrouble | undefined> {
    const text = problemOf(conference, this.problems);
    if (text === undefined) return undefined;
    const administratorId = settings[CHAT_ADMINISTRATOR_SETTING] ?? undefined;
    if (conference?.stopped !== true || administratorId === personId) return { text, help: undefined };
    const [administrator] = administratorId === undefined ? [] : await this.directory.people([administratorId]);
    return { text, help: { administrator: administrator && fullName(administrator) } };
  }

  /** An online lesson may begin before its lesson: by hand, or with a joined one. */
  private opensAt(lesson: Lesson, conference: Conference | undefined): Date {
    const startsAtMs = Math.min(lesson.startsAt.getTime(), conference?.startsAt.getTime() ?? Infinity);
    return new Date(startsAtMs - this.source.settings.earlyEntryMinutes * 60_000);
  }

  private async isInRoster(session: SessionContext, lesson: Lesson): Promise<boolean> {
    const ids = [lesson.classOrGroupId];
    const rosters = [...(await this.directory.classRosters(ids)), ...(await this.directory.groupRosters(ids))];
    return rosters.some((roster) => roster.studentIds.includes(session.personId));
  }

  private async sourceName({ organizationId, classOrGroupId }: Lesson): Promise<string> {
    const { names } = await schoolSources(this.directory, organizationId, [classOrGroupId]);
    // A class that the directory does not know has no name.
    return names.get(classOrGroupId) ?? '';
  }
}

function unknownLesson(): SferumError {
  return new SferumError('SFERUM_NOT_FOUND', LESSON_TEXT.lessonUnknown);
}
