import { expect } from 'chai';

import type { ConferenceState } from '../../../src/conferences/life/conference-state.js';
import type {
  ConferenceStore,
  NewLessonConference,
  WatchedConference,
} from '../../../src/conferences/conference-store.js';
import { CONFERENCE_PROBLEM_TEXT } from '../../../src/conferences/conference-text.js';
import { DirectoryLessonConferences } from '../../../src/conferences/lesson-conferences.js';
import { RightMissingError } from '../../../src/errors.js';
import type { Lesson } from '../../../src/host/host-directory.js';
import type { SessionContext } from '../../../src/host/host-session.js';
import { Right } from '../../../src/rights/rights.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeDirectory } from '../../support/fake-directory.js';
import { fakeSession } from '../../support/fake-session.js';
import { FakeSettings } from '../../support/fake-settings.js';

const ALL = [Right.lessonCreate, Right.lessonConnect, Right.lessonEnd];
const TEACHER = fakeSession('petr', ALL);
const PUPIL = fakeSession('anna', ALL);
const STRANGER = fakeSession('stranger', ALL);
const MANAGER = fakeSession('manager', [...ALL, Right.conferenceView]);
const LINK = 'https://vk.com/call/join/abc?p=1#x';
const LESSON: Lesson = {
  ...{ id: 'lesson', organizationId: 'school', classOrGroupId: '5a', subject: 'Алгебра', title: 'Дроби' },
  ...{ teacherId: 'petr', startsAt: new Date('2026-11-23T09:00:00Z'), endsAt: new Date('2026-11-23T09:45:00Z') },
  cancelled: false,
};

type UsedStore = Pick<ConferenceStore, 'startLesson' | 'ofLesson' | 'end' | 'belongs'>;

/** One lesson's conference in memory. */
class FakeConferenceStore implements UsedStore {
  readonly started: NewLessonConference[] = [];
  readonly ended: string[] = [];
  /** Who was added to it. */
  readonly added = new Set<string>();
  conference: WatchedConference | undefined;
  startable = false;

  constructor(private readonly clock: FakeClock) {}

  put(state: ConferenceState, joinLink: string | undefined = LINK): WatchedConference {
    this.conference = {
      ...{ organizationId: 'school', conferenceId: 'c', kind: 'lesson', title: 'Онлайн-урок', chatId: undefined },
      ...{ chatTitle: undefined, lessonId: 'lesson', lessonTitle: 'Дроби', hostId: 'petr', failureCode: undefined },
      ...{ startsAt: LESSON.startsAt, endsAt: LESSON.endsAt, state, joinLink, takesPlace: true, joined: [] },
      ...{ endedBy: undefined, startable: this.startable, asOf: this.clock.now() },
      ...{ standstill: undefined, stopped: false, nextAttemptAt: undefined, dueSince: undefined },
    };
    return this.conference;
  }

  async startLesson(lesson: NewLessonConference): Promise<WatchedConference> {
    this.started.push(lesson);
    return Promise.resolve(this.conference ?? this.put('starting', undefined));
  }

  async ofLesson(): Promise<WatchedConference | undefined> {
    return Promise.resolve(this.conference && { ...this.conference, asOf: this.clock.now() });
  }

  async belongs(_organizationId: string, _conferenceId: string, personId: string): Promise<boolean> {
    return Promise.resolve(this.added.has(personId));
  }

  async end(_organizationId: string, conferenceId: string): Promise<void> {
    this.ended.push(conferenceId);
    return Promise.resolve();
  }
}

