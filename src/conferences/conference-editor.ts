import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import type { Lesson } from '../host/host-directory.js';
import type { SessionContext } from '../host/host-session.js';
import { Messenger } from '../messenger/messenger.js';
import type {
  ConferenceCheck,
  ConferenceCheckRequest,
  ConferenceEdit,
  NewConference,
} from '../protocol/conference-protocol.js';
import { Right } from '../rights/rights.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { mayChange } from './conference-cards.js';
import { ConferenceChatStore, type ConferenceChat } from './conference-chat-store.js';
import {
  ConferenceEditStore,
  type ConferenceChange,
  type ConferenceCreation,
  type ConferenceDraft,
} from './conference-edit-store.js';
import {
  checkLessonField,
  checkTimes,
  cleanTitle,
  fieldError,
  keepSeconds,
  refuseWhileRunning,
} from './conference-form-rules.js';
import { ConferencePeople } from './conference-people.js';
import type { RegistryConference } from './conference-registry-store.js';
import { isOver } from './life/conference-state.js';
import { CONFERENCE_TEXT, lessonConferenceTitle } from './conference-text.js';
import { ConferenceWarnings } from './conference-warnings.js';
import { seenLesson, sourcesOf, type JoinedLesson } from './joined-lesson.js';
import { JoinedLessonChecks } from './joined-lesson-checks.js';
import { leadingLesson } from './joint-lesson-plan.js';
import { LessonReader } from './lesson-reader.js';
import { ParticipantChecks } from './participant-checks.js';

type Form = Omit<ReturnType<(typeof ConferenceCheckRequest)['parse']>, 'conferenceId'>;

/** Adds and changes conferences for a person whose right was checked already. */
export interface ConferenceEditor {
  /** @throws SferumError `SFERUM_REQUEST_INVALID` */
  create(session: SessionContext, request: ReturnType<(typeof NewConference)['parse']>): Promise<ConferenceCreation>;
  /** @throws SferumError `SFERUM_REQUEST_INVALID`, `SFERUM_CONFERENCE_STATE` */
  change(
    session: SessionContext,
    current: RegistryConference,
    edit: ReturnType<(typeof ConferenceEdit)['parse']>,
  ): Promise<ConferenceChange>;
  /** What saving would warn of; changes nothing. @throws as saving does */
  check(session: SessionContext, current: RegistryConference | undefined, form: Form): Promise<ConferenceCheck>;
}
export const ConferenceEditor = Symbol('ConferenceEditor') as ServiceIdentifier<ConferenceEditor>;

