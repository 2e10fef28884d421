import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type {
  ConferenceCard,
  ConferenceChats,
  ConferenceCheck,
  ConferenceDefaults,
  ConferenceEntryPage,
  ConferenceLessons,
} from '../../src/protocol/conference-protocol.js';
import { Right } from '../../src/rights/rights.js';
import {
  ADMINISTRATOR,
  ConferenceRig,
  EVERY_RIGHT,
  OWN_RIGHTS,
  type Answer,
  type Failure,
  type Person,
} from './conference-rig.js';

const GROUP = '2022a-eng';
const NOBODY = { personId: 'e6', rights: OWN_RIGHTS };

describe('conference forms', () => {
  let rig: ConferenceRig;
  let classChat: string;
  let guardiansChat: string;
  let subjectChat: string;

  before(async () => {
    rig = await ConferenceRig.start();
    const made = await rig.ask<{ chat: { id: string } }>('POST', '/api/chats', {
      ...{ requestId: randomUUID(), kind: 'subject', title: 'Английский 5А', groupId: GROUP },
    });
    subjectChat = made.body.chat.id;
    classChat = await rig.chatId('class', '2022a');
    guardiansChat = await rig.chatId('guardians', '2022a');
  });
  after(() => rig?.stop());

  function form(more: object = {}): Record<string, unknown> {
    return { requestId: randomUUID(), kind: 'call', title: 'Собрание', chatId: classChat, ...rig.tomorrow(), ...more };
  }
  const create = (more: object = {}, person: Person = {}): Promise<Answer<ConferenceCard>> =>
    rig.ask('POST', '/api/conferences', form(more), person);
  const change = (card: ConferenceCard, more: object = {}, person: Person = {}): Promise<Answer<ConferenceCard>> => {
    const { conference, revision, date, startTime, endTime } = card;
    const { kind, title, chatId, lessonId } = conference;
    const same = { revision, kind, title, chatId, lessonId, date, startTime, endTime };
    return rig.ask('PUT', `/api/conferences/${conference.id}`, { ...same, ...more }, person);
  };
  async function refusedField(more: object, person: Person = {}): Promise<unknown> {
    const { status, body } = (await create(more, person)) as unknown as Answer<Failure>;
    expect([status, body.error?.code], JSON.stringify(body)).to.deep.equal([400, 'SFERUM_REQUEST_INVALID']);
    return body.error.fields['field'];
  }
  const ids = (card: Pick<ConferenceCard, 'participants'>, ...origins: string[]): string[] =>
    card.participants.filter(({ origin }) => origins.includes(origin)).map(({ personId }) => personId);

  it('plans a video call with the people of its chat, the chat administrator and the host', async () => {
    const { status, body } = await create();
    expect(status).to.equal(201);
    expect(body.conference).to.include({ status: 'planned', kind: 'call', title: 'Собрание', chatId: classChat });
    expect(body.conference).not.to.have.property('joinUrl');
    expect(body).to.include({ ...rig.tomorrow(), lessonRule: 'forbidden', revision: 0 });
    expect(body.tabs).to.deep.equal(['student', 'employee']);
    expect(ids(body, 'administrator')).to.deep.equal([ADMINISTRATOR]);
    expect(ids(body, 'host')).to.deep.equal(['e1']);
    expect(ids(body, 'chat')).to.include.members(['p01', 'p02', 'p03', 'p04']);
    expect(body.participants.filter(({ locked }) => locked)).to.have.length(2);
  });

  it('shows parents only in a video call with a parents chat', async () => {
    const call = await create({ chatId: guardiansChat });
    expect(call.body.tabs).to.deep.equal(['student', 'employee', 'guardian']);
    expect(call.body.participants.some(({ kind }) => kind === 'guardian')).to.equal(true);
    const lesson = await create({ chatId: guardiansChat, kind: 'lesson' });
    expect(lesson.body.tabs).to.deep.equal(['student', 'employee']);
    expect(lesson.body.participants.some(({ kind }) => kind === 'guardian')).to.equal(false);
    const added = { added: [{ personId: 'g01', kind: 'guardian' }] };
    expect(await refusedField({ participants: added })).to.equal('participants');
  });

  it('wants a lesson for an online lesson with a subject chat, and none for a video call', async () => {
    expect(await refusedField({ kind: 'lesson', chatId: subjectChat })).to.equal('lessonId');
    const lesson = rig.lesson({ classOrGroupId: GROUP, teacherId: 'e5' }, 60);
    expect(await refusedField({ kind: 'call', lessonId: lesson.id })).to.equal('lessonId');
    expect((await create({ kind: 'lesson' })).status).to.equal(201);
  });

  it('names an online lesson, and takes the times and the host of its lesson', async () => {
    const lesson = rig.lesson({ classOrGroupId: GROUP, subject: 'Английский язык', teacherId: 'e5' }, 60);
    const times = rig.times(lesson.startsAt, lesson.endsAt);
    const { body } = await create({ kind: 'lesson', chatId: subjectChat, lessonId: lesson.id, title: '', ...times });
    expect(body.conference.title).to.equal('Онлайн-урок: 5А Английский язык');
    expect(body.conference).to.include({ timesByHand: false, lessonId: lesson.id, lessonTitle: 'Дроби' });
    expect(body.conference.host?.personId).to.equal('e5');
    expect(new Date(body.conference.startsAt)).to.deep.equal(lesson.startsAt);
    expect(await refusedField({ title: '  ' })).to.equal('title');
  });

  it('keeps times by hand beside those of the timetable', async () => {
    const lesson = rig.lesson({}, 60);
    const later = rig.times(new Date(lesson.startsAt.getTime() + 600_000), lesson.endsAt);
    const { body } = await create({ kind: 'lesson', lessonId: lesson.id, ...later });
    expect(body.conference.timesByHand).to.equal(true);
    expect(body.conference.timetableText).to.match(/^В расписании: \d\d\.\d\d\.\d{4}, \d\d:\d\d–\d\d:\d\d$/);
    const back = await change(body, rig.times(lesson.startsAt, lesson.endsAt));
    expect(back.body.conference.timesByHand).to.equal(false);
    expect(back.body.conference).not.to.have.property('timetableText');
  });

  it('refuses an end before the start, an end that passed, and a day that is none', async () => {
    expect(await refusedField({ startTime: '13:00', endTime: '13:00' })).to.equal('endTime');
    expect(await refusedField({ date: '2020-01-01' })).to.equal('endTime');
    expect(await refusedField({ date: '2027-02-30' })).to.equal('date');
    expect(await refusedField({ chatId: randomUUID() })).to.equal('chatId');
    expect(await refusedField({ kind: 'lesson', lessonId: 'unknown' })).to.equal('lessonId');
    const cancelled = rig.lesson({ cancelled: true }, 60);
    expect(await refusedField({ kind: 'lesson', lessonId: cancelled.id })).to.equal('lessonId');
  });

  it('makes one of a double click, and one per lesson', async () => {
    const requestId = randomUUID();
    const clicks = await Promise.all([1, 2, 3].map(() => create({ requestId })));
    expect(clicks.map(({ status }) => status).sort()).to.deep.equal([200, 200, 201]);
    expect(new Set(clicks.map(({ body }) => body.conference.id)).size).to.equal(1);

    const lesson = rig.lesson({}, 60);
    const both = await Promise.all([1, 2].map(() => create({ kind: 'lesson', lessonId: lesson.id })));
    expect(both.map(({ status }) => status).sort()).to.deep.equal([201, 409]);
    const made = both.find(({ status }) => status === 201)?.body;
    const refused = both.find(({ status }) => status === 409)?.body as unknown as Failure;
    expect(refused.error.code).to.equal('SFERUM_CONFERENCE_STATE');
    expect(refused.error.fields).to.deep.equal({ field: 'lessonId', conferenceId: made?.conference.id });
  });

  it('keeps who was added and who was left out, and puts them back', async () => {
    const decisions = { added: [{ personId: 'p07', kind: 'student' }], removed: ['p01'] };
    const { body } = await create({ participants: decisions });
    expect(ids(body, 'added')).to.deep.equal(['p07']);
    expect(ids(body, 'removed')).to.deep.equal(['p01']);
    const seen = async (personId: string): Promise<number> =>
      (await rig.ask('GET', `/api/conferences/${body.conference.id}`, undefined, { personId, rights: [] })).status;
    expect([await seen('p07'), await seen('p01'), await seen('p02')]).to.deep.equal([200, 404, 200]);
    const back = await change(body, { participants: {} });
    expect(ids(back.body, 'added', 'removed')).to.deep.equal([]);
    expect([await seen('p07'), await seen('p01')]).to.deep.equal([404, 200]);
  });

  it('names participants who cannot be', async () => {
    for (const [participants, personIds] of [
      [{ removed: [ADMINISTRATOR] }, [ADMINISTRATOR]],
      [{ added: [{ personId: 'nobody', kind: 'student' }] }, ['nobody']],
    ] as const) {
      const { status, body } = (await create({ participants })) as unknown as Answer<Failure>;
      expect([status, body.error.fields]).to.deep.equal([400, { field: 'participants', personIds }]);
    }
  });

  it('refuses a change made from an older one, and shows both what there is', async () => {
    const { body } = await create();
    const first = await change(body, { title: 'Первое' });
    expect(first.body).to.include({ revision: 1 });
    const second = (await change(body, { title: 'Второе' })) as unknown as Answer<Failure>;
    expect([second.status, second.body.error.code]).to.deep.equal([409, 'SFERUM_CONFLICT']);
    const current = second.body.error.fields['current'] as ConferenceCard;
    expect(current.conference.title).to.equal('Первое');
    expect((await change(current, { title: 'Второе' })).body.conference.title).to.equal('Второе');
  });

  it('lets one of two changes at once through', async () => {
    const { body } = await create();
    const both = await Promise.all(['А', 'Б'].map((title) => change(body, { title })));
    expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
  });

  it('changes nothing of one that is over', async () => {
    const { body } = await create();
    await rig.ask('POST', `/api/conferences/${body.conference.id}/end`);
    const { status, body: refused } = (await change(body, { title: 'Поздно' })) as unknown as Answer<Failure>;
    expect([status, refused.error.code]).to.deep.equal([409, 'SFERUM_CONFERENCE_STATE']);
  });

  it('warns of another conference and of a lesson of the host at that time, and saves', async () => {
    const lesson = rig.lesson({ teacherId: 'e3', subject: 'Русский язык' }, 90);
    const times = rig.times(lesson.startsAt, lesson.endsAt);
    const first = await create({ title: 'Педсовет', ...times }, { personId: 'e3' });
    expect(first.status).to.equal(201);
    expect(first.body.warnings.filter(({ kind }) => kind === 'host-overlap')).to.have.length(1);
    const asked = { ...form({ title: 'Ещё одно', ...times }), requestId: undefined };
    const { body } = await rig.ask<ConferenceCheck>('POST', '/api/conferences/check', asked, { personId: 'e3' });
    const overlaps = body.warnings.filter(({ kind }) => kind === 'host-overlap');
    expect(overlaps.map(({ conferenceId }) => conferenceId)).to.have.members([first.body.conference.id, undefined]);
    expect(overlaps.map(({ text }) => text).join()).to.contain('«Педсовет»');
    const second = await create({ title: 'Ещё одно', ...times }, { personId: 'e3' });
    expect(second.status).to.equal(201);
  });

  it('warns of a lesson of another class', async () => {
    const lesson = rig.lesson({ classOrGroupId: '2021a' }, 60);
    const { body } = await create({ kind: 'lesson', lessonId: lesson.id });
    expect(body.warnings.map(({ kind }) => kind)).to.include('lesson-of-other-group');
    const own = await create({ kind: 'lesson', lessonId: rig.lesson({}, 60).id });
    expect(own.body.warnings.map(({ kind }) => kind)).not.to.include('lesson-of-other-group');
  });

  it('fills the form from the lesson, and offers its chat', async () => {
    const lesson = rig.lesson({ classOrGroupId: GROUP, subject: 'Английский язык', teacherId: 'e5' }, 60);
    const { body } = await rig.ask<ConferenceDefaults>('GET', `/api/conferences/defaults?lessonId=${lesson.id}`);
    expect(body).to.include({
      ...rig.times(lesson.startsAt, lesson.endsAt),
      ...{ title: 'Онлайн-урок: 5А Английский язык', lessonRule: 'required' },
    });
    expect(body.chat?.id).to.equal(subjectChat);
    expect(ids(body, 'chat')).to.include.members(['p01', 'p02', 'p03', 'p04']);
    expect(ids(body, 'host')).to.deep.equal(['e5']);
    const call = await rig.ask<ConferenceDefaults>(
      'GET',
      `/api/conferences/defaults?kind=call&chatId=${guardiansChat}`,
    );
    expect(call.body).to.include({ title: '', lessonRule: 'forbidden' });
    expect(call.body.tabs).to.deep.equal(['student', 'employee', 'guardian']);
  });

  it('picks from open chats, and from the lessons of the chat on a day', async () => {
    const chats = await rig.ask<ConferenceChats>('GET', `/api/conference-chats?query=${encodeURIComponent('5а')}`);
    expect(chats.body.items.map(({ id }) => id)).to.include.members([classChat, guardiansChat, subjectChat]);
    const taken = rig.lesson({ classOrGroupId: GROUP }, 60);
    await create({ kind: 'lesson', chatId: subjectChat, lessonId: taken.id });
    const free = rig.lesson({ classOrGroupId: GROUP }, 120);
    const foreign = rig.lesson({ classOrGroupId: '2021a' }, 120);
    const { body } = await rig.ask<ConferenceLessons>('GET', `/api/conference-lessons?chatId=${subjectChat}`);
    const byId = new Map(body.items.map((item) => [item.id, item]));
    expect(byId.get(taken.id)?.unavailable).to.equal('has-conference');
    expect(byId.get(free.id)).to.not.have.property('unavailable');
    expect(byId.has(foreign.id)).to.equal(false);
    const other = await rig.ask<ConferenceLessons>('GET', '/api/conference-lessons?date=2020-01-01');
    expect(other.body).to.deep.equal({ date: '2020-01-01', total: 0, items: [] });
  });

  it('lists what runs first, then what is planned, and filters', async () => {
    await create({ title: 'Поиск по словам' });
    const { body } = await rig.ask<ConferenceEntryPage>('GET', '/api/conferences?limit=500');
    const rank = { active: 0, starting: 0, ending: 0, planned: 1, finished: 2, cancelled: 2 };
    const ranks = body.items.map(({ status }) => rank[status]);
    expect(ranks).to.deep.equal([...ranks].sort());
    const planned = body.items.filter(({ status }) => status === 'planned').map(({ startsAt }) => startsAt);
    expect(planned).to.deep.equal([...planned].sort());
    const found = await rig.ask<ConferenceEntryPage>(
      'GET',
      `/api/conferences?query=${encodeURIComponent('по словам')}`,
    );
    expect(found.body.total).to.equal(1);
    const finished = await rig.ask<ConferenceEntryPage>('GET', '/api/conferences?status=finished&sort=title');
    expect(finished.body.items.map(({ status }) => status)).to.satisfy((all: string[]) =>
      all.every((one) => one === 'finished'),
    );
    for (const sort of ['title', 'kind', 'chat', 'lesson', 'start', 'end', 'state']) {
      for (const direction of ['asc', 'desc']) {
        const { status } = await rig.ask('GET', `/api/conferences?sort=${sort}&direction=${direction}`);
        expect(status, `${sort} ${direction}`).to.equal(200);
      }
    }
  });

  describe('rights', () => {
    let card: ConferenceCard;
    before(async () => {
      card = (await create()).body;
    });

    const without = (right: Right): Person => ({ rights: EVERY_RIGHT.filter((other) => other !== right) });
    const path = (tail = ''): string => `/api/conferences/${card.conference.id}${tail}`;

    for (const [right, what, act] of [
      [
        Right.conferenceCreate,
        'nothing is made',
        () => rig.ask('POST', '/api/conferences', form(), without(Right.conferenceCreate)),
      ],
      [
        Right.conferenceCreate,
        'nothing is started',
        () => rig.ask('POST', path('/start'), {}, without(Right.conferenceCreate)),
      ],
      [
        Right.conferenceEdit,
        'nothing is changed',
        () => change(card, { title: 'Без права' }, without(Right.conferenceEdit)),
      ],
      [Right.conferenceEnd, 'nothing is ended', () => rig.ask('POST', path('/end'), {}, without(Right.conferenceEnd))],
      [
        Right.conferenceDelete,
        'nothing is deleted',
        () => rig.ask('DELETE', path(), undefined, without(Right.conferenceDelete)),
      ],
    ] as const) {
      it(`without it: ${what} (${right})`, async () => {
        const { status, body } = (await act()) as Answer<Failure>;
        expect([status, body.error.code, body.error.fields['right']]).to.deep.equal([
          403,
          'SFERUM_RIGHT_MISSING',
          right,
        ]);
        const after = await rig.ask<ConferenceCard>('GET', path());
        expect(after.body.conference).to.include({ status: 'planned', title: 'Собрание' });
      });
    }

    it('without it: who may not see all sees and changes only their own (sferum.conference.view)', async () => {
      const list = await rig.ask<ConferenceEntryPage>('GET', '/api/conferences?limit=500', undefined, NOBODY);
      expect(list.body.items.every(({ own }) => own)).to.equal(true);
      expect((await rig.ask('GET', path(), undefined, NOBODY)).status).to.equal(404);
      expect((await change(card, {}, NOBODY)).status).to.equal(404);
      const member = { personId: 'p02', rights: OWN_RIGHTS };
      expect((await rig.ask('GET', path(), undefined, member)).status).to.equal(200);
      const refused = await rig.ask<Failure>('POST', path('/end'), {}, member);
      expect([refused.status, refused.body.error.fields['right']]).to.deep.equal([403, Right.conferenceView]);
      expect((await rig.ask('DELETE', path(), undefined, member)).status).to.equal(403);
    });

    it('without it: who may not see all uses their own chats and lessons', async () => {
      const teacher = { personId: 'e3', rights: OWN_RIGHTS };
      expect((await create({}, teacher)).status).to.equal(201);
      expect(await refusedField({}, NOBODY)).to.equal('chatId');
      const foreign = rig.lesson({ teacherId: 'e4' }, 60);
      expect(await refusedField({ kind: 'lesson', lessonId: foreign.id }, teacher)).to.equal('lessonId');
      const own = rig.lesson({ teacherId: 'e3' }, 60);
      expect((await create({ kind: 'lesson', lessonId: own.id }, teacher)).status).to.equal(201);
      const picked = await rig.ask<ConferenceLessons>('GET', '/api/conference-lessons', undefined, teacher);
      expect(picked.body.items.map(({ teacher: of }) => of?.personId)).to.satisfy((all: string[]) =>
        all.every((id) => id === 'e3'),
      );
      const chats = await rig.ask<ConferenceChats>('GET', '/api/conference-chats', undefined, NOBODY);
      expect(chats.body.items.map(({ id }) => id)).not.to.include(classChat);
    });

    for (const picker of [
      'conference-chats',
      'conference-lessons',
      'conference-people?kind=student',
      'conference-classes',
      'conferences/defaults',
    ]) {
      it(`without it: nothing is picked from ${picker}`, async () => {
        const rights = EVERY_RIGHT.filter(
          (right) => right !== Right.conferenceCreate && right !== Right.conferenceEdit,
        );
        expect((await rig.ask('GET', `/api/${picker}`, undefined, { rights })).status).to.equal(403);
        expect((await rig.ask('GET', `/api/${picker}`)).status).to.equal(200);
      });
    }
  });
});
