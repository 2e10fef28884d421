import { expect } from 'chai';

import { CONFERENCE_PROBLEM_TEXT, LESSON_TEXT } from '../../../src/conferences/conference-text.js';
import { mayStart, type ConferenceState } from '../../../src/conferences/life/conference-state.js';
import type { Conference } from '../../../src/conferences/conference-store.js';
import type { LessonConferences, LessonView } from '../../../src/conferences/lesson-conferences.js';
import { RightMissingError, SferumError } from '../../../src/errors.js';
import type { LessonJournalButtonContribution } from '../../../src/host/contribution-points.js';
import type { SessionContext } from '../../../src/host/host-session.js';
import { ConnectLessonButton, CreateLessonButton, EndLessonButton } from '../../../src/journal/lesson-buttons.js';
import { requireRight } from '../../../src/rights/guard.js';
import { Right } from '../../../src/rights/rights.js';
import { fakeSession } from '../../support/fake-session.js';

const STARTS_AT = new Date('2026-11-23T09:00:00Z');
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
  now = STARTS_AT;

  async view(session: SessionContext): Promise<LessonView> {
    return Promise.resolve({
      lesson: {
        ...{ id: 'lesson', organizationId: 'school', classOrGroupId: '5a', subject: 'Алгебра', title: 'Дроби' },
        ...{ teacherId: 'teacher', startsAt: STARTS_AT, endsAt: new Date(STARTS_AT.getTime() + 2_700_000) },
        cancelled: this.cancelled,
      },
      conference: this.conference(),
      leads: session.personId === 'teacher' || session.rights.has(Right.conferenceView),
      attends: session.personId === 'pupil',
      today: this.today,
      beginsAgain: this.beginsAgain,
      opensAt: new Date(STARTS_AT.getTime() - 900_000),
      now: this.now,
      timeZone: 'Asia/Yekaterinburg',
    });
  }

  async create(session: SessionContext): Promise<Conference> {
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

  private conference(): Conference | undefined {
    if (this.state === undefined) return undefined;
    return {
      ...{ organizationId: 'school', conferenceId: 'c', kind: 'lesson', title: 'Онлайн-урок: Алгебра, 5А' },
      ...{ chatId: undefined, chatTitle: undefined, lessonId: 'lesson', lessonTitle: 'Дроби', hostId: 'teacher' },
      ...{ takesPlace: true, joined: [] },
      ...{ startsAt: STARTS_AT, endsAt: STARTS_AT, state: this.state, failureCode: this.failureCode },
      ...{ endedBy: undefined, asOf: this.now },
      startable: mayStart({ state: this.state, endedBy: undefined, failureCode: this.failureCode, inTime: true }),
      joinLink: this.state === 'active' ? 'https://vk.com/call/join/abc' : undefined,
    };
  }
}

/** Of a planned lesson whose time has come. */
const NOW_TEXT = 'Онлайн-урок вот-вот начнётся.';

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
    const unknown = CONFERENCE_PROBLEM_TEXT['conference.start-unknown'];
    expect(await look(create, TEACHER)).to.equal(`enabled: ${unknown}`);
    lessons.failureCode = 'vk.10';
    expect(await look(create, TEACHER)).to.equal(`enabled: ${LESSON_TEXT.linkNotReady}`);
  });

  it('let no start be repeated whose call may still be made, and say so', async () => {
    lessons.state = 'starting';
    lessons.failureCode = 'conference.start-checking';
    const checking = CONFERENCE_PROBLEM_TEXT['conference.start-checking'];
    expect(await look(create, TEACHER)).to.equal(`disabled: ${checking}`);
  });

  it('let an online lesson that is over begin again until its lesson ends', async () => {
    lessons.state = 'finished';
    lessons.beginsAgain = true;
    expect(await look(create, TEACHER)).to.equal(`enabled: ${LESSON_TEXT.again}`);
    lessons.cancelled = true;
    expect(await look(create, TEACHER)).to.equal(`disabled: ${LESSON_TEXT.finished}`);
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
