/**
 * What the windows of the tab «Видеоконференции» and the list of today's lessons ask for and send.
 *
 * Dates and times of forms are wall-clock values of the school (`2026-11-24`, `10:00`): the server reads them in the
 * organisation's time zone. Instants are ISO 8601 in UTC.
 *
 * Failures of these routes, beside `SFERUM_SIGNED_OUT`:
 * - `SFERUM_RIGHT_MISSING` (403): each route names its right. Without `sferum.conference.view` a person sees the
 *   conferences they belong to, and changes those they host; what they may not see is `SFERUM_NOT_FOUND` (404).
 * - `SFERUM_REQUEST_INVALID` (400): `message` is fit to be shown at the form; `fields.field` names the field (`title`,
 *   `kind`, `chatId`, `lessonId`, `joinedLessonIds`, `date`, `startTime`, `endTime`, `participants`), `fields.personIds` the people.
 * - `SFERUM_CONFLICT` (409): somebody saved, or the timetable changed in between; `fields.current` is the
 *   {@link ConferenceCard} as it is now. Nothing of the refused change is kept on the server; the form keeps it.
 * - `SFERUM_CONFERENCE_STATE` (409): it is over, or the lesson has its online lesson already; then
 *   `fields.conferenceId` is that one and `fields.field` is `lessonId`, or `joinedLessonIds` for a joined one.
 *
 * In the browser import from here with `import type` only.
 */
import { z } from 'zod';

import { JOINED_LESSONS_LIMIT } from './conference-texts.js';
import { ChatKind, ConferenceListQuery, ConferenceRow, ConferenceStatus, SearchWords } from './protocol.js';

const instant = z.iso.datetime();
const PersonId = z.string().min(1).max(200);
const PersonKind = z.enum(['employee', 'student', 'guardian']);
/** A day that a school may mean: of this century. Whether there is one, the form says. */
const Day = z.string().regex(/^20\d{2}-\d{2}-\d{2}$/);
const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const ConferenceKind = z.enum(['lesson', 'call']);
export type ConferenceKind = z.infer<typeof ConferenceKind>;

// --- list ------------------------------------------------------------------------------------------------------

export const ConferenceEntry = ConferenceRow.extend({
  chatId: z.string().optional(),
  chatKind: ChatKind.optional(),
  lessonId: z.string().optional(),
  /** Its own lesson is cancelled, and it goes on for joined ones only. */
  ownLessonOff: z.boolean(),
  /** Lessons of other classes that it is held for together with its own. */
  joinedLessons: z.array(
    z.object({
      id: z.string(),
      /** «Алгебра, 5Б» */
      title: z.string(),
      /** Class or group. */
      source: z.string(),
      teacher: z.string().optional(),
      /** False while it is cancelled: its people do not take part. */
      takesPlace: z.boolean(),
    }),
  ),
  /** Who leads it: the lesson's teacher, otherwise whoever made it. Teachers of joined lessons lead as well. */
  host: z.object({ personId: z.string(), name: z.string() }).optional(),
  /** The person who looks belongs to it: takes part or leads. */
  own: z.boolean(),
  /** Times were changed by hand: the timetable moves them no more. */
  timesByHand: z.boolean(),
  /** Shown beside the times where they differ from the timetable, one line: «В расписании: 24.11.2026, 10:30–11:15». */
  timetableText: z.string().optional(),
  /** `start`: begins it at once, or repeats a start that failed (see `problem`). */
  actions: z.object({ edit: z.boolean(), end: z.boolean(), delete: z.boolean(), start: z.boolean() }),
});
export type ConferenceEntry = z.infer<typeof ConferenceEntry>;

/**
 * `GET /api/conferences?` → {@link ConferenceEntryPage}. With `sferum.conference.view` all of the organisation,
 * otherwise those the person belongs to.
 */