export class CheckingConferenceEditor implements ConferenceEditor {
  constructor(
    @inject(ConferenceEditStore) private readonly store: ConferenceEditStore,
    @inject(ConferenceChatStore) private readonly chats: ConferenceChatStore,
    @inject(ConferencePeople) private readonly people: ConferencePeople,
    @inject(ConferenceWarnings) private readonly warnings: ConferenceWarnings,
    @inject(LessonReader) private readonly lessons: LessonReader,
    @inject(JoinedLessonChecks) private readonly joined: JoinedLessonChecks,
    @inject(ParticipantChecks) private readonly participants: ParticipantChecks,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  async create(
    session: SessionContext,
    request: ReturnType<(typeof NewConference)['parse']>,
  ): Promise<ConferenceCreation> {
    const { draft } = await this.draft(session, undefined, request);
    return this.store.create(session.organizationId, session.personId, request.requestId, draft);
  }

  async change(
    session: SessionContext,
    current: RegistryConference,
    edit: ReturnType<(typeof ConferenceEdit)['parse']>,
  ): Promise<ConferenceChange> {
    if (isOver(current.state)) return { kind: 'over' };
    // Said before anything of the form is: its fields may be wrong only because something changed.
    if (edit.revision !== current.revision) return { kind: 'conflict' };
    const { draft } = await this.draft(session, current, edit);
    return this.store.change(session.organizationId, current.conferenceId, edit.revision, draft);
  }

  async check(session: SessionContext, current: RegistryConference | undefined, form: Form): Promise<ConferenceCheck> {
    const { organizationId } = session;
    const { draft, chat, timeZone } = await this.draft(session, current, form);
    const takesPlace = draft.lesson?.takesPlace ?? true;
    const { participants } = await this.people.of(organizationId, { ...draft, takesPlace, chatKind: chat?.kind });
    const warnings = await this.warnings.of({
      ...{ organizationId, conferenceId: current?.conferenceId, chatId: draft.chatId, lessonId: draft.lesson?.id },
      ...{ hostId: draft.hostId, joined: draft.joined, startsAt: draft.startsAt, endsAt: draft.endsAt },
      ...{ participants, timeZone },
    });
    return { warnings: [...warnings] };
  }

  private async draft(
    session: SessionContext,
    current: RegistryConference | undefined,
    form: Form,
  ): Promise<{ draft: ConferenceDraft; chat: ConferenceChat | undefined; timeZone: string }> {
    const { organizationId } = session;
    const [{ timeZone }, chat] = await Promise.all([
      this.people.school(organizationId),
      this.chat(session, current, form.chatId),
    ]);
    checkLessonField(form.kind, form.lessonId, chat?.kind);
    const lesson = form.lessonId === undefined ? undefined : await this.lesson(session, current, form.lessonId);
    const { joinedLessonIds } = form;
    const { joined, lessons } = await this.joined.check(session, {
      ...{ lesson, joinedLessonIds, kept: current?.joined ?? [] },
    });
    const leading = leadingLesson(lesson, lessons);
    if (leading?.cancelled === true) throw fieldError('lessonId', CONFERENCE_TEXT.lessonCancelled);
    const takesPlace = leading === lesson;
    const times = checkTimes({ ...form, lessonId: form.lessonId }, timeZone, this.clock.now());
    const { startsAt, endsAt } = current === undefined ? times : keepSeconds(current, times);
    const hostId = leading?.teacherId ?? current?.hostId ?? session.personId;
    const draft: ConferenceDraft = {
      kind: form.kind,
      title: await this.title(form, lesson, chat, joined),
      chatId: chat?.chatId,
      lesson: lesson && { id: lesson.id, title: lesson.title, takesPlace, seen: seenLesson(lesson) },
      timetable: leading && { startsAt: leading.startsAt, endsAt: leading.endsAt },
      ...{ joined, hostId, startsAt, endsAt },
      timesByHand: timesByHand(current, leading, { startsAt, endsAt }),
      decisions: await this.participants.decisions(organizationId, { ...form, chat, hostId, takesPlace, joined }),
    };
    if (current !== undefined && current.state !== 'planned') {
      refuseWhileRunning(current, { ...draft, lessonId: draft.lesson?.id });
    }
    return { draft, chat, timeZone };
  }

  /** A chat that was closed meanwhile may stay. */
  private async chat(
    session: SessionContext,
    current: RegistryConference | undefined,
    chatId: string | undefined,
  ): Promise<ConferenceChat | undefined> {
    if (chatId === undefined) {
      if (current !== undefined && current.chatId === undefined) return undefined;
      throw fieldError('chatId', CONFERENCE_TEXT.chatRequired);
    }
    const chat = await this.chats.chat(
      session.organizationId,
      chatId,
      chatId === current?.chatId ? undefined : onlyOwnChats(session),
    );
    const found = chat ?? (chatId === current?.chatId ? closedChat(current) : undefined);
    if (found === undefined) throw fieldError('chatId', CONFERENCE_TEXT.chatUnknown);
    return found;
  }

  private async lesson(
    session: SessionContext,
    current: RegistryConference | undefined,
    lessonId: string,
  ): Promise<Lesson> {
    const lesson = await this.lessons.find(session.organizationId, lessonId);
    if (lesson === undefined) throw fieldError('lessonId', CONFERENCE_TEXT.lessonUnknown);
    if (current?.lessonId === lessonId) return lesson;
    if (!mayChange(session, { hostId: lesson.teacherId })) {
      throw fieldError('lessonId', CONFERENCE_TEXT.lessonNotYours);
    }
    if (lesson.cancelled) throw fieldError('lessonId', CONFERENCE_TEXT.lessonCancelled);
    return lesson;
  }

  private async title(
    form: Form,
    lesson: Lesson | undefined,
    chat: ConferenceChat | undefined,
    joined: readonly JoinedLesson[],
  ): Promise<string> {
    const title = cleanTitle(form.title, this.messenger.abilities.titleLength);
    if (title !== '') return title;
    if (form.kind === 'call') throw fieldError('title', CONFERENCE_TEXT.titleRequired);
    if (lesson === undefined) return lessonConferenceTitle('', chat?.sourceName || chat?.title || '');
    const [named] = await this.lessons.named(lesson.organizationId, [lesson]);
    return lessonConferenceTitle(lesson.subject, named?.source ?? '', sourcesOf(joined));
  }
}

/** Times that nobody touched are as they were: also those of a running one whose lesson moved. */
function timesByHand(
  current: RegistryConference | undefined,
  lesson: Lesson | undefined,
  { startsAt, endsAt }: Pick<Lesson, 'startsAt' | 'endsAt'>,
): boolean {
  const are = (other: Pick<Lesson, 'startsAt' | 'endsAt'>): boolean =>
    other.startsAt.getTime() === startsAt.getTime() && other.endsAt.getTime() === endsAt.getTime();
  if (lesson === undefined || are(lesson)) return false;
  return current?.lessonId === lesson.id && are(current) ? current.timesByHand : true;
}

/** Without seeing all chats or all conferences a person uses the chats they are in. */
export function onlyOwnChats(session: SessionContext): string | undefined {
  return session.rights.has(Right.conferenceView) || session.rights.has(Right.chatView) ? undefined : session.personId;
}

function closedChat({ chatId, chatKind, chatTitle }: RegistryConference): ConferenceChat | undefined {
  if (chatId === undefined || chatKind === undefined) return undefined;
  return { chatId, kind: chatKind, title: chatTitle ?? '', sourceId: '', sourceName: '', members: 0 };
}
