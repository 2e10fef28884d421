import { expect } from 'chai';

import { MemberComparisonStore } from '../../src/chats/member-comparison-store.js';
import type { MessengerCall, MessengerSuccess } from '../../src/messenger/messenger.js';
import { succeeded } from '../../src/messenger/messenger-result.js';
import type { ChatCard, ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import type { SynchronizationState } from '../../src/protocol/synchronization-protocol.js';
import { Right } from '../../src/rights/rights.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer, EVERY_RIGHT, type Answer, type Failure } from '../support/chat-server.js';
import type { MemoryChat } from '../support/memory-messenger.js';

const TITLE = 'Классный чат 5А';
const HOUR_MS = 3_600_000;
const STRANGER = '999';
const PUPILS = [1, 2, 3, 4, 5, 6];

let server: ChatServer;
let chatId: string;

async function start(): Promise<void> {
  server = await ChatServer.start();
  for (const number of PUPILS) await server.link(`p0${number}`, `10${number}`);
  const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(TITLE)}`);
  chatId = body.items[0]?.id ?? '';
}

async function card(asked: Parameters<ChatServer['ask']>[3] = {}): Promise<ChatCard> {
  return (await server.ask<ChatCard>('GET', `/api/chats/${chatId}`, undefined, asked)).body;
}

async function state(): Promise<SynchronizationState> {
  return (await server.ask<SynchronizationState>('GET', '/api/synchronization')).body;
}

function decide<T>(
  about: 'reading' | 'candidates',
  body: unknown,
  without: Right[] = [],
  personId = 'e1',
): Promise<Answer<T>> {
  const rights = EVERY_RIGHT.filter((right) => !without.includes(right));
  return server.ask<T>('POST', `/api/chats/${chatId}/${about}`, body, { personId, rights });
}

function remotes(): MemoryChat[] {
  return [...server.messenger.chats.values()].filter(({ title }) => title === TITLE);
}

function membersOf(chat: MemoryChat | undefined): readonly string[] {
  return [...(chat?.members.keys() ?? [])].sort();
}

const EVERYBODY = [...PUPILS.map((number) => `10${number}`), ADMINISTRATOR_ACCOUNT].sort();

describe('a list of the messenger that leaves out more than half of a chat', () => {
  beforeEach(async () => {
    await start();
    await server.deliver();
    answerMembers(['101'], 2);
    await server.get(MemberComparisonStore).begin(['Europe/Moscow'], -HOUR_MS, 100);
    await server.deliver();
    server.messenger.requests.length = 0;
  });
  afterEach(() => server?.stop());

  /** The messenger lists the chat's administrator and these. */
  function answerMembers(userIds: readonly string[], total: number): void {
    const chat = remotes()[0];
    const own = chat && server.messenger.idFor(ADMINISTRATOR_ACCOUNT, chat);
    const members = [
      { userId: ADMINISTRATOR_ACCOUNT, role: 'admin', owner: true } as const,
      ...userIds.map((userId) => ({ userId, role: 'member', owner: false }) as const),
    ];
    server.messenger.madeUpAnswer = (call: MessengerCall): MessengerSuccess | undefined =>
      call.kind === 'chat.members' && call.chatId === own ? succeeded(call.kind, { members, total }) : undefined;
  }

  async function readAgain(): Promise<void> {
    await server.sql('update chat_failure set next_attempt_at = now()');
    await server.sql('update chat set due_at = now() where due_at is not null');
    await server.sql('update delivery_lane set due_at = now()');
    await server.deliver();
  }

  it('is not believed: it is shown with who is missing, and nobody is added, removed or marked', async () => {
    const { chat, reading, members, may } = await card();
    expect(chat.state).to.equal('problem');
    expect(chat.problem?.code).to.equal('chat.reading-held');
    expect(chat.problem?.nextAttemptAt).to.be.a('string');
    const missing = reading?.missing.map(({ personId }) => personId).sort();
    expect(missing).to.deep.equal(['p02', 'p03', 'p04', 'p05', 'p06']);
    const names = reading?.missing.map(({ name }) => name) ?? [];
    expect(names).to.deep.equal([...names].sort((a, b) => a.localeCompare(b, 'ru')));
    expect(may.decideReading).to.equal(true);
    const states = members.filter(({ personId }) => missing?.includes(personId)).map((member) => member.state);
    expect(states).to.deep.equal(Array(5).fill('present'));
    expect(membersOf(remotes()[0])).to.deep.equal(EVERYBODY);
  });

  it('waits among the decisions, not among the errors', async () => {
    const { held, errors } = await state();
    expect(held).to.deep.equal([{ chatId, title: TITLE, kind: 'reading', people: 5 }]);
    expect(errors).to.deep.equal([]);
  });

  it('confirmed: who is missing is added again, and the question is gone', async () => {
    const { status, body } = await decide<ChatCard>('reading', { decision: 'confirm' });
    expect(status).to.equal(200);
    expect(body).to.not.have.property('reading');
    expect(body.chat).to.not.have.property('problem');
    delete server.messenger.madeUpAnswer;
    await server.deliver();
    const added = server.messenger.sent('member.add').map(({ userId }) => userId);
    expect([...added].sort()).to.deep.equal(['102', '103', '104', '105', '106']);
    expect((await card()).chat.state).to.equal('ready');
    expect((await state()).held).to.deep.equal([]);
  });

  it('confirmed twice by a double click: the second one says that nothing is asked, with the chat as it is now', async () => {
    await decide('reading', { decision: 'confirm' });
    const second = await decide<Failure>('reading', { decision: 'confirm' });
    expect([second.status, second.body.error.code]).to.deep.equal([409, 'SFERUM_CONFLICT']);
    expect((second.body.error.fields['current'] as ChatCard).chat.id).to.equal(chatId);
    await server.deliver();
    expect(server.messenger.sent('member.add')).to.have.length(5);
  });

  it('refused: it is read again, and nothing else is done', async () => {
    delete server.messenger.madeUpAnswer;
    const { status, body } = await decide<ChatCard>('reading', { decision: 'refuse' });
    expect(status).to.equal(200);
    expect(body).to.not.have.property('reading');
    await server.deliver();
    const kinds = new Set(server.messenger.requests.flat().map(({ kind }) => kind));
    expect([...kinds].sort()).to.deep.equal(['chat.describe', 'chat.members']);
    expect((await card()).chat.state).to.equal('ready');
  });

  it('refused, and the messenger says so again: it is asked again', async () => {
    await decide('reading', { decision: 'refuse' });
    await server.deliver();
    expect((await card()).reading?.missing).to.have.length(5);
  });

  it('is taken back by itself when a later list has everybody', async () => {
    delete server.messenger.madeUpAnswer;
    await readAgain();
    const { chat, reading } = await card();
    expect([chat.state, reading]).to.deep.equal(['ready', undefined]);
  });

  it('cannot be confirmed once another list was begun that came cut: nobody knows then who is missing', async () => {
    answerMembers([], 7);
    await readAgain();
    const { chat, reading } = await card();
    expect([chat.problem?.code, reading]).to.deep.equal(['chat.members-cut', undefined]);
    expect((await decide('reading', { decision: 'confirm' })).status).to.equal(409);
    await server.deliver();
    expect(server.messenger.sent('member.add')).to.deep.equal([]);
  });

  it('is nothing to decide where no list is held', async () => {
    delete server.messenger.madeUpAnswer;
    await readAgain();
    for (const decision of ['confirm', 'refuse']) {
      expect((await decide('reading', { decision })).status).to.equal(409);
    }
  });

  for (const right of [Right.synchronizationConfirm, Right.chatView]) {
    it(`without ${right}: refused, and the question stays`, async () => {
      const { status, body } = await decide<Failure>('reading', { decision: 'confirm' }, [right], 'p01');
      expect([status, body.error.code]).to.deep.equal([403, 'SFERUM_RIGHT_MISSING']);
      expect((await card()).reading?.missing).to.have.length(5);
      const rights = EVERY_RIGHT.filter((own) => own !== right);
      expect((await card({ personId: 'p01', rights })).may.decideReading).to.equal(false);
    });
  }

  it(`without ${Right.chatView}: a member learns nothing of it`, async () => {
    const own = await card({ personId: 'p01', rights: [] });
    expect(own).to.not.have.property('reading');
    expect(own.chat.problem?.code).to.equal('chat.reviewed');
    expect(own.chat.problem).to.not.have.property('nextAttemptAt');
    const left = await card({ personId: 'p02', rights: [] });
    expect(left.members.find(({ personId }) => personId === 'p02')?.stateText).to.equal('В чате');
  });

  it('keeps nobody from coming meanwhile, and says so of nobody', async () => {
    const personId = (await card()).members.find((member) => member.state === 'waiting-for-link')?.personId ?? '';
    await server.link(personId, '107');
    const coming = (await card()).members.find((member) => member.personId === personId);
    expect([coming?.state, coming?.stateText]).to.deep.equal(['to-add', 'Добавляется в чат.']);
    await server.deliver();
    expect(membersOf(remotes()[0])).to.include('107');
  });
});

describe('chats on the messenger’s side that may be this one', () => {
  beforeEach(async () => {
    await start();
    await make(['101', '102', STRANGER]);
    await server.deliver();
  });
  afterEach(() => server?.stop());

  /** Somebody made a chat of the same title with the administrator's account. */
  async function make(userIds: string[]): Promise<void> {
    const credential = { userId: ADMINISTRATOR_ACCOUNT, accessToken: 'token' };
    await server.messenger.send(credential, [{ kind: 'chat.create', title: TITLE, userIds }]);
    server.messenger.requests.length = 0;
  }

  it('are shown with our people in them and the number of others; nothing is created or changed', async () => {
    const { chat, candidates, may } = await card();
    expect(chat.problem?.code).to.equal('chat.candidates');
    expect(candidates).to.have.length(1);
    expect(candidates?.[0]).to.include({ title: TITLE, others: 1, whole: true });
    expect(candidates?.[0]?.people).to.have.length(2);
    expect(candidates?.[0]?.people.every((name) => name.includes(' '))).to.equal(true);
    expect(may.decideCandidates).to.equal(true);
    expect(remotes().map(membersOf)).to.deep.equal([['101', '102', ADMINISTRATOR_ACCOUNT, STRANGER].sort()]);
  });

  it('wait among the decisions, not among the errors, and trying again does not drop the question', async () => {
    const { held, errors } = await state();
    expect(held.map(({ kind, title }) => [kind, title])).to.deep.equal([['candidates', TITLE]]);
    expect(errors).to.deep.equal([]);
    for (const path of ['retry', 'synchronization']) {
      await server.ask('POST', `/api/chats/${chatId}/${path}`, {});
      await server.deliver();
      const { chat, candidates } = await card();
      expect([chat.state, chat.problem?.code, candidates?.length], path).to.deep.equal([
        'problem',
        'chat.candidates',
        1,
      ]);
    }
  });

  it('taken over: ours come in, strangers stay, no second chat is made', async () => {
    const id = (await card()).candidates?.[0]?.id ?? '';
    const { status, body } = await decide<ChatCard>('candidates', { id });
    expect(status).to.equal(200);
    expect(body).to.not.have.property('candidates');
    await server.deliver();
    expect(remotes().map(membersOf)).to.deep.equal([[...EVERYBODY, STRANGER].sort()]);
    expect((await card()).chat.state).to.equal('ready');
    expect((await state()).held).to.deep.equal([]);
  });

  it('none of them: a new one is made, the other stays as it is', async () => {
    const { status, body } = await decide<ChatCard>('candidates', { id: null });
    expect(status).to.equal(200);
    expect(body).to.not.have.property('candidates');
    await server.deliver();
    expect(remotes().map(membersOf)).to.deep.equal([['101', '102', ADMINISTRATOR_ACCOUNT, STRANGER].sort(), EVERYBODY]);
    expect((await card()).candidates).to.equal(undefined);
  });

  it('one that is not there: a conflict with the chat as it is now, and the question stays', async () => {
    const { status, body } = await decide<Failure>('candidates', { id: '123456' });
    expect([status, body.error.code]).to.deep.equal([409, 'SFERUM_CONFLICT']);
    expect((body.error.fields['current'] as ChatCard).candidates).to.have.length(1);
  });

  it('nothing is asked any more: a conflict, and no third chat', async () => {
    await decide('candidates', { id: null });
    await server.deliver();
    for (const id of [null, '1']) expect((await decide('candidates', { id })).status).to.equal(409);
    await server.deliver();
    expect(remotes()).to.have.length(2);
  });

  it('lists that are cut prove nothing: a stranger’s chat is not taken for an empty one of ours', async () => {
    for (const heals of [true, false]) {
      await server.stop();
      await start();
      await make([STRANGER]);
      server.messenger.membersDamage = () => 'cut';
      await server.deliver();
      if (heals) server.messenger.membersDamage = () => undefined;
      for (let times = 0; times < 6; times += 1) {
        await server.letTimePass({ keepFailures: true });
        await server.deliver();
      }
      server.messenger.membersDamage = () => undefined;
      const strangers = [ADMINISTRATOR_ACCOUNT, STRANGER].sort();
      expect(remotes().map(membersOf), String(heals)).to.deep.equal(heals ? [strangers, EVERYBODY] : [strangers]);
      expect((await card()).candidates?.map(({ whole }) => whole)).to.deep.equal(heals ? undefined : [false]);
    }
  });

  it('several are told apart by who is in them', async () => {
    await server.stop();
    await start();
    await make(['101', STRANGER]);
    await make(['102', '103', '998', '997']);
    await server.deliver();
    const { candidates } = await card();
    const told = candidates?.map(({ people, others }) => [people.length, others]);
    expect(told?.sort()).to.deep.equal([
      [1, 1],
      [2, 2],
    ]);
    await decide('candidates', { id: candidates?.find(({ others }) => others === 2)?.id });
    await server.deliver();
    expect(remotes().map(membersOf)).to.deep.equal([
      ['101', ADMINISTRATOR_ACCOUNT, STRANGER].sort(),
      [...EVERYBODY, '997', '998'].sort(),
    ]);
  });

  for (const right of [Right.synchronizationConfirm, Right.chatView]) {
    it(`without ${right}: refused, and the question stays`, async () => {
      const { status, body } = await decide<Failure>('candidates', { id: null }, [right], 'p01');
      expect([status, body.error.code]).to.deep.equal([403, 'SFERUM_RIGHT_MISSING']);
      expect((await card()).candidates).to.have.length(1);
      const rights = EVERY_RIGHT.filter((own) => own !== right);
      expect((await card({ personId: 'p01', rights })).may.decideCandidates).to.equal(false);
    });
  }

  it(`without ${Right.chatView}: a member learns nothing of it`, async () => {
    const own = await card({ personId: 'p01', rights: [] });
    expect(own).to.not.have.property('candidates');
    expect(own.chat.problem?.code).to.equal('chat.reviewed');
    const text = own.members.find(({ personId }) => personId === 'p01')?.stateText;
    expect(text).to.equal('Добавляется в чат. Чат проверяет администратор школы. От вас ничего не требуется.');
  });

  it('keep everybody out until it is decided, and say so in their line', async () => {
    const text = (await card()).members.find(({ personId }) => personId === 'p01')?.stateText;
    expect(text).to.equal('Добавляется в чат. Чат ждёт решения.');
  });
});

describe('a chat that nobody reaches any more', () => {
  beforeEach(async () => {
    await start();
    await server.deliver();
    // Deleted on the messenger's side.
    server.messenger.fault = (call) =>
      'chatId' in call && call.chatId === remotes()[0]?.chatId
        ? { class: 'chat-lost', code: 'vk.927', scope: 'chat' }
        : undefined;
    await server.get(MemberComparisonStore).begin(['Europe/Moscow'], -HOUR_MS, 100);
    await server.deliver();
  });
  afterEach(() => server?.stop());

  const replace = (without: Right[] = [], personId = 'e1'): Promise<Answer<ChatCard>> => {
    const rights = EVERY_RIGHT.filter((right) => !without.includes(right));
    return server.ask<ChatCard>('POST', `/api/chats/${chatId}/replacement`, undefined, { personId, rights });
  };

  it('is not said to have its people, and a new one is offered', async () => {
    const { chat, may, members } = await card();
    expect(chat.problem?.code).to.equal('vk.927');
    expect(may.replace).to.equal(true);
    const texts = new Set(
      members.filter(({ state: stands }) => stands === 'checking').map(({ stateText }) => stateText),
    );
    const text = 'Был в чате, когда чат видели в последний раз. Сейчас он недоступен.';
    expect([...texts]).to.deep.equal([text]);
    expect(members.filter(({ state: stands }) => stands === 'present')).to.deep.equal([]);
    const own = await card({ personId: 'p01', rights: [] });
    expect(own.members.filter(({ state: stands }) => stands === 'present')).to.deep.equal([]);
    expect(own.members.filter(({ stateText }) => stateText === text).length).to.be.above(1);
  });

  it('is given up by a person: everybody is in a new one, and nothing more is asked of the old one', async () => {
    const { status } = await replace();
    expect(status).to.equal(200);
    server.messenger.requests.length = 0;
    await server.deliver();
    const [old, made] = remotes();
    expect(membersOf(made)).to.deep.equal(EVERYBODY);
    const asked = server.messenger.requests.flat().filter((call) => 'chatId' in call && call.chatId === old?.chatId);
    expect(asked).to.deep.equal([]);
    const after = await card();
    expect([after.chat.state, after.chat.problem, after.may.replace]).to.deep.equal(['ready', undefined, false]);
    expect((await replace()).status, 'again').to.equal(409);
    await server.deliver();
    expect(remotes()).to.have.length(2);
  });

  it('is not given up once it is reached again', async () => {
    delete server.messenger.fault;
    await server.ask('POST', `/api/chats/${chatId}/retry`, {});
    await server.deliver();
    expect((await card()).may.replace).to.equal(false);
    expect((await replace()).status).to.equal(409);
    expect(remotes()).to.have.length(1);
  });

  for (const right of [Right.synchronizationConfirm, Right.chatView]) {
    it(`is not given up without ${right}`, async () => {
      expect((await replace([right], 'p01')).status).to.equal(403);
      const rights = EVERY_RIGHT.filter((own) => own !== right);
      expect((await card({ personId: 'p01', rights })).may.replace).to.equal(false);
    });
  }
});
