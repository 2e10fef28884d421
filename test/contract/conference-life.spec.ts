import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { nextState, type ConferenceState } from '../../src/conferences/conference-state.js';
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
    const again = await rig.ask<Failure>('POST', `/api/conferences/${id}/start`);
    expect([again.status, again.body.error.code]).to.deep.equal([409, 'SFERUM_CONFERENCE_STATE']);
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
    // The end is written after the call was handed out, and before it is marked as sent.
    await rig.sql(`create function sferum.end_first() returns trigger language plpgsql as $$ begin
        new.state := 'finished'; new.due_at := null; return new; end $$`);
    await rig.sql(`create trigger end_first before update of intent_at on conference for each row
        when (new.intent_at is not null and old.state = 'starting' and old.call_id is null)
        execute function sferum.end_first()`);
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
    expect(lost.problem).to.be.a('string');
    expect(lost.actions.start).to.equal(true);
    delete rig.messenger.fault;
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

    it('gives no link after the end, and no second lesson', async () => {
      const lesson: Lesson = rig.lesson();
      await rig.lessonConferences.create(rig.session(TEACHER), lesson.id);
      await rig.deliver();
      await rig.lessonConferences.end(rig.session(TEACHER), lesson.id);
      for (const act of ['connect', 'create'] as const) {
        const error = await rig.lessonConferences[act](rig.session(TEACHER), lesson.id).then(
          () => expect.fail(act),
          (cause: { code: string }) => cause.code,
        );
        expect(error).to.equal('SFERUM_CONFERENCE_STATE');
      }
    });
  });

  it('keeps its states as the rules say, whatever somebody does', async () => {
    const events = {
      start: (id: string) => rig.ask('POST', `/api/conferences/${id}/start`),
      end,
    } as const;
    for (const kind of Object.keys(events) as (keyof typeof events)[]) {
      for (const state of ['planned', 'starting', 'active', 'ending', 'finished', 'cancelled'] as ConferenceState[]) {
        const { conference } = await plan();
        const { id } = conference;
        // Something was sent, so that an end has something to wait for.
        await rig.sql(
          `update conference set state = :state, intent_at = case when :state = 'starting' then now() end
           where conference_id = :id::uuid`,
          { id, state },
        );
        await events[kind](id);
        expect(await status(id), `${state} ${kind}`).to.equal(nextState(state, { kind }));
      }
    }
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