export const ConferenceRegistryQuery = ConferenceListQuery.extend({
  /**
   * `state` (default): what runs first, then what is planned by its start, then what is over, newest first.
   * `desc` turns any order round.
   */
  sort: z.enum(['state', 'title', 'kind', 'chat', 'lesson', 'start', 'end']).default('state'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  status: ConferenceStatus.optional(),
  kind: ConferenceKind.optional(),
});
export type ConferenceRegistryQuery = z.input<typeof ConferenceRegistryQuery>;
export const ConferenceEntryPage = z.object({
  total: z.number().int(),
  items: z.array(ConferenceEntry),
  asOf: instant,
});
export type ConferenceEntryPage = z.infer<typeof ConferenceEntryPage>;

// --- one conference --------------------------------------------------------------------------------------------

export const Participant = z.object({
  personId: z.string(),
  name: z.string(),
  kind: PersonKind,
  linked: z.boolean(),
  /**
   * - `chat`: a member of the chat; comes and goes with it.
   * - `administrator`: the chat administrator; `host`: leads it. Both always take part (`locked`).
   * - `added`, `removed`: by hand. Removed ones are listed so that they can be put back.
   */
  origin: z.enum(['chat', 'administrator', 'host', 'added', 'removed']),
  locked: z.boolean(),
});
export type Participant = z.infer<typeof Participant>;

/** What differs from the participants that the chat gives; the whole of it, not a change. */
export const ParticipantDecisions = z.object({
  added: z
    .array(z.object({ personId: PersonId, kind: PersonKind }))
    .max(2000)
    .default([]),
  removed: z.array(PersonId).max(2000).default([]),
});
export type ParticipantDecisions = z.input<typeof ParticipantDecisions>;

/** Named and shown, but allowed. */
export const ConferenceWarning = z.object({
  kind: z.enum([
    'host-overlap',
    'lesson-of-other-group',
    'joined-at-other-time',
    'many-participants',
    'unlinked-participants',
  ]),
  text: z.string(),
  /** The other conference, where there is one. */
  conferenceId: z.string().optional(),
});
export type ConferenceWarning = z.infer<typeof ConferenceWarning>;

/** State of the field «Урок»: required, free, or disabled. */
export const LessonRule = z.enum(['required', 'optional', 'forbidden']);
export type LessonRule = z.infer<typeof LessonRule>;

/** `GET /api/conferences/:id`, and the answer of every change. */
export const ConferenceCard = z.object({
  conference: ConferenceEntry,
  /** To be sent back with a change. Grows with changes by hand and of the timetable, not with the status. */
  revision: z.number().int(),
  /** Fields of the form, in the school's time zone. */
  date: Day,
  startTime: Clock,
  endTime: Clock,
  lessonRule: LessonRule,
  /** Tabs of participants, in their order: «Ученики», «Сотрудники», «Родители». */
  tabs: z.array(PersonKind),
  /** By name. */
  participants: z.array(Participant),
  /** Participants' limit of a call, one line. */
  limitText: z.string(),
  warnings: z.array(ConferenceWarning),
});
export type ConferenceCard = z.infer<typeof ConferenceCard>;

const JoinedLessonIds = z.array(z.string().min(1).max(200)).max(JOINED_LESSONS_LIMIT).default([]);

// --- changes ---------------------------------------------------------------------------------------------------

const fields = {
  /** Empty for an online lesson: the default name. Cleaned by the server: control characters go, white space is joined. */
  title: z.string().max(2000).default(''),
  kind: ConferenceKind,
  chatId: z.uuid(),
  /** See {@link LessonRule}. */
  lessonId: z.string().min(1).max(200).optional(),
  /** Lessons of other classes on the same day, held together with `lessonId`; the whole of them, not a change. */
  joinedLessonIds: JoinedLessonIds,
  date: Day,
  startTime: Clock,
  /** After `startTime`, on the same day. */
  endTime: Clock,
  participants: ParticipantDecisions.prefault({}),
};

/**
 * `POST /api/conferences` → 201 {@link ConferenceCard}. Right `sferum.conference.create`. Without
 * `sferum.conference.view` only with a chat the person is in, and a lesson they teach. A start that has passed begins
 * it at once; an end that has passed is refused.
 */
export const NewConference = z.object({
  /** Made by the window once per form: a second click, or a repeat after a lost answer, gives the first one (200). */
  requestId: z.uuid(),
  ...fields,
});
export type NewConference = z.input<typeof NewConference>;

/**
 * `PUT /api/conferences/:id` → {@link ConferenceCard}. Right `sferum.conference.edit`. The whole form. Once it runs,
 * `kind`, `chatId`, `lessonId`, `date` and `startTime` have to stay. An online lesson made in «Журнал на урок» may have
 * no chat, and may go on without. Joined lessons may come and go also while it runs.
 */
export const ConferenceEdit = z.object({
  /** {@link ConferenceCard.revision} as the form opened with; an older one is `SFERUM_CONFLICT`. */
  revision: z.number().int(),
  ...fields,
  chatId: fields.chatId.optional(),
});
export type ConferenceEdit = z.input<typeof ConferenceEdit>;

/**
 * `POST /api/conferences/check` → {@link ConferenceCheck}. Rights `sferum.conference.create`, or
 * `sferum.conference.edit` with `conferenceId`. What saving would warn of; refuses what saving would refuse.
 */
export const ConferenceCheckRequest = z.object({
  conferenceId: z.uuid().optional(),
  ...fields,
  chatId: fields.chatId.optional(),
});
export type ConferenceCheckRequest = z.input<typeof ConferenceCheckRequest>;
export const ConferenceCheck = z.object({ warnings: z.array(ConferenceWarning) });
export type ConferenceCheck = z.infer<typeof ConferenceCheck>;

// `POST   /api/conferences/:id/end` → ConferenceCard («Закончить видеоконференцию»). Right `sferum.conference.end`.
//   Repeatable; `ending` becomes `finished` when the messenger has ended the call.
// `POST   /api/conferences/:id/start` → ConferenceCard. Right `sferum.conference.create`. Begins a planned one now, or
//   repeats a start whose answer was lost; harmless while it runs, SFERUM_CONFERENCE_STATE when it is over.
// `DELETE /api/conferences/:id` → { deleted: true }. Right `sferum.conference.delete`. A running call is ended first.
//   Repeatable.

// --- pickers: rights `sferum.conference.create` or `sferum.conference.edit` ----------------------------------------

/** `GET /api/conference-chats?` → {@link ConferenceChats}: open chats the person may use, those of the registry. */
export const ConferenceChatQuery = z.object({
  /** Part of the title or of the class, any case. */
  query: SearchWords,
  kind: ChatKind.optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type ConferenceChatQuery = z.input<typeof ConferenceChatQuery>;
export const ConferenceChatChoice = z.object({
  id: z.string(),
  kind: ChatKind,
  title: z.string(),
  source: z.string().optional(),
  members: z.number().int(),
});
export type ConferenceChatChoice = z.infer<typeof ConferenceChatChoice>;
export const ConferenceChats = z.object({ total: z.number().int(), items: z.array(ConferenceChatChoice) });
export type ConferenceChats = z.infer<typeof ConferenceChats>;

/** `GET /api/conference-lessons?` → {@link ConferenceLessons}: lessons of one day from the timetable. */
export const ConferenceLessonQuery = z.object({
  /** Day in the school's time zone; default today. */
  date: Day.optional(),
  /** Only lessons of this chat's class or group (and of the class's groups, the group's classes). */
  chatId: z.uuid().optional(),
  /** Words, each a part of subject, title, class or teacher, any case. */
  query: SearchWords,
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type ConferenceLessonQuery = z.input<typeof ConferenceLessonQuery>;
export const ConferenceLessonChoice = z.object({
  id: z.string(),
  /** «Алгебра, 5А» */
  title: z.string(),
  subject: z.string(),
  /** Class or group. */
  source: z.string(),
  teacher: z.object({ personId: z.string(), name: z.string() }).optional(),
  room: z.string().optional(),
  startsAt: instant,
  endsAt: instant,
  /** The school's wall clock. */
  date: Day,
  startTime: Clock,
  endTime: Clock,
  /** Cannot be chosen: `cancelled`, `over`, or it has an online lesson (`conferenceId`). */
  unavailable: z.enum(['cancelled', 'over', 'has-conference']).optional(),
  unavailableText: z.string().optional(),
  conferenceId: z.string().optional(),
});
export type ConferenceLessonChoice = z.infer<typeof ConferenceLessonChoice>;
export const ConferenceLessons = z.object({
  date: Day,
  total: z.number().int(),
  items: z.array(ConferenceLessonChoice),
});
export type ConferenceLessons = z.infer<typeof ConferenceLessons>;

/**
 * `GET /api/conferences/defaults?` → {@link ConferenceDefaults}: what the form is filled with after «Тип», «Чат» or
 * «Урок» changed. Fields the person has changed by hand the form keeps. A lesson without a chat offers the lesson's chat.
 */
export const ConferenceDefaultsQuery = z.object({
  kind: ConferenceKind.default('lesson'),
  chatId: z.uuid().optional(),
  lessonId: z.string().min(1).max(200).optional(),
  /** Repeated for each. */
  joinedLessonIds: JoinedLessonIds,
  /** The conference that is changed: what it is joined with already may stay. */
  conferenceId: z.uuid().optional(),
});
export type ConferenceDefaultsQuery = z.input<typeof ConferenceDefaultsQuery>;
export const ConferenceDefaults = z.object({
  /** Default name of an online lesson; empty for a video call. */
  title: z.string(),
  /** Of the lesson; without one today, the next quarter of an hour, 45 minutes. */
  date: Day,
  startTime: Clock,
  endTime: Clock,
  chat: ConferenceChatChoice.optional(),
  lesson: ConferenceLessonChoice.optional(),
  lessonRule: LessonRule,
  tabs: z.array(PersonKind),
  /** By name; whom the chat gives, with the chat administrator and the host. */
  participants: z.array(Participant),
  limitText: z.string(),
  /** Longest name, in characters. */
  titleLength: z.number().int(),
});
export type ConferenceDefaults = z.infer<typeof ConferenceDefaults>;

// `GET /api/conference-people?` → PeoplePage and `GET /api/conference-classes` → SchoolClasses: as `GET /api/people` and
// `GET /api/school-classes` of the tab «Чаты» (see chat-protocol.ts), for whoever may make conferences.

// --- lessons of today ------------------------------------------------------------------------------------------

/** How a lesson stands as to its online lesson: it has none, or that is planned, starting or running or ending, over. */
export const LessonStanding = z.enum(['none', 'planned', 'running', 'over', 'cancelled']);
export type LessonStanding = z.infer<typeof LessonStanding>;
/** `problem`: whose online lesson went wrong, however it stands. */
export const LessonFilter = z.enum([...LessonStanding.options, 'problem']);
export type LessonFilter = z.infer<typeof LessonFilter>;

/**
 * `GET /api/lessons/today?` → {@link LessonsToday}: lessons of a day with the state of their online lessons. With
 * `sferum.conference.view` all of the organisation, otherwise those the person teaches.
 */
export const LessonsTodayQuery = z.object({
  date: Day.optional(),
  query: SearchWords,
  /** Only these; absent: all. */
  show: LessonFilter.optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type LessonsTodayQuery = z.input<typeof LessonsTodayQuery>;
export const LessonToday = ConferenceLessonChoice.omit({ unavailable: true, unavailableText: true }).extend({
  cancelled: z.boolean(),
  /** Status of its online lesson; absent where there is none. */
  status: ConferenceStatus.optional(),
  /** One line: «Идёт», «Запланирован», «Не создан», «Урок отменён», … */
  statusText: z.string(),
  problem: z.string().optional(),
});
export type LessonToday = z.infer<typeof LessonToday>;
const Count = z.number().int();
/** Of all lessons of the day that fit the words, whatever is shown of them. */
export const LessonCounts = z.object({
  all: Count,
  none: Count,
  planned: Count,
  running: Count,
  over: Count,
  cancelled: Count,
  problem: Count,
});
export type LessonCounts = z.infer<typeof LessonCounts>;
export const LessonsToday = z.object({
  date: Day,
  /** Of those that are shown. */
  total: Count,
  counts: LessonCounts,
  items: z.array(LessonToday),
  asOf: instant,
});
export type LessonsToday = z.infer<typeof LessonsToday>;

// --- personal calendar -----------------------------------------------------------------------------------------

/**
 * `GET /api/calendar`, `DELETE /api/calendar` → {@link CalendarState}; `POST /api/calendar` → 201 {@link CalendarCreated}.
 * A person's own conferences as iCalendar, from a week ago to two months ahead, at a secret address that needs no session:
 * `GET /calendar/<secret>.ics`. A new address makes the older one open nothing; only its hash is kept, so it is shown once.
 */
export const CalendarState = z.object({ createdAt: instant.optional() });
export type CalendarState = z.infer<typeof CalendarState>;
export const CalendarCreated = CalendarState.extend({ url: z.string() });
export type CalendarCreated = z.infer<typeof CalendarCreated>;
