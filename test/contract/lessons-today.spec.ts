import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type { Lesson } from '../../src/host/host-directory.js';
import type { ConferenceCard, LessonsToday } from '../../src/protocol/conference-protocol.js';
import { ConferenceRig, type Person } from './conference-rig.js';

/** A large school: more than a page of the directory, and more than a page of the window. */
const LESSONS = 1_200;

describe('the lessons of a day', () => {
  let rig: ConferenceRig;
  let classChat: string;
  before(async () => {
    rig = await ConferenceRig.start();
    classChat = await rig.chatId('class', '2022a');
  });
  after(() => rig?.stop());
  beforeEach(async () => {
    rig.directory.timetable = [];
    await rig.sql('delete from conference');
  });

  const today = async (query = '', person: Person = {}): Promise<LessonsToday> =>
    (await rig.ask<LessonsToday>('GET', `/api/lessons/today${query}`, undefined, person)).body;
  const ids = ({ items }: LessonsToday): string[] => items.map(({ id }) => id);
  async function plan(lesson: Lesson): Promise<string> {
    const { status, body } = await rig.ask<ConferenceCard>('POST', '/api/conferences', {
      ...{ requestId: randomUUID(), kind: 'lesson', title: '', chatId: classChat, lessonId: lesson.id },
      ...rig.times(lesson.startsAt, lesson.endsAt),
    });
    expect(status, JSON.stringify(body)).to.equal(201);
    return body.conference.id;
  }

  it('are listed with their state: all, or those a teacher has', async () => {
    rig.lesson({ teacherId: 'e5' }, 60);
    const lesson = rig.lesson({ teacherId: 'e6' }, 60);
    const gone = rig.lesson({ teacherId: 'e6', cancelled: true }, 60);
    await plan(lesson);
    const all = await today();
    const byId = new Map(all.items.map((item) => [item.id, item]));
    expect(all.total).to.equal(3);
    expect(byId.get(lesson.id)).to.include({ status: 'planned', statusText: 'Запланирован' });
    expect(byId.get(gone.id)).to.include({ statusText: 'Урок отменён' });
    expect(ids(await today('', { personId: 'e6', rights: [] }))).to.have.members([lesson.id, gone.id]);
  });

  it('are counted over the whole day, however few are read at once', async () => {
    for (let number = 0; number < LESSONS; number += 1) rig.lesson({ subject: 'Физика' }, 60);
    const planned = rig.lesson({ subject: 'Астрономия' }, 60);
    await plan(planned);
    const first = await today('?limit=100');
    expect(first.total).to.equal(LESSONS + 1);
    expect(first.items).to.have.length(100);
    expect(first.counts).to.deep.equal({
      ...{ all: LESSONS + 1, none: LESSONS, planned: 1, running: 0, over: 0, cancelled: 0, problem: 0 },
    });
    const last = await today(`?limit=100&offset=${LESSONS - 50}`);
    expect(last.items).to.have.length(51);
    const found = await today('?show=planned&limit=100');
    expect([found.total, ids(found)]).to.deep.equal([1, [planned.id]]);
    expect(found.counts.all).to.equal(LESSONS + 1);
    expect((await today('?query=астрономия')).counts).to.include({ all: 1, none: 0, planned: 1 });
  });

  it('are in one order however they are read: by start, those of the same time by class', async () => {
    const classes = { '10Б': 'class-10b', '6А': '2021a', '5А': '2022a' };
    const { classRows } = rig.directory;
    const [some] = classRows;
    if (some === undefined) throw new Error('no class');
    rig.directory.classRows = [...classRows, { ...some, id: classes['10Б'], name: '10Б' }];
    for (const startsInMinutes of [60, 0]) {
      for (const classOrGroupId of [...Object.values(classes), classes['6А']])
        rig.lesson({ classOrGroupId }, startsInMinutes);
    }
    const whole = (await today()).items;
    expect(whole.map(({ source }) => source)).to.deep.equal(['5А', '6А', '6А', '10Б', '5А', '6А', '6А', '10Б']);
    expect(whole.map(({ startsAt }) => startsAt)).to.deep.equal(whole.map(({ startsAt }) => startsAt).sort());
    rig.directory.timetable.reverse();
    const pages = [await today('?limit=2'), await today('?limit=6&offset=2')];
    expect(pages.flatMap(ids)).to.deep.equal(whole.map(({ id }) => id));
    rig.directory.classRows = classRows;
  });

  it('are shown by how they stand', async () => {
    const [none, planned, running, over, failed] = Array.from({ length: 5 }, () => rig.lesson());
    const gone = rig.lesson({ cancelled: true });
    if (!none || !planned || !running || !over || !failed) throw new Error('no lessons');
    await plan(planned);
    for (const [lesson, state] of [
      [running, 'active'],
      [over, 'finished'],
      [failed, 'starting'],
    ] as const) {
      await rig.sql('update conference set state = :state, due_at = null where conference_id = :id::uuid', {
        ...{ state, id: await plan(lesson) },
      });
    }
    await rig.sql(`update conference set failure_code = 'conference.start-unknown' where state = 'starting'`);
    const shown = async (show: string): Promise<string[]> => ids(await today(`?show=${show}`)).sort();
    expect(await shown('none')).to.deep.equal([none.id]);
    expect(await shown('planned')).to.deep.equal([planned.id]);
    expect(await shown('running')).to.deep.equal([running.id, failed.id].sort());
    expect(await shown('over')).to.deep.equal([over.id]);
    expect(await shown('cancelled')).to.deep.equal([gone.id]);
    expect(await shown('problem')).to.deep.equal([failed.id]);
    const { counts } = await today();
    expect(counts).to.deep.equal({ all: 6, none: 1, planned: 1, running: 2, over: 1, cancelled: 1, problem: 1 });
    expect((await rig.ask('GET', '/api/lessons/today?show=nonsense')).status).to.equal(400);
    // Deliveries of the school stand still while the planned one's time has come.
    await rig.sql(`update delivery_lane set stop_code = 'credential.missing'`);
    await rig.sql(`update conference set due_at = now() where state = 'planned'`);
    expect(await shown('problem')).to.deep.equal([planned.id, failed.id].sort());
    expect((await today('?show=planned')).items[0]?.problem).to.not.equal(undefined);
  });
});
