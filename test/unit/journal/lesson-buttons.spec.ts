import { expect } from 'chai';

import { CONFERENCE_PROBLEM_TEXT, LESSON_TEXT } from '../../../src/conferences/conference-text.js';
import { mayStart, type ConferenceState } from '../../../src/conferences/life/conference-state.js';
import type { WatchedConference } from '../../../src/conferences/conference-store.js';
import type { LessonConferences, LessonTrouble, LessonView } from '../../../src/conferences/lesson-conferences.js';
import { RightMissingError, SferumError } from '../../../src/errors.js';
import type { LessonJournalButtonContribution } from '../../../src/host/contribution-points.js';
import type { SessionContext } from '../../../src/host/host-session.js';
import { ConnectLessonButton, CreateLessonButton, EndLessonButton } from '../../../src/journal/lesson-buttons.js';
import { must } from '../../../src/must.js';
import { LESSON_NOTE_TEXT } from '../../../src/protocol/lesson-texts.js';
import { requireRight } from '../../../src/rights/guard.js';
import { Right } from '../../../src/rights/rights.js';
import { fakeSession } from '../../support/fake-session.js';

const at0 = (clock: string): Date => new Date(`2026-11-23T${clock}:00Z`);
const STARTS_AT = at0('09:00');
const ENDS_AT = at0('09:45');
const LESSON_RIGHTS = [Right.lessonCreate, Right.lessonConnect, Right.lessonEnd];
const TEACHER = fakeSession('teacher', LESSON_RIGHTS);
const PUPIL = fakeSession('pupil', [Right.lessonConnect]);
const STRANGER = fakeSession('stranger', LESSON_RIGHTS);
const MANAGER = fakeSession('manager', [...LESSON_RIGHTS, Right.conferenceView]);
const STATES: readonly (ConferenceState | undefined)[] = [
  ...[undefined, 'planned' as const, 'starting' as const, 'active' as const],
  ...['ending' as const, 'finished' as const, 'cancelled' as const],
];

/** Online lessons of one lesson, as a test sets them. */
class FakeLessonConferences implements LessonConferences {
  readonly done: string[] = [];
  state: ConferenceState | undefined;
  failureCode: string | undefined;
  cancelled = false;
  today = true;
  beginsAgain = false;
  over = false;
  trouble: LessonTrouble | undefined;
  /** What is known of the conference beside its state. */
  more: Partial<WatchedConference> = {};
  now = STARTS_AT;

  async view(session: SessionContext): Promise<LessonView> {
    return Promise.resolve({
      lesson: {
        ...{ id: 'lesson', organizationId: 'school', classOrGroupId: '5a', subject: 'Алгебра', title: 'Дроби' },
        ...{ teacherId: 'teacher', startsAt: STARTS_AT, endsAt: ENDS_AT },
        cancelled: this.cancelled,
      },
      conference: this.conference(),
      trouble: this.trouble,
      leads: session.personId === 'teacher' || session.rights.has(Right.conferenceView),
      attends: session.personId === 'pupil',
      today: this.today,
      beginsAgain: this.beginsAgain,
      over: this.over,
      opensAt: new Date(STARTS_AT.getTime() - 900_000),
      now: this.now,
      timeZone: 'Asia/Yekaterinburg',
    });
  }

  async create(session: SessionContext): Promise<WatchedConference> {
    requireRight(session, Right.lessonCreate);
    this.done.push('create');
    this.state ??= 'starting';
    const conference = this.conference();
    if (conference === undefined) throw new Error('there is no conference after its creation');
    return Promise.resolve(conference);
  }

  async connect(session: SessionContext): Promise<string> {
    requireRight(session, Right.lessonConnect);
    if (this.state !== 'active') throw new SferumError('SFERUM_CONFERENCE_STATE', LESSON_TEXT.linkNotReady);
    return Promise.resolve('https://vk.com/call/join/abc');
  }

  async end(session: SessionContext): Promise<void> {
    requireRight(session, Right.lessonEnd);
    this.done.push('end');
    return Promise.resolve();
  }

