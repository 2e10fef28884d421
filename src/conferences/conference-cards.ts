import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { PersonNames } from '../chats/person-names.js';
import { ProblemText } from '../chats/problem-text.js';
import { SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { ConferenceCard, ConferenceEntry } from '../protocol/conference-protocol.js';
import { must } from '../must.js';
import { lessonRule } from '../protocol/conference-texts.js';
import { Right } from '../rights/rights.js';
import { ConferencePeople } from './conference-people.js';
import { problemOf } from './conference-problem.js';
import { ConferenceRegistryStore, type RegistryConference } from './conference-registry-store.js';
import { isJoinable, isOver } from './life/conference-state.js';
import { CONFERENCE_NOT_FOUND_TEXT, limitText, timetableText } from './conference-text.js';
import { ConferenceWarnings } from './conference-warnings.js';
import { joinedTitle } from './joined-lesson.js';
import { differsFromTimetable } from './lesson-follow-plan.js';
import { clockOf, dayOf, periodText } from './school-time.js';

/** Conferences as one person may see them. */
export interface ConferenceCards {
  /** @throws SferumError `SFERUM_NOT_FOUND` also for one that the person may not see */
  find(session: SessionContext, conferenceId: string): Promise<RegistryConference>;
  entries(session: SessionContext, conferences: readonly RegistryConference[]): Promise<ConferenceEntry[]>;
  /** @throws SferumError `SFERUM_NOT_FOUND` */
  card(session: SessionContext, conferenceId: string): Promise<ConferenceCard>;
}
export const ConferenceCards = Symbol('ConferenceCards') as ServiceIdentifier<ConferenceCards>;

export const CONFERENCE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class RegistryConferenceCards implements ConferenceCards {
  constructor(
    @inject(ConferenceRegistryStore) private readonly store: ConferenceRegistryStore,
    @inject(ConferencePeople) private readonly people: ConferencePeople,
    @inject(PersonNames) private readonly names: PersonNames,
    @inject(ProblemText) private readonly problems: ProblemText,
    @inject(ConferenceWarnings) private readonly warnings: ConferenceWarnings,
  ) {}

  async find(session: SessionContext, conferenceId: string): Promise<RegistryConference> {
    const found = CONFERENCE_ID.test(conferenceId)
      ? await this.store.find(session.organizationId, conferenceId, session.personId)
      : undefined;
    if (found === undefined || !(found.own || session.rights.has(Right.conferenceView))) {
      throw new SferumError('SFERUM_NOT_FOUND', CONFERENCE_NOT_FOUND_TEXT);
    }
    return found;
  }

  async entries(session: SessionContext, conferences: readonly RegistryConference[]): Promise<ConferenceEntry[]> {
    // Also teachers whose joined lesson is cancelled: it stands in the form.
    const named = conferences.flatMap(({ hostId, joined }) => [hostId, ...joined.map(({ teacherId }) => teacherId)]);
    const [{ timeZone }, nameOf] = await Promise.all([
      this.people.school(session.organizationId),
      this.names.of([...new Set(named.filter((id) => id !== undefined))]),
    ]);
    return conferences.map((conference) => this.entry(session, conference, timeZone, nameOf));
  }

  async card(session: SessionContext, conferenceId: string): Promise<ConferenceCard> {
    const conference = await this.find(session, conferenceId);
    const { organizationId, kind, chatKind, startsAt, endsAt } = conference;
    const [decisions, { timeZone }, entries] = await Promise.all([
      this.store.decisions(organizationId, conferenceId),
      this.people.school(organizationId),
      this.entries(session, [conference]),
    ]);
    const { tabs, participants } = await this.people.of(organizationId, { ...conference, decisions });
    const warnings = isOver(conference.state) ? [] : await this.warnings.of({ ...conference, participants, timeZone });
    return {
      conference: must(entries[0], `entry of conference ${conferenceId}`),
      revision: conference.revision,
      date: dayOf(startsAt, timeZone),
      startTime: clockOf(startsAt, timeZone),
      endTime: clockOf(endsAt, timeZone),
      lessonRule: lessonRule(kind, chatKind),
      tabs,
      participants,
      limitText: limitText(participants.filter(({ origin }) => origin !== 'removed').length),
      warnings: [...warnings],
    };
  }

  private entry(
    session: SessionContext,
    conference: RegistryConference,
    timeZone: string,
    nameOf: (id: string) => string,
  ): ConferenceEntry {
    const { chatId, chatKind, chatTitle, lessonId, lessonTitle, hostId, joinLink, state, timetable } = conference;
    const problem = problemOf(conference, this.problems);
    return {
      id: conference.conferenceId,
      kind: conference.kind,
      title: conference.title,
      ...(chatId === undefined ? {} : { chatId }),
      ...(chatKind === undefined ? {} : { chatKind }),
      ...(chatTitle === undefined ? {} : { chatTitle }),
      ...(lessonId === undefined ? {} : { lessonId }),
      ...(lessonTitle === undefined ? {} : { lessonTitle }),
      ownLessonOff: !conference.takesPlace,
      joinedLessons: conference.joined.map((joined) => ({
        ...{
          id: joined.lessonId,
          title: joinedTitle(joined),
          source: joined.sourceName,
          takesPlace: joined.takesPlace,
        },
        ...(joined.teacherId === undefined ? {} : { teacher: nameOf(joined.teacherId) }),
      })),
      ...(hostId === undefined ? {} : { host: { personId: hostId, name: nameOf(hostId) } }),
      own: conference.own,
      startsAt: conference.startsAt.toISOString(),
      endsAt: conference.endsAt.toISOString(),
      timesByHand: conference.timesByHand,
      ...(timetable !== undefined && differsFromTimetable(conference)
        ? { timetableText: timetableText(periodText(timetable.startsAt, timetable.endsAt, timeZone)) }
        : {}),
      status: state,
      ...(isJoinable(state) && conference.own && joinLink !== undefined ? { joinUrl: joinLink } : {}),
      ...(problem === undefined ? {} : { problem }),
      actions: actionsOf(session, conference),
    };
  }
}

/** Who sees all may change all; others change what they host. */
export function mayChange(session: SessionContext, { hostId }: Pick<RegistryConference, 'hostId'>): boolean {
  return session.rights.has(Right.conferenceView) || hostId === session.personId;
}

function actionsOf(session: SessionContext, conference: RegistryConference): ConferenceEntry['actions'] {
  const { state, startable } = conference;
  const may = (right: Right): boolean => session.rights.has(right) && mayChange(session, conference);
  return {
    edit: !isOver(state) && may(Right.conferenceEdit),
    end: !isOver(state) && may(Right.conferenceEnd),
    delete: may(Right.conferenceDelete),
    start: startable && may(Right.conferenceCreate),
  };
}
