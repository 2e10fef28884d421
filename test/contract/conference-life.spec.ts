import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { LESSON_TEXT } from '../../src/conferences/conference-text.js';
import type { Lesson } from '../../src/host/host-directory.js';
import type { Messenger } from '../../src/messenger/messenger.js';
import type { ConferenceCard, ConferenceEntryPage } from '../../src/protocol/conference-protocol.js';
import { ADMINISTRATOR, ConferenceRig, OWN_RIGHTS, type Answer, type Failure, type Person } from './conference-rig.js';

/** Longest wait for what the lanes do by themselves. */
const PATIENCE_MS = 10_000;

describe('conference life', () => {
  let rig: ConferenceRig;
  let classChat: string;
  beforeEach(async () => {
    rig = await ConferenceRig.start();
    classChat = await rig.chatId('class', '2022a');
  });
  afterEach(() => rig?.stop());

  async function plan(more: object = {}, person: Person = {}): Promise<ConferenceCard> {
    const { status, body } = await rig.ask<ConferenceCard>(
      'POST',
      '/api/conferences',
      { requestId: randomUUID(), kind: 'call', title: 'Собрание', chatId: classChat, ...rig.tomorrow(), ...more },
      person,
    );
    expect(status).to.equal(201);
    return body;
  }
  const look = async (id: string, person: Person = {}): Promise<ConferenceCard['conference']> =>
    (await rig.ask<ConferenceCard>('GET', `/api/conferences/${id}`, undefined, person)).body.conference;
  const status = async (id: string): Promise<string> => (await look(id)).status;
  const end = (id: string): Promise<Answer<ConferenceCard>> => rig.ask('POST', `/api/conferences/${id}/end`);
  const running = (): number => [...rig.messenger.calls.values()].filter(({ ended }) => !ended).length;
  async function run(): Promise<string> {
    const { conference } = await plan();
    await rig.shift(conference.id, 0, 45);
    await rig.deliver();
    expect(await status(conference.id)).to.equal('active');
    return conference.id;
  }

  it('rests until its start, then starts one call and posts its link verbatim into the chat', async () => {
    const { conference } = await plan();
    await rig.deliver();
    expect(rig.messenger.calls.size).to.equal(0);
    await rig.shift(conference.id, 0, 45);
    await rig.deliver();
    const [call] = rig.messenger.calls.values();
    expect(rig.messenger.calls.size).to.equal(1);
    expect(await look(conference.id)).to.include({ status: 'active' });
    const messages = [...rig.messenger.chats.values()].flatMap((chat) => chat.messages.map(({ text }) => text));
    expect(messages).to.have.length(1);
    expect(messages[0]).to.contain(call?.joinLink);
    await rig.deliver();
    expect(rig.messenger.sent('message.post')).to.have.length(1);
  });

  it('is taken by its lane when its start has come, though nobody does anything', async () => {
    const { conference } = await plan();
    await rig.deliver();
    const lane = await rig.sql<{ due: boolean }>(
      `select due_at = (select starts_at from conference where conference_id = :id::uuid) as due from delivery_lane`,
      { id: conference.id },
    );
    expect(lane).to.deep.equal([{ due: true }]);
  });

  it('shows the link while it is active only, and only to who belongs', async () => {
    const id = await run();
    const [call] = rig.messenger.calls.values();
    expect((await look(id)).joinUrl).to.equal(call?.joinLink);
    for (const personId of ['p01', ADMINISTRATOR]) {
      expect((await look(id, { personId, rights: [] })).joinUrl, personId).to.equal(call?.joinLink);
    }
    const manager = await look(id, { personId: 'e6' });
    expect(manager).to.include({ own: false, status: 'active' });
    expect(manager).not.to.have.property('joinUrl');
    await end(id);
    expect(await look(id)).not.to.have.property('joinUrl');
    await rig.deliver();
    expect(await look(id)).not.to.have.property('joinUrl');
  });

  it('ends by itself after its end and the grace time, not before', async () => {
    const id = await run();
    await rig.shift(id, -60, -14);
    await rig.deliver();
    expect(await status(id)).to.equal('active');
    await rig.shift(id, -60, -15);
    await rig.deliver();
    expect(await status(id)).to.equal('finished');
    expect(running()).to.equal(0);
    await rig.deliver();
    expect(rig.messenger.sent('call.end')).to.have.length(1);
  });

  it('moves its end along when it is changed while it runs, but nothing else', async () => {
    const { conference } = await plan();
    const now = new Date();
    await rig.shift(conference.id, 0, 45);
    await rig.deliver();
    const card = (await rig.ask<ConferenceCard>('GET', `/api/conferences/${conference.id}`)).body;
    const { date, startTime } = card;
    const { endTime } = rig.times(now, new Date(now.getTime() + 90 * 60_000));
    const body = {
      revision: card.revision,
      kind: 'call',
      title: 'Дольше',
      chatId: classChat,
      date,
      startTime,
      endTime,
    };
    const longer = await rig.ask<ConferenceCard>('PUT', `/api/conferences/${conference.id}`, body);
    expect(longer.status).to.equal(200);
    expect(longer.body.conference).to.include({ status: 'active', title: 'Дольше' });
    await rig.deliver();
    expect(rig.messenger.calls.size).to.equal(1);
    const other = { ...body, revision: longer.body.revision, kind: 'lesson' };
    const refused = await rig.ask<Failure>('PUT', `/api/conferences/${conference.id}`, other);
    expect([refused.status, refused.body.error.fields['field']]).to.deep.equal([400, 'kind']);
  });

  it('ends for good, as often as somebody asks', async () => {
    const id = await run();
    const both = await Promise.all([end(id), end(id)]);
    expect(both.map((answer) => answer.status)).to.deep.equal([200, 200]);
    await rig.deliver();
    expect(await status(id)).to.equal('finished');
    expect((await end(id)).body.conference.status).to.equal('finished');
    await rig.deliver();
    expect(rig.messenger.sent('call.end')).to.have.length(1);
  });

  it('begins again until its end when it was ended by hand, with a new call and a new link in its chat', async () => {
    const id = await run();
    const first = (await look(id)).joinUrl;
    await end(id);
    expect((await look(id)).actions.start, 'while it ends').to.equal(false);
    await rig.deliver();
    expect((await look(id)).actions.start).to.equal(true);
    const both = await Promise.all([1, 2].map(() => rig.ask('POST', `/api/conferences/${id}/start`)));
    expect(both.map((answer) => answer.status)).to.deep.equal([200, 200]);
    await rig.deliver();
    const again = await look(id);
    expect(again.status).to.equal('active');
    expect(again.joinUrl).to.be.a('string').and.not.to.equal(first);
    expect([rig.messenger.calls.size, running()]).to.deep.equal([2, 1]);
    const texts = rig.messenger.sent('message.post').map(({ text }) => text);
    expect(texts.map((text) => text.split(' ').at(-1))).to.deep.equal([first, again.joinUrl]);
  });

  it('does not begin again after its end', async () => {
    const id = await run();
    await end(id);
    await rig.deliver();
    await rig.shift(id, -60, -1);
    expect((await look(id)).actions.start).to.equal(false);
    const again = await rig.ask<Failure>('POST', `/api/conferences/${id}/start`);
    expect([again.status, again.body.error.code]).to.deep.equal([409, 'SFERUM_CONFERENCE_STATE']);
    await rig.deliver();
    expect(rig.messenger.calls.size).to.equal(1);
  });

  it('ends the call whose start is answered after the end was asked for', async () => {
    const { conference } = await plan();
    await rig.shift(conference.id, 0, 45);
    await rig.deliver({
      abilities: rig.messenger.abilities,
      send: async (credential, calls) => {
        if (calls[0]?.kind === 'call.start') await end(conference.id);
        return rig.messenger.send(credential, calls);
      },
    });
    expect(await status(conference.id)).to.equal('finished');
    expect([rig.messenger.calls.size, running()]).to.deep.equal([1, 0]);
  });

  it('ends the call that started though the end came just before the request', async () => {
    const { conference } = await plan();
    await rig.shift(conference.id, 0, 45);
    // The end is written after the call was handed out, and before it is booked as sent.
    await rig.sql(`create function sferum.end_first() returns trigger language plpgsql as $$ begin
        update conference set state = 'finished', ended_by = 'hand', due_at = null
          where conference_id = new.subject_id;
        return new; end $$`);
    await rig.sql(`create trigger end_first after insert on delivery_doubt for each row
        when (new.kind = 'call.start') execute function sferum.end_first()`);
    await rig.deliver();
    expect(await status(conference.id)).to.equal('finished');
    expect([rig.messenger.calls.size, running()]).to.deep.equal([1, 0]);
  });

  it('says that a start got lost, starts no second call by itself, and repeats it for a person', async () => {
    const { conference } = await plan();
    await rig.shift(conference.id, 0, 45);
    rig.messenger.fault = (call) => (call.kind === 'call.start' ? 'lost-answer' : undefined);
    await rig.deliver();
    await rig.deliver();
    expect(rig.messenger.sent('call.start')).to.have.length(1);
    const lost = await look(conference.id);
    expect(lost.problem).to.contain('Проверяется');
    expect(lost.actions.start, 'while the call may still be made').to.equal(false);
    delete rig.messenger.fault;
    await rig.ask('POST', `/api/conferences/${conference.id}/start`);
    await rig.deliver();
    expect(rig.messenger.sent('call.start'), 'too early').to.have.length(1);
    await rig.sql(`update delivery_doubt set until = now()`);
    await rig.sql(`update conference set due_at = now()`);
    await rig.sql(`update delivery_lane set due_at = now()`);
    await rig.deliver();
    expect(rig.messenger.sent('call.start'), 'by itself').to.have.length(1);
    const unknown = await look(conference.id);
    expect(unknown.problem).to.contain('начните ещё раз');
    expect(unknown.actions.start).to.equal(true);
    await rig.ask('POST', `/api/conferences/${conference.id}/start`);
    await rig.ask('POST', `/api/conferences/${conference.id}/start`);
    await rig.deliver();
    expect(await look(conference.id))
      .to.include({ status: 'active' })
      .and.not.to.have.property('problem');
    expect(rig.messenger.sent('call.start')).to.have.length(2);
  });

  it('is over after its time when a lost start was never repeated', async () => {
    const { conference } = await plan();
    await rig.shift(conference.id, 0, 45);
    rig.messenger.fault = (call) => (call.kind === 'call.start' ? 'lost-answer' : undefined);
    await rig.deliver();
    await rig.shift(conference.id, -60, -1);
    await rig.deliver();
    expect(await status(conference.id)).to.equal('finished');
    expect(rig.messenger.sent('call.start')).to.have.length(1);
  });

  for (const [when, send] of [
    ['before its request left', () => Promise.reject(new Error('killed'))],
    ['after the messenger made the call', 'then'],
  ] as const) {
    it(`starts no second call when the process is killed ${when}`, async () => {
      const { conference } = await plan();
      await rig.shift(conference.id, 0, 45);
      const dying: Messenger = {
        abilities: rig.messenger.abilities,
        send: async (credential, calls) => {
          if (send !== 'then') return send();
          await rig.messenger.send(credential, calls);
          throw new Error('killed');
        },
      };
      await rig.deliver(dying).then(
        () => expect.fail('the process lives'),
        () => undefined,
      );
      const sent = rig.messenger.calls.size;
      await rig.forgetLeases();
      await rig.deliver();
      expect(rig.messenger.calls.size).to.equal(sent);
      expect((await look(conference.id)).problem).to.contain('не ответил');
      await end(conference.id);
      await rig.deliver();
      expect(await look(conference.id)).to.include({ status: 'finished' });
      expect((await look(conference.id)).problem).to.contain('завершите его в Сферуме');
    });
  }

  it('tries again what the messenger refused, and waits as asked without counting it', async () => {
    const { conference } = await plan();
    await rig.shift(conference.id, 0, 45);
    let refusals = 0;
    rig.messenger.fault = (call) =>
      call.kind === 'call.start' && refusals++ === 0 ? { class: 'rate', code: 'vk.6', retryAfterMs: 1 } : undefined;
    await rig.deliver();
    expect(await look(conference.id)).to.include({ status: 'active' });
    expect(rig.messenger.calls.size).to.equal(1);
  });

  it('says that it did not take place when the school could not deliver in its time', async () => {
    const { conference } = await plan();
    await rig.shift(conference.id, -60, -1);
    await rig.deliver();
    expect(await look(conference.id)).to.include({ status: 'finished' });
    expect((await look(conference.id)).problem).to.contain('Не состоялась');
    const due = await rig.sql(`select 1 from conference where due_at is not null`);
    expect(due).to.deep.equal([]);
  });

  it('says why it does not begin while the deliveries of the school stand still', async () => {
    const { conference } = await plan();
    await rig.deliver();
    await rig.sql(`update delivery_lane set stop_code = 'credential.not-linked', due_at = null`);
    expect(await look(conference.id)).not.to.have.property('problem');
    await rig.shift(conference.id, -1, 45);
    expect((await look(conference.id)).problem).to.contain('привязал');
    const ended = await end(conference.id);
    expect(ended.body.conference.status).to.equal('finished');
  });

  it('goes on when posting its link is refused for good, and says so', async () => {
    rig.messenger.fault = (call) =>
      call.kind === 'message.post' ? { class: 'chat-refused', code: 'vk.983' } : undefined;
    const id = await run();
    await rig.deliver();
    expect(rig.messenger.sent('message.post')).to.have.length(1);
    expect((await look(id)).problem).to.equal('Причина vk.983.');
    expect((await look(id)).joinUrl).to.be.a('string');
  });

  it('says that an end was refused for good: the call may go on', async () => {
    const id = await run();
    rig.messenger.fault = (call) =>
      call.kind === 'call.end' ? { class: 'permanent', code: 'vk.15', message: 'no access' } : undefined;
    await end(id);
    await rig.deliver();
    expect(await look(id)).to.include({ status: 'finished' });
    expect((await look(id)).problem).to.contain('завершите его в Сферуме');
  });

  it('ends in its time though its link cannot be posted, and tries again by the database’s clock', async () => {
    const { conference } = await plan();
    await rig.shift(conference.id, 0, 1);
    await rig.sql('update conference set attempts = 9');
    rig.messenger.fault = (call) =>
      call.kind === 'message.post' ? { class: 'retry', code: 'vk.10', message: 'later' } : undefined;
    await rig.deliver();
    await rig.sql('update conference set attempts = 9, due_at = now()');
    await rig.sql('update delivery_lane set due_at = now()');
    await rig.deliver();
    const due = await rig.sql<{ soon: boolean }>(
      `select due_at > now() and due_at <= now() + interval '61 seconds' as soon from conference`,
    );
    expect(due).to.deep.equal([{ soon: true }]);
  });

  it('keeps following the timetable when a lesson that was begun late is renamed', async () => {
    const lesson = rig.lesson({ teacherId: 'e1' }, -30, 40);
    const started = await rig.lessonConferences.create(rig.session(), lesson.id);
    await rig.deliver();
    const { body: card } = await rig.ask<ConferenceCard>('GET', `/api/conferences/${started.conferenceId}`);
    const { conference, revision, date, startTime, endTime } = card;
    const { kind, chatId, lessonId } = conference;
    const { body } = await rig.ask<ConferenceCard>('PUT', `/api/conferences/${conference.id}`, {
      ...{ revision, kind, chatId, lessonId, date, startTime, endTime, title: 'Повторение' },
    });
    expect(body.conference).to.include({ title: 'Повторение', timesByHand: false, endsAt: conference.endsAt });
  });

  it('starts 40 lessons of one minute in two requests, one call each', async () => {
    const lessons = Array.from({ length: 40 }, () => rig.lesson({}, 60));
    for (const lesson of lessons) {
      const times = rig.times(lesson.startsAt, lesson.endsAt);
      await plan({ kind: 'lesson', lessonId: lesson.id, title: '', ...times });
    }
    await rig.sql(`update conference set starts_at = now(), due_at = now()`);
    await rig.sql(`update delivery_lane set due_at = now()`);
    const before = rig.messenger.requests.length;
    await rig.deliver();
    const packs = rig.messenger.requests
      .slice(before)
      .map((calls) => calls.filter(({ kind }) => kind === 'call.start').length);
    expect(packs.filter((calls) => calls > 0)).to.deep.equal([25, 15]);
    expect(running()).to.equal(40);
    expect(rig.messenger.sent('message.post')).to.have.length(40);
    const states = await rig.sql(`select state, count(*)::int as count from conference group by state`);
    expect(states).to.deep.equal([{ state: 'active', count: 40 }]);
  });

  it('deletes: nobody sees it, a running call is ended, the lesson is free again', async () => {
    const lesson = rig.lesson({}, 60);
    const times = rig.times(lesson.startsAt, lesson.endsAt);
    const { conference } = await plan({ kind: 'lesson', lessonId: lesson.id, ...times });
    await rig.shift(conference.id, 0, 45);
    await rig.deliver();
    const gone = await rig.ask('DELETE', `/api/conferences/${conference.id}`);
    expect(gone).to.deep.equal({ status: 200, body: { deleted: true } });
    expect((await rig.ask('GET', `/api/conferences/${conference.id}`)).status).to.equal(404);
    expect((await rig.ask<ConferenceEntryPage>('GET', '/api/conferences')).body.total).to.equal(0);
    const taken = { requestId: randomUUID(), kind: 'lesson', lessonId: lesson.id, chatId: classChat, ...times };
    expect((await rig.ask('POST', '/api/conferences', taken)).status).to.equal(409);
    await rig.deliver();
    expect(running()).to.equal(0);
    expect((await rig.ask('POST', '/api/conferences', taken)).status).to.equal(201);
    expect((await rig.ask('DELETE', `/api/conferences/${conference.id}`)).status).to.equal(200);
  });

  it('frees the lesson of a deleted plan at once', async () => {
    const lesson = rig.lesson({}, 60);
    const more = { kind: 'lesson', lessonId: lesson.id, ...rig.times(lesson.startsAt, lesson.endsAt) };
    const { conference } = await plan(more);
    await rig.ask('DELETE', `/api/conferences/${conference.id}`);
    await plan(more);
    await rig.deliver();
    expect(rig.messenger.calls.size).to.equal(0);
  });

  describe('in «Журнал на урок»', () => {
    const TEACHER: Person = { personId: 'e4', rights: OWN_RIGHTS };

    it('makes one call of two people who press at once, with lanes that run by themselves', async () => {
      const lesson = rig.lesson();
      await rig.runLanes();
      const both = await Promise.all(
        [TEACHER, { personId: 'e1' }].map((person) => rig.lessonConferences.create(rig.session(person), lesson.id)),
      );
      expect(new Set(both.map(({ conferenceId }) => conferenceId)).size).to.equal(1);
      const link = await until(() => rig.lessonConferences.connect(rig.session(TEACHER), lesson.id));
      expect([...rig.messenger.calls.values()].map(({ joinLink }) => joinLink)).to.deep.equal([link]);
      await Promise.all(
        [TEACHER, { personId: 'e1' }].map((person) => rig.lessonConferences.end(rig.session(person), lesson.id)),
      );
      await until(async () => {
        expect(running()).to.equal(0);
      });
      expect(rig.messenger.calls.size).to.equal(1);
    });

    it('starts the planned one, not a second', async () => {
      const lesson = rig.lesson();
      const later = rig.times(new Date(Date.now() + 600_000), lesson.endsAt);
      const { conference } = await plan({ kind: 'lesson', lessonId: lesson.id, ...later });
      const started = await rig.lessonConferences.create(rig.session(TEACHER), lesson.id);
      expect(started.conferenceId).to.equal(conference.id);
      await rig.deliver();
      expect(await status(conference.id)).to.equal('active');
    });

    it('lets people of another class in who were added', async () => {
      const lesson = rig.lesson();
      const stranger = rig.session({ personId: 'p07', rights: OWN_RIGHTS });
      const refusal = await rig.lessonConferences.connect(stranger, lesson.id).catch((error: Error) => error.message);
      expect(refusal).to.equal(LESSON_TEXT.notYours);
      const participants = { added: [{ personId: 'p07', kind: 'student' }] };
      const { startsAt, endsAt } = lesson;
      await plan({ kind: 'lesson', lessonId: lesson.id, participants, ...rig.times(startsAt, endsAt) });
      await rig.deliver();
      expect(await rig.lessonConferences.connect(stranger, lesson.id)).to.match(/^https:/);
    });

    it('gives no link after the end, and begins again until the lesson’s end, with a new link', async () => {
      const lesson: Lesson = rig.lesson();
      const first = await rig.lessonConferences.create(rig.session(TEACHER), lesson.id);
      await rig.deliver();
      await rig.lessonConferences.end(rig.session(TEACHER), lesson.id);
      for (const act of ['connect', 'create'] as const) {
        const error = await rig.lessonConferences[act](rig.session(TEACHER), lesson.id).then(
          () => expect.fail(act),
          (cause: { code: string }) => cause.code,
        );
        expect(error).to.equal('SFERUM_CONFERENCE_STATE');
      }
      await rig.deliver();
      const again = await Promise.all([1, 2].map(() => rig.lessonConferences.create(rig.session(TEACHER), lesson.id)));
      expect(again.map(({ conferenceId }) => conferenceId)).to.deep.equal([first.conferenceId, first.conferenceId]);
      await rig.deliver();
      const link = await rig.lessonConferences.connect(rig.session(TEACHER), lesson.id);
      const open = [...rig.messenger.calls.values()].filter(({ ended }) => !ended);
      expect([rig.messenger.calls.size, ...open.map(({ joinLink }) => joinLink)]).to.deep.equal([2, link]);
    });

    it('ends what begins late with its lesson', async () => {
      const lesson: Lesson = rig.lesson({}, -40, 45);
      const { conferenceId, endsAt } = await rig.lessonConferences.create(rig.session(TEACHER), lesson.id);
      expect(endsAt).to.deep.equal(lesson.endsAt);
      const { body } = await rig.ask<ConferenceCard>('GET', `/api/conferences/${conferenceId}`);
      expect(body.conference).to.include({ timesByHand: false, endsAt: lesson.endsAt.toISOString() });
    });

    it('begins nothing for a lesson that is over: there would be nothing to end it with', async () => {
      const lesson: Lesson = rig.lesson({}, -200, 45);
      const error = await rig.lessonConferences.create(rig.session(TEACHER), lesson.id).catch((cause: Error) => cause);
      expect(error).to.include({ code: 'SFERUM_CONFERENCE_STATE', message: LESSON_TEXT.lessonOver });
      expect(await rig.sql('select 1 from conference')).to.deep.equal([]);
    });

    it('begins again until the lesson’s end what a person had planned shorter, and follows the timetable then', async () => {
      const lesson: Lesson = rig.lesson({}, -10, 40);
      const shorter = rig.times(lesson.startsAt, new Date(Date.now() + 5 * 60_000));
      const { conference } = await plan({ kind: 'lesson', lessonId: lesson.id, ...shorter });
      expect(conference.timesByHand).to.equal(true);
      await rig.deliver();
      await rig.shift(conference.id, -30, -16);
      await rig.deliver();
      await rig.deliver();
      expect(await status(conference.id)).to.equal('finished');
      const again = await rig.lessonConferences.create(rig.session(TEACHER), lesson.id);
      expect(again).to.deep.include({ conferenceId: conference.id, state: 'starting', endsAt: lesson.endsAt });
      const { body } = await rig.ask<ConferenceCard>('GET', `/api/conferences/${conference.id}`);
      expect(body.conference.timesByHand).to.equal(false);
    });

    it('does not begin again after the lesson', async () => {
      const lesson: Lesson = rig.lesson();
      const { conferenceId } = await rig.lessonConferences.create(rig.session(TEACHER), lesson.id);
      await rig.deliver();
      await rig.lessonConferences.end(rig.session(TEACHER), lesson.id);
      await rig.deliver();
      await rig.shift(conferenceId, -60, -1);
      rig.change(lesson.id, { endsAt: new Date(Date.now() - 60_000) });
      const error = await rig.lessonConferences.create(rig.session(TEACHER), lesson.id).catch((cause: Error) => cause);
      expect(error).to.include({ code: 'SFERUM_CONFERENCE_STATE', message: LESSON_TEXT.finished });
    });
  });
});

/** Asks again until it succeeds. */
async function until<T>(ask: () => Promise<T>): Promise<T> {
  const limit = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > limit) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