describe('LessonConferences', () => {
  let clock: FakeClock;
  let directory: FakeDirectory;
  let store: FakeConferenceStore;
  let lessons: DirectoryLessonConferences;

  beforeEach(() => {
    at('2026-11-23T09:00:00Z');
  });

  function at(time: string): void {
    clock = new FakeClock(time);
    directory = new FakeDirectory().addOrganization('school').addClass('5a', ['anna']);
    directory.lessonList.push(LESSON);
    store = new FakeConferenceStore(clock);
    lessons = service();
  }

  function service(): DirectoryLessonConferences {
    const problems = { textOf: (code: string) => `Причина ${code}.` };
    const settings = new FakeSettings();
    return new DirectoryLessonConferences(directory, store as unknown as ConferenceStore, clock, settings, problems);
  }

  function replaceLesson(more: Partial<Lesson>): void {
    directory.lessonList.splice(0, 1, { ...LESSON, ...more });
  }

  async function refused(promise: Promise<unknown>): Promise<string> {
    return promise.then(
      () => expect.fail('nothing was refused'),
      (error: { code: string }) => error.code,
    );
  }

  it('says who leads, who attends, and who does neither', async () => {
    const standing = async (session: SessionContext): Promise<readonly boolean[]> => {
      const { leads, attends } = await lessons.view(session, 'lesson');
      return [leads, attends];
    };
    expect(await standing(TEACHER)).to.deep.equal([true, false]);
    expect(await standing(PUPIL)).to.deep.equal([false, true]);
    expect(await standing(MANAGER)).to.deep.equal([true, false]);
    expect(await standing(STRANGER)).to.deep.equal([false, false]);
  });

  it('knows no lesson of another organization', async () => {
    replaceLesson({ organizationId: 'other' });
    for (const action of ['view', 'create', 'connect', 'end'] as const) {
      expect(await refused(lessons[action](MANAGER, 'lesson')), action).to.equal('SFERUM_NOT_FOUND');
    }
    expect(await refused(lessons.view(MANAGER, 'unknown'))).to.equal('SFERUM_NOT_FOUND');
  });

  it("counts the day in the school's time zone", async () => {
    at('2026-11-22T21:00:00Z');
    expect((await lessons.view(TEACHER, 'lesson')).today).to.equal(true);
    at('2026-11-22T20:59:59Z');
    expect((await lessons.view(TEACHER, 'lesson')).today).to.equal(false);
  });

  it('takes one that runs past midnight for today’s as long as it runs', async () => {
    const late = { startsAt: new Date('2026-11-22T20:30:00Z'), endsAt: new Date('2026-11-22T21:15:00Z') };
    at('2026-11-22T21:05:00Z');
    replaceLesson(late);
    await lessons.create(TEACHER, 'lesson');
    expect(store.started).to.have.length(1);
    at('2026-11-22T21:15:00Z');
    replaceLesson(late);
    expect((await lessons.view(TEACHER, 'lesson')).today).to.equal(false);
  });

  it('creates for the teacher and for a manager, named after subject and class', async () => {
    await lessons.create(TEACHER, 'lesson');
    await lessons.create(MANAGER, 'lesson');
    expect(store.started.map(({ createdBy }) => createdBy)).to.deep.equal(['petr', 'manager']);
    expect(store.started[0]).to.include({ title: 'Онлайн-урок: Алгебра, 5a', hostId: 'petr', classOrGroupId: '5a' });
    expect(store.started[0]?.endsAt).to.deep.equal(LESSON.endsAt);
  });

  for (const [what, session] of [
    ['a pupil', PUPIL],
    ['a stranger', STRANGER],
  ] as const) {
    it(`neither creates nor ends for ${what}, whatever their rights`, async () => {
      store.put('active');
      expect(await refused(lessons.create(session, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
      expect(await refused(lessons.end(session, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
      expect(store.started).to.deep.equal([]);
      expect(store.ended).to.deep.equal([]);
    });
  }

  it('does not create a lesson that was cancelled, or of another day', async () => {
    replaceLesson({ cancelled: true });
    expect(await refused(lessons.create(TEACHER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    at('2026-11-24T09:00:00Z');
    expect(await refused(lessons.create(TEACHER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    expect(store.started).to.deep.equal([]);
  });

  it('does not create after the lesson’s end, but starts what is planned to last longer', async () => {
    at('2026-11-23T09:45:00Z');
    expect(await refused(lessons.create(TEACHER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    store.put('planned');
    expect(await refused(lessons.create(TEACHER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    expect(store.started).to.deep.equal([]);
    store.conference = { ...store.put('planned'), endsAt: new Date('2026-11-23T09:45:01Z') };
    await lessons.create(TEACHER, 'lesson');
    expect(store.started).to.have.length(1);
  });

  it('says what keeps an online lesson, and who can help while deliveries stand still', async () => {
    const trouble = async (session: SessionContext, more: Partial<WatchedConference>): Promise<unknown> => {
      store.conference = { ...store.put('starting', undefined), ...more };
      return (await lessons.view(session, 'lesson')).trouble;
    };
    expect(await trouble(TEACHER, {})).to.equal(undefined);
    const text = CONFERENCE_PROBLEM_TEXT['conference.start-unknown'];
    const unknown = { text, help: undefined };
    expect(await trouble(TEACHER, { failureCode: 'conference.start-unknown' })).to.deep.equal(unknown);
    const standing = { standstill: 'vk.9', stopped: true };
    const nobody = { text: 'Причина vk.9.', help: { administrator: undefined } };
    expect(await trouble(TEACHER, standing)).to.deep.equal(nobody);
    directory.organizationList.length = 0;
    directory.addOrganization('school', 'oleg');
    directory.personList.push({ id: 'oleg', givenName: 'Олег', familyName: 'Титов', kinds: ['employee'] });
    expect(await trouble(TEACHER, standing)).to.deep.equal({ ...nobody, help: { administrator: 'Титов Олег' } });
    expect(await trouble(fakeSession('oleg', ALL), standing)).to.deep.equal({ ...nobody, help: undefined });
  });

  it('does not create again what ends, or what is over when its lesson is', async () => {
    store.put('ending');
    expect(await refused(lessons.create(TEACHER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    at('2026-11-23T09:45:00Z');
    store.put('finished');
    expect(await refused(lessons.create(TEACHER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    expect(store.started).to.deep.equal([]);
  });

  it('begins again what is over until its lesson ends, and one that lasts longer until its own end', async () => {
    at('2026-11-23T09:44:59Z');
    store.put('finished');
    await lessons.create(TEACHER, 'lesson');
    at('2026-11-23T10:00:00Z');
    store.startable = true;
    store.put('finished');
    await lessons.create(TEACHER, 'lesson');
    expect(store.started).to.have.length(1);
  });

  it('knows no lesson of a class that went to another school, and asks nobody of that class', async () => {
    directory = new FakeDirectory()
      .addOrganization('school')
      .addOrganization('other')
      .addClass('5a', ['anna'], { organizationId: 'other' });
    directory.lessonList.push(LESSON);
    lessons = service();
    for (const action of ['view', 'create', 'connect', 'end'] as const) {
      expect(await refused(lessons[action](PUPIL, 'lesson')), action).to.equal('SFERUM_NOT_FOUND');
    }
  });

  it('gives the link as it is, to who leads and who attends', async () => {
    store.put('active');
    for (const session of [TEACHER, PUPIL, MANAGER]) {
      expect(await lessons.connect(session, 'lesson')).to.equal(LINK);
    }
    expect(await refused(lessons.connect(STRANGER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
  });

  for (const state of ['planned', 'starting', 'ending', 'finished', 'cancelled'] as const) {
    it(`gives no link while the lesson is ${state}, even if one is stored`, async () => {
      store.put(state);
      expect(await refused(lessons.connect(TEACHER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    });
  }

  it('lets in who was added to the online lesson, and no other stranger', async () => {
    store.put('active');
    store.added.add('guest');
    expect(await lessons.connect(fakeSession('guest', ALL), 'lesson')).to.equal(LINK);
    expect(await refused(lessons.connect(STRANGER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    expect(await refused(lessons.create(fakeSession('guest', ALL), 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
  });

  it('lets pupils in a quarter of an hour before, the teacher at any time', async () => {
    at('2026-11-23T08:44:59Z');
    store.put('active');
    expect(await lessons.connect(TEACHER, 'lesson')).to.equal(LINK);
    expect(await refused(lessons.connect(PUPIL, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
    await clock.advance(1_000);
    expect(await lessons.connect(PUPIL, 'lesson')).to.equal(LINK);
  });

  it('ends for who leads, also a second time', async () => {
    store.put('active');
    await lessons.end(TEACHER, 'lesson');
    store.put('finished');
    await lessons.end(MANAGER, 'lesson');
    expect(store.ended).to.deep.equal(['c', 'c']);
  });

  it('has nothing to end before a creation', async () => {
    expect(await refused(lessons.end(TEACHER, 'lesson'))).to.equal('SFERUM_CONFERENCE_STATE');
  });

  it('asks for the right of each action, and for no other', async () => {
    store.put('active');
    const acts = [
      [Right.lessonCreate, lessons.create.bind(lessons)],
      [Right.lessonConnect, lessons.connect.bind(lessons)],
      [Right.lessonEnd, lessons.end.bind(lessons)],
    ] as const;
    for (const [right, act] of acts) {
      const others = fakeSession('petr', [...ALL.filter((other) => other !== right), Right.conferenceView]);
      const error: unknown = await act(others, 'lesson').catch((cause: unknown) => cause);
      expect(error, `without ${right}`).to.be.instanceOf(RightMissingError).and.to.have.property('right', right);
      await act(fakeSession('petr', [right]), 'lesson');
    }
    expect(store.started).to.have.length(1);
    expect(store.ended).to.have.length(1);
  });
});
