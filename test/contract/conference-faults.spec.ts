import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { ConferenceWorkSource } from '../../src/conferences/conference-work-source.js';
import type { ConferenceCard } from '../../src/protocol/conference-protocol.js';
import { ADMINISTRATOR_ACCOUNT, ConferenceRig, SCHOOL } from './conference-rig.js';

/** So many calls travel in one request. */
const ROOM = 25;

describe('conferences when something goes wrong', () => {
  let rig: ConferenceRig;
  let classChat: string;
  beforeEach(async () => {
    rig = await ConferenceRig.start();
    classChat = await rig.chatId('class', '2022a');
  });
  afterEach(() => rig?.stop());

  async function plan(more: object = {}): Promise<string> {
    const body = {
      requestId: randomUUID(),
      kind: 'call',
      title: 'Собрание',
      chatId: classChat,
      ...rig.tomorrow(),
      ...more,
    };
    const answer = await rig.ask<ConferenceCard>('POST', '/api/conferences', body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    return answer.body.conference.id;
  }
  async function begin(more: object = {}): Promise<string> {
    const id = await plan(more);
    await rig.shift(id, 0, 45);
    return id;
  }
  async function run(more: object = {}): Promise<string> {
    const id = await begin(more);
    await rig.deliver();
    expect((await look(id)).status).to.equal('active');
    return id;
  }
  const look = async (id: string): Promise<ConferenceCard['conference']> =>
    (await rig.ask<ConferenceCard>('GET', `/api/conferences/${id}`)).body.conference;
  const end = (id: string): Promise<unknown> => rig.ask('POST', `/api/conferences/${id}/end`);
  const running = (): number => [...rig.messenger.calls.values()].filter(({ ended }) => !ended).length;
  const doubts = (): Promise<{ kind: string }[]> =>
    rig.sql(
      `select doubt.kind from delivery_doubt doubt join conference on conference_id = subject_id order by doubt.kind`,
    );
  /** What a source says is due, and whether it lies ahead. */
  async function ahead(): Promise<boolean> {
    const source = rig.get(ConferenceWorkSource);
    const dueAt = await source.nextDueAt(SCHOOL);
    const [{ now }] = (await rig.sql<{ now: Date }>('select now() as now')) as [{ now: Date }];
    return dueAt === undefined || dueAt > now;
  }

  it('is over, with what is left to do, when the account that started its call is gone', async () => {
    const id = await run();
    rig.withoutToken.set(ADMINISTRATOR_ACCOUNT, 'credential.not-linked');
    await end(id);
    await rig.deliver();
    const over = await look(id);
    expect(over.status).to.equal('finished');
    expect(over.problem).to.contain('«Завершить для всех»');
    expect(await ahead()).to.equal(true);
    await rig.everythingDue();
    await rig.deliver();
    expect(rig.messenger.sent('call.end')).to.have.length(0);
  });

  it('waits for an account to start with, says why, and asks for nothing meanwhile', async () => {
    rig.withoutToken.set(ADMINISTRATOR_ACCOUNT, 'credential.not-linked');
    const id = await begin();
    await rig.deliver();
    const waiting = await look(id);
    expect(waiting.status).to.equal('starting');
    expect(waiting.problem).to.contain('привязал');
    expect(await ahead(), 'no idle loop').to.equal(true);
    rig.withoutToken.clear();
    await rig.sql(`update delivery_lane set due_at = now(), stop_code = null, stop_until = null`);
    await rig.deliver();
    expect((await look(id)).status).to.equal('active');
    expect(running()).to.equal(1);
  });

  it('goes on without its link where the account of the chat is gone, and posts when another account has the chat', async () => {
    await rig.sql(`update chat set owner_account = 901 where chat_id = :classChat::uuid`, { classChat });
    rig.withoutToken.set('901', 'credential.broken');
    const id = await run();
    await rig.deliver();
    expect((await look(id)).problem).to.be.a('string');
    expect(rig.messenger.sent('message.post')).to.have.length(0);
    expect(await ahead()).to.equal(true);
    await rig.sql(`update chat set owner_account = ${ADMINISTRATOR_ACCOUNT} where chat_id = :classChat::uuid`, {
      classChat,
    });
    await rig.everythingDue();
    await rig.deliver();
    expect(rig.messenger.sent('message.post')).to.have.length(1);
    expect(await look(id)).not.to.have.property('problem');
  });

  it('hands out no more calls than asked for, and loses none by the cut: joint lessons at one bell', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 13; index += 1) {
      const lesson = rig.lesson({ teacherId: 'e3' }, 60);
      const joined = rig.lesson({ classOrGroupId: '2021a', teacherId: 'e6' }, 60);
      const more = { kind: 'lesson', lessonId: lesson.id, joinedLessonIds: [joined.id], title: `Урок ${index}` };
      ids.push(await plan({ ...more, ...rig.times(lesson.startsAt, lesson.endsAt) }));
    }
    for (const id of ids) await rig.shift(id, 0, 45);
    const source = rig.get(ConferenceWorkSource);
    for (const limit of [1, 5, ROOM]) {
      const lease = await rig.take();
      expect(await source.next(lease, ADMINISTRATOR_ACCOUNT, limit)).to.have.length(Math.min(limit, 13));
    }
    await rig.forgetLeases();
    await rig.sql(`update conference set call_id = null`);
    await rig.deliver();
    expect(running()).to.equal(13);
    expect(rig.messenger.sent('message.post')).to.have.length(26);
    expect(rig.logger.lines.filter(({ level }) => level === 'error')).to.deep.equal([]);
    // All wait for their links at once.
    await rig.sql('delete from conference_post');
    await rig.everythingDue();
    const lease = await rig.take();
    for (const limit of [1, 7, ROOM]) {
      expect(await source.next(lease, ADMINISTRATOR_ACCOUNT, limit)).to.have.length(limit);
    }
    await rig.forgetLeases();
    await rig.deliver();
    expect(rig.messenger.sent('message.post')).to.have.length(52);
  });

  it('lets a post that fails delay neither the other chat, nor the end', async () => {
    const lesson = rig.lesson({ teacherId: 'e3' }, 60);
    const joined = rig.lesson({ classOrGroupId: '2021a', teacherId: 'e6' }, 60);
    const times = rig.times(lesson.startsAt, lesson.endsAt);
    const refusedChat = (
      await rig.sql<{ id: string }>(`select remote_id::text as id from chat where chat_id = :classChat::uuid`, {
        classChat,
      })
    )[0]?.id;
    rig.messenger.fault = (call) =>
      call.kind === 'message.post' && call.chatId === refusedChat ? { class: 'retry', code: 'vk.10' } : undefined;
    const id = await run({ kind: 'lesson', lessonId: lesson.id, joinedLessonIds: [joined.id], ...times });
    await rig.deliver();
    const posted = rig.messenger.sent('message.post').filter(({ chatId }) => chatId !== refusedChat);
    expect(posted).to.have.length(1);
    expect((await look(id)).problem).to.equal('Причина vk.10.');
    expect(await ahead()).to.equal(true);
    await end(id);
    await rig.deliver();
    expect((await look(id)).status).to.equal('finished');
  });

  it('lets an end that fails delay no other conference', async () => {
    const [one, other] = [await run(), await run()];
    const [first] = rig.messenger.calls.values();
    rig.messenger.fault = (call) =>
      call.kind === 'call.end' && call.callId === first?.callId ? { class: 'retry', code: 'vk.10' } : undefined;
    await end(one);
    await end(other);
    await rig.deliver();
    expect([(await look(one)).status, (await look(other)).status].sort()).to.deep.equal(['ending', 'finished']);
    expect(await ahead()).to.equal(true);
  });

  it('repeats an end and a post whose answers were lost, and leaves no doubt behind', async () => {
    let lost = 2;
    rig.messenger.fault = (call) =>
      (call.kind === 'message.post' || call.kind === 'call.end') && lost-- > 0 ? 'lost-answer' : undefined;
    const id = await run();
    expect(await doubts()).to.deep.equal([{ kind: 'message.post' }]);
    await rig.sql('update conference_post set due_at = now()');
    lost = 0;
    await rig.everythingDue();
    await rig.deliver();
    const keys = rig.messenger.sent('message.post').map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).to.deep.equal([2, 1]);
    expect(await doubts()).to.deep.equal([]);
    lost = 1;
    await end(id);
    await rig.deliver();
    expect((await look(id)).status).to.equal('ending');
    expect(await doubts()).to.deep.equal([{ kind: 'call.end' }]);
    await rig.sql('update conference set rest_until = now()');
    await rig.everythingDue();
    await rig.deliver();
    expect((await look(id)).status).to.equal('finished');
    expect(await doubts()).to.deep.equal([]);
  });

  it('repeats a post that was sent by a process that died, with the same key', async () => {
    const id = await begin();
    const dying = { abilities: rig.messenger.abilities, send: rig.messenger.send.bind(rig.messenger) };
    const killed = rig.deliver({
      ...dying,
      send: async (credential, calls) => {
        const results = await dying.send(credential, calls);
        if (calls.some(({ kind }) => kind === 'message.post')) throw new Error('killed');
        return results;
      },
    });
    await killed.catch(() => undefined);
    await rig.forgetLeases();
    await rig.deliver();
    const keys = rig.messenger.sent('message.post').map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).to.deep.equal([2, 1]);
    expect((await look(id)).status).to.equal('active');
    expect(await doubts()).to.deep.equal([]);
  });

  it('does not post a second time what was sent more than an hour ago and never answered', async () => {
    const id = await run();
    await rig.sql('delete from conference_post');
    await rig.sql(
      `insert into delivery_doubt (organization_id, doubt_id, subject_id, kind, account, sent_at, until)
       values (:school, gen_random_uuid(), :id::uuid, 'message.post', 900, now() - interval '1 hour', now())`,
      { school: SCHOOL, id },
    );
    await rig.everythingDue();
    await rig.deliver();
    expect(rig.messenger.sent('message.post')).to.have.length(1);
    expect((await look(id)).problem).to.contain('Проверьте чат');
    expect(await doubts()).to.deep.equal([]);
  });

  it('lets a conference that cannot be booked rest for an hour and say why, while the others go on', async () => {
    const [bad, good] = [await plan({ title: 'Плохой' }), await plan()];
    await rig.sql(`create function sferum.refuse() returns trigger language plpgsql as $$ begin
        raise exception 'broken' using errcode = '23514'; end $$`);
    await rig.sql(`create trigger refuse before update of join_link on conference for each row
        when (new.title = 'Плохой' and new.join_link is not null) execute function sferum.refuse()`);
    for (const id of [bad, good]) await rig.shift(id, 0, 45);
    await rig.deliver();
    expect((await look(good)).status).to.equal('active');
    expect((await look(bad)).problem).to.contain('не удалось записать');
    const [rests] = await rig.sql<{ hour: boolean }>(
      `select due_at between now() + interval '59 minutes' and now() + interval '61 minutes' as hour
       from conference where conference_id = :bad::uuid`,
      { bad },
    );
    expect(rests).to.deep.equal({ hour: true });
    // The call was made: nothing starts a second one by itself.
    await rig.sql('update conference set rest_until = null where conference_id = :bad::uuid', { bad });
    await rig.everythingDue();
    await rig.deliver();
    expect(rig.messenger.sent('call.start')).to.have.length(2);
  });

  it('moves the others on when one cannot be moved on', async () => {
    const [bad, good] = [await plan({ title: 'Плохой' }), await plan()];
    await rig.sql(`create function sferum.refuse() returns trigger language plpgsql as $$ begin
        raise exception 'broken' using errcode = '23514'; end $$`);
    await rig.sql(`create trigger refuse before update of state on conference for each row
        when (new.title = 'Плохой' and new.state <> old.state) execute function sferum.refuse()`);
    for (const id of [bad, good]) await rig.shift(id, 0, 45);
    await rig.deliver();
    expect([(await look(good)).status, (await look(bad)).status]).to.deep.equal(['active', 'planned']);
    expect((await look(bad)).problem).to.contain('не удалось записать');
    expect(await ahead()).to.equal(true);
  });
});
