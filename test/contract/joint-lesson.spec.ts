import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { PersonalDataPart } from '../../src/account/personal-data-part.js';
import { CalendarStore } from '../../src/conferences/calendar-store.js';
import { CONFERENCE_TEXT } from '../../src/conferences/conference-text.js';
import type { Lesson } from '../../src/host/host-directory.js';
import type { ConferenceCard, ConferenceDefaults, ConferenceLessons } from '../../src/protocol/conference-protocol.js';
import { ConferenceRig, OWN_RIGHTS, SCHOOL, type Answer, type Failure, type Person } from './conference-rig.js';

const MINUTE_MS = 60_000;
const TEACHER = { personId: 'e3', rights: OWN_RIGHTS };
const OTHER_TEACHER = { personId: 'e6', rights: OWN_RIGHTS };
const PUPIL_OF_5A = { personId: 'p01', rights: OWN_RIGHTS };
const PUPIL_OF_6A = { personId: 'p07', rights: OWN_RIGHTS };

describe('an online lesson for parallel classes', () => {
  let rig: ConferenceRig;
  let own: Lesson;
  let joined: Lesson;
  let chats: Readonly<Record<'5А' | '6А', string>>;
  beforeEach(async () => {
    // What is removed is gone at once: how it is waited for is tested apart.
    rig = await ConferenceRig.start({ lessonGraceSeconds: 0 });
    chats = { '5А': await rig.chatId('class', '2022a'), '6А': await rig.chatId('class', '2021a') };
    own = rig.lesson({ teacherId: 'e3' }, 60);
    joined = rig.lesson({ classOrGroupId: '2021a', title: 'Доли', teacherId: 'e6' }, 60);
    await rig.feed.start();
  });
  afterEach(() => rig?.stop());

  const form = (lesson: Lesson, more: object = {}): object => ({
    ...{ requestId: randomUUID(), kind: 'lesson', title: '', chatId: chats['5А'], lessonId: lesson.id },
    ...rig.times(lesson.startsAt, lesson.endsAt),
    ...more,
  });
  const create = (more: object = {}, person: Person = {}): Promise<Answer<ConferenceCard>> =>
    rig.ask('POST', '/api/conferences', form(own, { joinedLessonIds: [joined.id], ...more }), person);
  const change = (card: ConferenceCard, more: object, person: Person = {}): Promise<Answer<ConferenceCard>> => {
    const { conference, revision, date, startTime, endTime } = card;
    const { kind, title, chatId, lessonId } = conference;
    const joinedLessonIds = conference.joinedLessons.map(({ id }) => id);
    const same = { revision, kind, title, chatId, lessonId, joinedLessonIds, date, startTime, endTime };
    return rig.ask('PUT', `/api/conferences/${conference.id}`, { ...same, ...more }, person);
  };
  async function made(more: object = {}): Promise<string> {
    const { status, body } = await create(more);
    expect(status, JSON.stringify(body)).to.equal(201);
    return body.conference.id;
  }
  const card = async (id: string): Promise<ConferenceCard> =>
    (await rig.ask<ConferenceCard>('GET', `/api/conferences/${id}`)).body;
  const seen = async (id: string, { personId }: Person): Promise<boolean> =>
    (await rig.ask('GET', `/api/conferences/${id}`, undefined, { personId, rights: [] } as Person)).status === 200;
  async function run(id: string): Promise<void> {
    await rig.shift(id, 0, 45);
    await rig.deliver();
    expect((await card(id)).conference.status).to.equal('active');
  }
  const posts = (): string[] =>
    [...rig.messenger.chats.values()].flatMap(({ title, messages }) => messages.map(() => title)).sort();
  const running = (): number => [...rig.messenger.calls.values()].filter(({ ended }) => !ended).length;
  const standing = async (id: string): Promise<unknown> => {
    const { conference } = await card(id);
    return [conference.status, conference.host?.personId, ...conference.joinedLessons.map((one) => one.takesPlace)];
  };
  async function says(
    kind: 'lesson.cancelled' | 'lesson.removed' | 'lesson.moved',
    id: string,
    more?: Partial<Lesson>,
  ) {
    rig.change(id, more);
    await rig.announce(kind, id);
  }
  async function refused(answer: Promise<Answer<unknown>>): Promise<unknown[]> {
    const { status, body } = (await answer) as Answer<Failure>;
    return [status, body.error?.fields['field'], body.error?.message];
  }

  it('brings the pupils and teachers of all its lessons into one call, its link into all their chats', async () => {
    const id = await made();
    const { conference, participants } = await card(id);
    expect(conference.title).to.equal('Онлайн-урок: Математика, 5А, 6А');
    expect(conference.joinedLessons).to.deep.equal([
      {
        id: joined.id,
        title: 'Доли, 6А',
        source: '6А',
        takesPlace: true,
        teacher: conference.joinedLessons[0]?.teacher,
      },
    ]);
    const origins = new Map(participants.map(({ personId, origin }) => [personId, origin]));
    expect([origins.get('p01'), origins.get('p07')]).to.deep.equal(['chat', 'chat']);
    expect([origins.get('e3'), origins.get('e6')]).to.deep.equal(['host', 'host']);
    await run(id);
    expect(rig.messenger.calls.size).to.equal(1);
    expect(posts()).to.deep.equal(['Классный чат 5А', 'Классный чат 6А']);
    for (const person of [PUPIL_OF_5A, PUPIL_OF_6A, TEACHER, OTHER_TEACHER]) {
      expect(await seen(id, person), person.personId).to.equal(true);
    }
    expect(await seen(id, { personId: 'e7' })).to.equal(false);
    await rig.deliver();
    expect(posts()).to.have.length(2);
  });

  it('joins no lesson of another school, nor one of a class that went to another school', async () => {
    rig.change(joined.id, { organizationId: 'other' });
    expect((await create()).status).to.equal(400);
    rig.change(joined.id, { organizationId: SCHOOL });
    rig.directory.foreign.add(joined.classOrGroupId);
    expect((await create()).status).to.equal(400);
    rig.directory.foreign.clear();
    const id = await made();
    rig.directory.foreign.add(joined.classOrGroupId);
    await rig.announce('lesson.moved', joined.id);
    expect((await card(id)).conference.joinedLessons.map((one) => one.takesPlace)).to.deep.equal([false]);
    expect(await seen(id, PUPIL_OF_6A)).to.equal(false);
  });

  it('is one for the windows «Журнал на урок» of all its lessons: created, entered and ended from any', async () => {
    const id = await made();
    const { lessonConferences } = rig;
    const started = await lessonConferences.create(rig.session(OTHER_TEACHER), joined.id);
    expect(started.conferenceId).to.equal(id);
    await rig.deliver();
    const [call] = rig.messenger.calls.values();
    await rig.shift(id, -5, 40);
    for (const [person, lesson] of [
      [PUPIL_OF_6A, joined],
      [PUPIL_OF_5A, own],
      [TEACHER, own],
    ] as const) {
      expect(await lessonConferences.connect(rig.session(person), lesson.id)).to.equal(call?.joinLink);
    }
    await lessonConferences.end(rig.session(OTHER_TEACHER), joined.id);
    await rig.deliver();
    expect(running()).to.equal(0);
    for (const lesson of [own, joined]) {
      const { conference } = await lessonConferences.view(rig.session(TEACHER), lesson.id);
      expect(conference).to.include({ conferenceId: id, state: 'finished' });
    }
    expect(rig.messenger.calls.size).to.equal(1);
  });

  it('makes one of both teachers who press «Создать» at once', async () => {
    await made();
    const both = await Promise.all([
      rig.lessonConferences.create(rig.session(TEACHER), own.id),
      rig.lessonConferences.create(rig.session(OTHER_TEACHER), joined.id),
    ]);
    await rig.deliver();
    expect(new Set(both.map(({ conferenceId }) => conferenceId)).size).to.equal(1);
    expect(rig.messenger.calls.size).to.equal(1);
  });

  it('goes on for the rest when one lesson is cancelled, with its teacher and times, and is whole again when it is back', async () => {
    const id = await made();
    await says('lesson.cancelled', own.id, { cancelled: true });
    expect(await standing(id)).to.deep.equal(['planned', 'e6', true]);
    expect((await card(id)).conference.ownLessonOff).to.equal(true);
    expect([await seen(id, PUPIL_OF_5A), await seen(id, PUPIL_OF_6A)]).to.deep.equal([false, true]);
    const later = { startsAt: new Date(joined.startsAt.getTime() + 60 * MINUTE_MS) };
    await says('lesson.moved', joined.id, { ...later, endsAt: new Date(joined.endsAt.getTime() + 60 * MINUTE_MS) });
    expect(new Date((await card(id)).conference.startsAt)).to.deep.equal(later.startsAt);
    await says('lesson.moved', own.id, { cancelled: false });
    expect(await standing(id)).to.deep.equal(['planned', 'e3', true]);
    expect(new Date((await card(id)).conference.startsAt)).to.deep.equal(own.startsAt);
    expect([await seen(id, PUPIL_OF_5A), await seen(id, PUPIL_OF_6A)]).to.deep.equal([true, true]);
    const [before] = (await card(id)).conference.joinedLessons;
    await says('lesson.removed', joined.id);
    expect((await card(id)).conference.joinedLessons[0]?.teacher).to.equal(before?.teacher);
    expect(await standing(id)).to.deep.equal(['planned', 'e3', false]);
    expect([await seen(id, PUPIL_OF_6A), await seen(id, OTHER_TEACHER)]).to.deep.equal([false, false]);
    await run(id);
    expect(posts()).to.deep.equal(['Классный чат 5А']);
  });

  it('is cancelled when none of its lessons takes place, and planned again with any that is back', async () => {
    const id = await made();
    await says('lesson.cancelled', own.id, { cancelled: true });
    await says('lesson.cancelled', joined.id, { cancelled: true });
    expect(await standing(id)).to.deep.equal(['cancelled', 'e3', true]);
    await says('lesson.moved', joined.id, { cancelled: false });
    expect(await standing(id)).to.deep.equal(['planned', 'e6', true]);
  });

  it('posts its link into the chats of the lessons that take place only', async () => {
    const id = await made();
    await says('lesson.cancelled', own.id, { cancelled: true });
    await run(id);
    expect(posts()).to.deep.equal(['Классный чат 6А']);
  });

  it('does not come back beside the one that its lesson was joined to since', async () => {
    const first = await made({ joinedLessonIds: [] });
    await says('lesson.cancelled', own.id, { cancelled: true });
    rig.change(own.id, { cancelled: false });
    const second = await rig.ask<ConferenceCard>(
      'POST',
      '/api/conferences',
      form(joined, { chatId: chats['6А'], joinedLessonIds: [own.id] }),
    );
    expect(second.status, JSON.stringify(second.body)).to.equal(201);
    await rig.announce('lesson.moved', own.id);
    const states = await Promise.all([first, second.body.conference.id].map(async (id) => (await card(id)).conference));
    expect(states.map(({ status }) => status)).to.deep.equal(['cancelled', 'planned']);
  });

  it('is begun from the window of a lesson that is back before the timetable said so', async () => {
    for (const [back, teacher] of [
      [joined, OTHER_TEACHER],
      [own, TEACHER],
    ] as const) {
      const id = await made();
      await says('lesson.cancelled', back.id, { cancelled: true });
      rig.change(back.id, { cancelled: false });
      expect(await rig.lessonConferences.create(rig.session(teacher), back.id)).to.include({ conferenceId: id });
      await rig.ask('DELETE', `/api/conferences/${id}`);
      await rig.deliver();
    }
  });

  it('is not left with a cancelled lesson alone', async () => {
    const id = await made();
    await says('lesson.cancelled', own.id, { cancelled: true });
    const alone = await refused(change(await card(id), { joinedLessonIds: [] }));
    expect(alone).to.deep.equal([400, 'lessonId', CONFERENCE_TEXT.lessonCancelled]);
    expect(await standing(id)).to.deep.equal(['planned', 'e6', true]);
  });

  it('follows a substitution in a joined lesson', async () => {
    const id = await made();
    await says('lesson.moved', joined.id, { teacherId: 'e5' });
    expect([await seen(id, { personId: 'e5' }), await seen(id, OTHER_TEACHER)]).to.deep.equal([true, false]);
    expect(await standing(id)).to.deep.equal(['planned', 'e3', true]);
  });

  it('never gives one lesson two online lessons', async () => {
    const id = await made();
    const alone = await refused(rig.ask('POST', '/api/conferences', form(joined, { chatId: chats['6А'] })));
    expect(alone).to.deep.equal([409, 'lessonId', CONFERENCE_TEXT.lessonTaken]);
    const third = rig.lesson({ classOrGroupId: '2022a-eng' }, 60);
    const again = await refused(rig.ask('POST', '/api/conferences', form(third, { joinedLessonIds: [own.id] })));
    expect(again).to.deep.equal([409, 'joinedLessonIds', CONFERENCE_TEXT.joinedLessonTaken]);
    const both = await Promise.all(
      [1, 2].map(() => rig.ask('POST', '/api/conferences', form(third, { joinedLessonIds: [] }))),
    );
    expect(both.map(({ status }) => status).sort()).to.deep.equal([201, 409]);
    const picked = await rig.ask<ConferenceLessons>('GET', `/api/conference-lessons?date=${(await card(id)).date}`);
    const found = new Map(picked.body.items.map((lesson) => [lesson.id, lesson.conferenceId]));
    expect([found.get(own.id), found.get(joined.id)]).to.deep.equal([id, id]);
  });

  it('frees its lessons at once when the plan is deleted', async () => {
    await rig.ask('DELETE', `/api/conferences/${await made()}`);
    const alone = await rig.ask('POST', '/api/conferences', form(joined, { chatId: chats['6А'] }));
    expect(alone.status).to.equal(201);
  });

  it('frees its lessons when it is deleted, and when only a cancelled one holds them', async () => {
    const id = await made();
    await run(id);
    await rig.ask('DELETE', `/api/conferences/${id}`);
    expect((await refused(create({ joinedLessonIds: [], lessonId: joined.id })))[0]).to.equal(409);
    await rig.deliver();
    expect(running()).to.equal(0);
    const second = await made();
    await says('lesson.cancelled', own.id, { cancelled: true });
    await says('lesson.cancelled', joined.id, { cancelled: true });
    await says('lesson.moved', own.id, { cancelled: false });
    await says('lesson.cancelled', own.id, { cancelled: true });
    rig.change(joined.id, { cancelled: false });
    const alone = await rig.ask<ConferenceCard>('POST', '/api/conferences', form(joined, { chatId: chats['6А'] }));
    expect(alone.status, JSON.stringify(alone.body)).to.equal(201);
    await says('lesson.moved', own.id, { cancelled: false });
    expect((await card(second)).conference).to.deep.include({ status: 'planned', joinedLessons: [] });
    expect((await card(alone.body.conference.id)).conference.status).to.equal('planned');
  });

  it('lets a lesson join and leave while it runs: its chat gets the link, once', async () => {
    const id = await made({ joinedLessonIds: [] });
    await run(id);
    expect(posts()).to.deep.equal(['Классный чат 5А']);
    const added = await change(await card(id), { joinedLessonIds: [joined.id] });
    expect(added.status, JSON.stringify(added.body)).to.equal(200);
    await rig.deliver();
    expect(posts()).to.deep.equal(['Классный чат 5А', 'Классный чат 6А']);
    expect((await change(added.body, { title: 'Повторение' })).status).to.equal(200);
    await rig.deliver();
    expect(rig.messenger.sent('message.post')).to.have.length(2);
    expect(await seen(id, PUPIL_OF_6A)).to.equal(true);
    expect((await change(await card(id), { joinedLessonIds: [] })).status).to.equal(200);
    expect([await seen(id, PUPIL_OF_6A), await seen(id, PUPIL_OF_5A)]).to.deep.equal([false, true]);
  });

  for (const [refusing, other] of [
    ['Классный чат 5А', 'Классный чат 6А'],
    ['Классный чат 6А', 'Классный чат 5А'],
  ]) {
    it(`posts into ${other} though ${refusing} refuses for good, which is said and not tried again`, async () => {
      const id = await made();
      const chatId = [...rig.messenger.chats.values()].find(({ title }) => title === refusing)?.chatId;
      rig.messenger.fault = (call) =>
        call.kind === 'message.post' && call.chatId === chatId
          ? { class: 'permanent', code: 'vk.7', message: 'no right' }
          : undefined;
      await run(id);
      expect(posts()).to.deep.equal([other]);
      expect((await card(id)).conference.problem).to.contain('vk.7');
      const due = await rig.sql<{ later: boolean }>('select due_at > now() as later from conference');
      expect(due).to.deep.equal([{ later: true }]);
    });
  }

  it('says what cannot be joined, and why', async () => {
    const day = rig.lesson({ classOrGroupId: '2021a' }, 3 * 24 * 60);
    const off = rig.lesson({ classOrGroupId: '2021a', cancelled: true }, 60);
    expect(await refused(create({ joinedLessonIds: ['nothing'] }))).to.deep.equal([
      ...[400, 'joinedLessonIds', CONFERENCE_TEXT.joinedUnknown],
    ]);
    expect((await refused(create({ joinedLessonIds: [own.id] })))[2]).to.equal(CONFERENCE_TEXT.joinedItself);
    expect((await refused(create({ joinedLessonIds: [day.id] })))[2]).to.equal(CONFERENCE_TEXT.joinedOtherDay);
    expect((await refused(create({ joinedLessonIds: [off.id] })))[2]).to.equal(CONFERENCE_TEXT.joinedCancelled);
    expect((await refused(create({ lessonId: undefined })))[2]).to.equal(CONFERENCE_TEXT.joinedWithoutLesson);
    const many = Array.from({ length: 11 }, (_, index) => `lesson-x${index}`);
    expect((await refused(create({ joinedLessonIds: many })))[0]).to.equal(400);
    expect(await rig.sql('select 1 from conference')).to.deep.equal([]);
  });

  it('without it: who may not see all joins their own lessons only (sferum.conference.view)', async () => {
    const foreign = await refused(create({}, TEACHER));
    expect(foreign).to.deep.equal([400, 'joinedLessonIds', CONFERENCE_TEXT.joinedNotYours]);
    const mine = rig.lesson({ classOrGroupId: '2021a', teacherId: 'e3' }, 60);
    const { status, body } = await create({ joinedLessonIds: [mine.id] }, TEACHER);
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(body.warnings.map(({ kind }) => kind)).not.to.include('host-overlap');
  });

  it('lets its host change it though an administrator joined a colleague’s lesson', async () => {
    const { conference } = await card(await made());
    const query = `kind=lesson&chatId=${chats['5А']}&lessonId=${own.id}&joinedLessonIds=${joined.id}`;
    const path = `/api/conferences/defaults?${query}`;
    expect((await rig.ask('GET', path, undefined, TEACHER)).status).to.equal(400);
    const defaults = await rig.ask<ConferenceDefaults>(
      'GET',
      `${path}&conferenceId=${conference.id}`,
      undefined,
      TEACHER,
    );
    expect(defaults.body.participants.map(({ personId }) => personId)).to.include.members(['p01', 'p07', 'e6']);
    const saved = await change(await card(conference.id), { title: 'Вместе' }, TEACHER);
    expect(saved.body.conference).to.include({ title: 'Вместе' });
    expect(saved.body.conference.joinedLessons).to.have.length(1);
  });

  it('warns of a joined lesson at another time, and of another lesson of its teacher', async () => {
    rig.lesson({ classOrGroupId: '2022a-eng', title: 'Глагол', teacherId: 'e6' }, 70);
    rig.change(joined.id, {
      startsAt: new Date(own.endsAt.getTime()),
      endsAt: new Date(own.endsAt.getTime() + MINUTE_MS),
    });
    const { warnings } = await card(await made());
    const texts = warnings.filter(({ kind }) => kind !== 'unlinked-participants').map(({ text }) => text);
    expect(texts).to.have.length(2);
    expect(texts[0]).to.contain('«Глагол»');
    expect(texts[1]).to.contain('«Доли, 6А»');
  });

  it('warns each of its teachers of their other conferences, those held jointly included, and of nobody else’s', async () => {
    const chatId = chats['5А'];
    const calls = { requestId: randomUUID(), kind: 'call', chatId, ...rig.times(own.startsAt, own.endsAt) };
    await rig.ask('POST', '/api/conferences', { ...calls, title: 'Совещание' }, { personId: 'e6' });
    await rig.ask(
      'POST',
      '/api/conferences',
      { ...calls, requestId: randomUUID(), title: 'Чужое' },
      { personId: 'e5' },
    );
    const overlaps = async (id: string): Promise<string[]> =>
      (await card(id)).warnings.flatMap(({ kind, text }) => (kind === 'host-overlap' ? [text] : []));
    const id = await made();
    expect(await overlaps(id)).to.have.length(1);
    expect((await overlaps(id))[0]).to.contain('«Совещание»');
    const third = rig.lesson({ classOrGroupId: '2022a-eng', teacherId: 'e6' }, 60);
    const { body } = await rig.ask<ConferenceCard>('POST', '/api/conferences', form(third));
    const texts = await overlaps(body.conference.id);
    expect(texts.some((text) => text.includes('«Онлайн-урок: Математика, 5А, 6А»'))).to.equal(true);
  });

  it('leaves out by hand whom a joined lesson’s chat gives', async () => {
    const id = await made({ participants: { added: [], removed: ['p07'] } });
    expect([await seen(id, PUPIL_OF_6A), await seen(id, { personId: 'p08' })]).to.deep.equal([false, true]);
  });

  it('stands in the calendars of all its people, with all its lessons, while theirs takes place', async () => {
    await made();
    const titles = async ({ personId }: { personId: string }): Promise<unknown> => {
      const until = new Date(Date.now() + 24 * 60 * MINUTE_MS);
      const entries = await rig.get(CalendarStore).entries({ organizationId: SCHOOL, personId }, new Date(), until);
      return entries.map(({ lessonTitles }) => lessonTitles);
    };
    for (const person of [PUPIL_OF_5A, PUPIL_OF_6A, TEACHER, OTHER_TEACHER]) {
      expect(await titles(person), person.personId).to.deep.equal([['Дроби', 'Доли, 6А']]);
    }
    await says('lesson.cancelled', joined.id, { cancelled: true });
    expect([await titles(PUPIL_OF_6A), await titles(OTHER_TEACHER)]).to.deep.equal([[], []]);
    expect(await titles(PUPIL_OF_5A)).to.deep.equal([['Дроби']]);
  });

  it('is given out and erased with the teacher of a joined lesson', async () => {
    const id = await made();
    const [part] = rig.getAll(PersonalDataPart).filter((one) => one.id === 'conferences');
    const given = (await part?.export('e6')) as { conferences: { title: string; leads: boolean }[] };
    expect(given.conferences).to.have.length(1);
    expect(given.conferences[0]).to.include({ leads: true });
    await part?.erase('e6');
    expect(await part?.export('e6')).to.equal(undefined);
    expect(await seen(id, OTHER_TEACHER)).to.equal(false);
  });
});