  private conference(): WatchedConference | undefined {
    if (this.state === undefined) return undefined;
    return {
      ...{ organizationId: 'school', conferenceId: 'c', kind: 'lesson', title: 'Онлайн-урок: Алгебра, 5А' },
      ...{ chatId: undefined, chatTitle: undefined, lessonId: 'lesson', lessonTitle: 'Дроби', hostId: 'teacher' },
      ...{ takesPlace: true, joined: [] },
      ...{ startsAt: STARTS_AT, endsAt: ENDS_AT, state: this.state, failureCode: this.failureCode },
      ...{ endedBy: undefined, asOf: this.now, standstill: undefined, stopped: false },
      ...{ nextAttemptAt: undefined, dueSince: undefined },
      startable: mayStart({ state: this.state, endedBy: undefined, failureCode: this.failureCode, inTime: true }),
      joinLink: this.state === 'active' ? 'https://vk.com/call/join/abc' : undefined,
      ...this.more,
    };
  }
}

const REASON = 'VK просит ввести код с картинки.';
/** Of a planned lesson whose time has come. */
const NOW_TEXT = 'Онлайн-урок вот-вот начнётся.';

const HELP = { administrator: 'Титов Олег Петрович' };
const STANDING: readonly {
  readonly what: string;
  readonly state: ConferenceState;
  readonly more?: Partial<WatchedConference>;
  readonly help?: LessonTrouble['help'];
  readonly now?: Date;
  readonly teacher: string;
  readonly pupil: string;
}[] = [
  {
    what: 'a stop until a time, with somebody to ask',
    ...{ state: 'starting', more: { stopped: true, nextAttemptAt: at0('09:20') }, help: HELP },
    teacher: `Онлайн-урок ещё не начался. ${REASON} Следующая попытка в 14:20. Обратитесь к администратору чатов «Сферум»: Титов Олег Петрович.`,
    pupil: 'Онлайн-урок ещё не начался. Следующая попытка в 14:20.',
  },
  {
    what: 'a stop without a time, with nobody known to ask',
    ...{ state: 'starting', more: { stopped: true }, help: { administrator: undefined } },
    teacher: `Онлайн-урок ещё не начался. ${REASON} Обратитесь к администратору организации.`,
    pupil: 'Онлайн-урок ещё не начался. Ссылка появится здесь, как только он начнётся.',
  },
  {
    what: 'a stop that outlasts the lesson',
    ...{ state: 'starting', more: { stopped: true, nextAttemptAt: at0('15:00') } },
    teacher: `Онлайн-урок ещё не начался. ${REASON} До конца урока он не начнётся: следующая попытка только в 20:00.`,
    pupil:
      'Онлайн-урок ещё не начался. До конца урока он не начнётся: следующая попытка только в 20:00. Спросите у учителя, как пройдёт урок.',
  },
  {
    what: 'a stop that has outlasted the lesson',
    ...{ state: 'starting', more: { stopped: true, nextAttemptAt: at0('20:20') }, now: at0('09:50') },
    teacher: `Онлайн-урок не состоялся. ${REASON}`,
    pupil: LESSON_TEXT.lessonOver,
  },
  {
    what: 'a planned one whose time has come',
    ...{ state: 'planned', more: { stopped: true, nextAttemptAt: at0('09:20') }, now: at0('09:01') },
    teacher: `Онлайн-урок ещё не начался. ${REASON} Следующая попытка в 14:20.`,
    pupil: 'Онлайн-урок ещё не начался. Следующая попытка в 14:20.',
  },
  {
    what: 'an end, until the next day',
    ...{ state: 'ending', more: { stopped: true, nextAttemptAt: at0('20:20') }, help: HELP },
    teacher: `Онлайн-урок ещё не завершён. ${REASON} Следующая попытка 24.11 в 01:20. Обратитесь к администратору чатов «Сферум»: Титов Олег Петрович. ${LESSON_NOTE_TEXT.endInMessenger}`,
    pupil: LESSON_TEXT.finished,
  },
  {
    what: 'an end after which the call may go on',
    ...{ state: 'finished', more: { failureCode: 'conference.end-account-gone' } },
    teacher: `Онлайн-урок завершён. ${REASON}`,
    pupil: LESSON_TEXT.finished,
  },
  {
    what: 'a start that failed until the end',
    ...{ state: 'finished', more: { failureCode: 'vk.14' } },
    teacher: `Онлайн-урок не состоялся. ${REASON}`,
    pupil: LESSON_TEXT.finished,
  },
  {
    what: 'a time that passed while deliveries stood still',
    ...{ state: 'finished', more: { failureCode: 'conference.missed' } },
    teacher: REASON,
    pupil: LESSON_TEXT.finished,
  },
];

function withoutRight(session: SessionContext, right: string): SessionContext {
  return { ...session, rights: new Set([...session.rights].filter((one) => one !== right)) };
}

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('nothing was refused'),
    (error: unknown) => error,
  );
}

describe('lesson buttons', () => {
  let lessons: FakeLessonConferences;
  let create: LessonJournalButtonContribution;
  let connect: LessonJournalButtonContribution;
  let end: LessonJournalButtonContribution;

  beforeEach(() => {
    lessons = new FakeLessonConferences();
    create = new CreateLessonButton(lessons);
    connect = new ConnectLessonButton(lessons);
    end = new EndLessonButton(lessons);
  });

  const at = (session: SessionContext) => ({ session, lessonId: 'lesson' });

  /** `hidden`, `disabled: note`, or `enabled`. */
  async function look(button: LessonJournalButtonContribution, session: SessionContext): Promise<string> {
    const { visible, enabled, note } = await button.state(at(session));
    if (!visible) return 'hidden';
    return [enabled ? 'enabled' : 'disabled', ...(note === undefined ? [] : [note])].join(': ');
  }

  it('bear the names of the manual, in its order', () => {
    expect([create, connect, end].map((button) => button.title)).to.deep.equal([
      ...['Создать онлайн-урок', 'Подключиться к онлайн-уроку', 'Завершить онлайн-урок'],
    ]);
    expect(create.order).to.be.below(connect.order);
    expect(connect.order).to.be.below(end.order);
  });

  const OF_STATE: Readonly<Record<string, { create: string; connect: string; end: string; pupil: string }>> = {
    undefined: {
      create: 'enabled',
      connect: 'disabled',
      end: 'disabled',
      pupil: `disabled: ${LESSON_TEXT.notCreated}`,
    },
    planned: { create: `enabled: ${NOW_TEXT}`, connect: 'disabled', end: 'disabled', pupil: `disabled: ${NOW_TEXT}` },
    starting: {
      create: `disabled: ${LESSON_TEXT.starting}`,
      connect: 'disabled',
      end: 'enabled',
      pupil: `disabled: ${LESSON_TEXT.starting}`,
    },
    active: { create: `disabled: ${LESSON_TEXT.active}`, connect: 'enabled', end: 'enabled', pupil: 'enabled' },
    ending: {
      create: `disabled: ${LESSON_TEXT.ending}`,
      connect: 'disabled',
      end: 'disabled',
      pupil: `disabled: ${LESSON_TEXT.finished}`,
    },
    finished: {
      create: `disabled: ${LESSON_TEXT.finished}`,
      connect: 'disabled',
      end: 'disabled',
      pupil: `disabled: ${LESSON_TEXT.finished}`,
    },
    cancelled: {
      create: 'enabled',
      connect: 'disabled',
      end: 'disabled',
      pupil: `disabled: ${LESSON_TEXT.notCreated}`,
    },
  };

  for (const state of STATES) {
    const expected = OF_STATE[String(state)];
    const name = state ?? 'not created';

    for (const [who, session] of [
      ['the teacher', TEACHER],
      ['a manager', MANAGER],
    ] as const) {
      it(`stand for ${who} as the lesson does: ${name}`, async () => {
        lessons.state = state;
        expect(await look(create, session)).to.equal(expected?.create);
        expect(await look(connect, session)).to.equal(expected?.connect);
        expect(await look(end, session)).to.equal(expected?.end);
      });
    }

    it(`show a pupil only the way in: ${name}`, async () => {
      lessons.state = state;
      expect(await look(create, PUPIL)).to.equal('hidden');
      expect(await look(connect, PUPIL)).to.equal(expected?.pupil);
      expect(await look(end, PUPIL)).to.equal('hidden');
    });

    it(`are hidden from a stranger with every right: ${name}`, async () => {
      lessons.state = state;
      for (const button of [create, connect, end]) expect(await look(button, STRANGER), button.id).to.equal('hidden');
    });

    it(`offer no way in but while the lesson is active: ${name}`, async () => {
      lessons.state = state;
      const { enabled } = await connect.state(at(TEACHER));
      expect(enabled).to.equal(state === 'active');
    });
  }

  it('do not create a lesson that was cancelled', async () => {
    lessons.cancelled = true;
    expect(await look(create, TEACHER)).to.equal(`disabled: ${LESSON_TEXT.cancelled}`);
  });

  it('do not create after the lesson’s end', async () => {
    lessons.over = true;
    for (const state of [undefined, 'planned'] as const) {
      lessons.state = state;
      expect(await look(create, TEACHER)).to.equal(`disabled: ${LESSON_TEXT.lessonOver}`);
      expect(await look(connect, PUPIL)).to.equal(`disabled: ${LESSON_TEXT.lessonOver}`);
    }
  });

  it('do not create on another day', async () => {
    lessons.today = false;
    expect(await look(create, TEACHER)).to.equal(`disabled: ${LESSON_TEXT.otherDay}`);
  });

  for (const [minutes, note] of [
    [16, 'Онлайн-урок начнётся в 14:00.'],
    [15, 'Онлайн-урок начнётся через 15 мин.'],
    [1, 'Онлайн-урок начнётся через 1 мин.'],
    [0, NOW_TEXT],
  ] as const) {
    it(`count a planned lesson down, ${minutes} minutes before: ${note}`, async () => {
      lessons.state = 'planned';
      lessons.now = new Date(STARTS_AT.getTime() - minutes * 60_000);
      expect(await look(create, TEACHER)).to.equal(`enabled: ${note}`);
      expect(await look(connect, PUPIL)).to.equal(`disabled: ${note}`);
    });
  }

  it('tell pupils that the lesson was cancelled', async () => {
    lessons.cancelled = true;
    expect(await look(connect, PUPIL)).to.equal(`disabled: ${LESSON_TEXT.cancelled}`);
  });

  it('let a start that failed be repeated', async () => {
    lessons.state = 'starting';
    lessons.failureCode = 'conference.start-unknown';
    const unknown = must(CONFERENCE_PROBLEM_TEXT['conference.start-unknown'], 'text');
    lessons.trouble = { text: unknown, help: undefined };
    expect(await look(create, TEACHER)).to.equal(`enabled: ${unknown}`);
    lessons.failureCode = 'vk.15';
    lessons.trouble = { text: REASON, help: undefined };
    expect(await look(create, TEACHER)).to.equal(
      `enabled: Онлайн-урок ещё не начался. ${REASON} Чтобы попробовать ещё раз, нажмите «Создать онлайн-урок».`,
    );
  });

  it('let no start be repeated whose call may still be made, and say so', async () => {
    lessons.state = 'starting';
    lessons.failureCode = 'conference.start-checking';
    const checking = must(CONFERENCE_PROBLEM_TEXT['conference.start-checking'], 'text');
    lessons.trouble = { text: checking, help: undefined };
    expect(await look(create, TEACHER)).to.equal(`disabled: ${checking}`);
    // While deliveries stand still nobody looks either.
    lessons.more = { stopped: true, nextAttemptAt: at0('09:20') };
    expect(await look(create, TEACHER)).to.equal(`disabled: ${checking} Проверка продолжится в 14:20.`);
  });

  it('let an online lesson that is over begin again until its lesson ends', async () => {
    lessons.state = 'finished';
    lessons.beginsAgain = true;
    expect(await look(create, TEACHER)).to.equal(`enabled: ${LESSON_TEXT.finished} ${LESSON_NOTE_TEXT.again}`);
    lessons.cancelled = true;
    expect(await look(create, TEACHER)).to.equal(`disabled: ${LESSON_TEXT.finished}`);
  });

  for (const { what, state, more = {}, help, now = at0('09:05'), teacher, pupil } of STANDING) {
    it(`say why there is no link, and nothing technical to pupils: ${what}`, async () => {
      Object.assign(lessons, { state, more, now, trouble: { text: REASON, help }, over: now >= ENDS_AT });
      expect((await create.state(at(TEACHER))).note).to.equal(teacher);
      expect(await look(connect, PUPIL)).to.equal(`disabled: ${pupil}`);
    });
  }

  it('say at an end after which the call may go on that the lesson can begin again', async () => {
    Object.assign(lessons, { state: 'finished', beginsAgain: true, trouble: { text: REASON, help: undefined } });
    lessons.failureCode = 'conference.end-unknown';
    expect(await look(create, TEACHER)).to.equal(`enabled: Онлайн-урок завершён. ${REASON} ${LESSON_NOTE_TEXT.again}`);
  });

  it('say of no start or end for long that it is under way', async () => {
    lessons.now = at0('09:10');
    for (const [state, early, late] of [
      ['starting', LESSON_TEXT.starting, LESSON_NOTE_TEXT.slowStart],
      ['ending', LESSON_TEXT.ending, LESSON_NOTE_TEXT.slowEnd],
    ] as const) {
      lessons.state = state;
      lessons.more = { dueSince: new Date(lessons.now.getTime() - 29_000) };
      expect(await look(create, TEACHER)).to.equal(`disabled: ${early}`);
      lessons.more = { dueSince: new Date(lessons.now.getTime() - 30_000) };
      expect(await look(create, TEACHER)).to.equal(`disabled: ${late}`);
    }
  });

  it('say it at another button to who leads and may not create', async () => {
    lessons.state = 'starting';
    expect(await look(connect, withoutRight(TEACHER, Right.lessonCreate))).to.equal(
      `disabled: ${LESSON_TEXT.starting}`,
    );
    const onlyEnds = fakeSession('teacher', [Right.lessonEnd]);
    expect(await look(end, onlyEnds)).to.equal(`enabled: ${LESSON_TEXT.starting}`);
  });

  it('let the teacher in early and tell pupils when, in the time of the school', async () => {
    lessons.state = 'active';
    lessons.now = new Date(STARTS_AT.getTime() - 900_001);
    expect(await look(connect, TEACHER)).to.equal('enabled');
    expect(await look(connect, PUPIL)).to.equal('disabled: Вход откроется в 13:45.');
    lessons.now = new Date(STARTS_AT.getTime() - 900_000);
    expect(await look(connect, PUPIL)).to.equal('enabled');
  });

  it('ask again sooner while something is under way', async () => {
    lessons.state = 'starting';
    const soon = (await create.state(at(TEACHER))).refreshAfterMs ?? Number.NaN;
    lessons.state = 'active';
    const later = (await create.state(at(TEACHER))).refreshAfterMs ?? Number.NaN;
    expect(soon).to.be.below(later);
  });

  it('ask before the end, and only then', async () => {
    lessons.state = 'active';
    expect((await end.state(at(TEACHER))).confirm).to.equal(LESSON_TEXT.endConfirm);
    expect(await create.state(at(TEACHER))).not.to.have.property('confirm');
    expect(await connect.state(at(TEACHER))).not.to.have.property('confirm');
  });

  it('do what they are pressed for', async () => {
    expect(await create.press(at(TEACHER))).to.deep.equal([{ kind: 'refresh' }]);
    lessons.state = 'active';
    expect(await connect.press(at(PUPIL))).to.deep.equal([{ kind: 'open-link', href: 'https://vk.com/call/join/abc' }]);
    expect(await end.press(at(TEACHER))).to.deep.equal([{ kind: 'refresh' }]);
    expect(await end.press(at(TEACHER))).to.deep.equal([{ kind: 'refresh' }]);
    expect(lessons.done).to.deep.equal(['create', 'end', 'end']);
  });

  it('give no stale link after the end', async () => {
    lessons.state = 'ending';
    expect(await refusal(connect.press(at(PUPIL)))).to.have.property('code', 'SFERUM_CONFERENCE_STATE');
  });

  for (const [name, right] of [
    ['create', Right.lessonCreate],
    ['connect', Right.lessonConnect],
    ['end', Right.lessonEnd],
  ] as const) {
    it(`without ${right}: the button is hidden and a press is refused`, async () => {
      lessons.state = 'active';
      const button = { create, connect, end }[name];
      const session = withoutRight(MANAGER, right);
      expect(await look(button, session)).to.equal('hidden');
      const error = await refusal(button.press(at(session)));
      expect(error).to.be.instanceOf(RightMissingError).and.to.have.property('right', right);
      expect(lessons.done).to.deep.equal([]);
    });
  }
});
