import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';

import { MemberComparisonStore } from '../../src/chats/member-comparison-store.js';
import { HOST_METAROLES } from '../../src/host/host-session.js';
import type { ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import type { RunDetail, SchoolStates, SynchronizationState } from '../../src/protocol/synchronization-protocol.js';
import { Right } from '../../src/rights/rights.js';
import { Notifications } from '../../src/storage/notifications.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer, EVERY_RIGHT, SCHOOL, type Failure } from '../support/chat-server.js';

const TITLE = 'Классный чат 5А';
let server: ChatServer;

async function state(): Promise<SynchronizationState> {
  return (await server.ask<SynchronizationState>('GET', '/api/synchronization')).body;
}

function remoteMembers(title = TITLE): readonly string[] | undefined {
  return server.messenger.snapshot()[title]?.[0]?.memberIds;
}

describe('GET /api/synchronization', () => {
  beforeEach(async () => {
    server = await ChatServer.start();
  });
  afterEach(() => server?.stop());

  it('says before the first filling what it will take', async () => {
    const { preview, progress, waiting } = await state();
    const chats = progress.chats.total;
    expect(preview).to.deep.include({ chats, memberships: progress.memberships.total });
    expect(preview?.unlinked).to.be.greaterThan(20);
    expect(preview?.seconds).to.be.greaterThan(0);
    expect(waiting).to.have.length(chats);
  });

  it('is calm when everything is delivered, with the minute’s requests and calls', async () => {
    await server.deliver();
    const now = await state();
    expect(now).to.not.have.property('preview');
    expect([now.backlog, now.waiting, now.errors, now.held]).to.deep.equal([0, [], [], []]);
    const sent = now.minutes.slice(-2);
    expect(sent.reduce((sum, { requests }) => sum + requests, 0)).to.equal(server.messenger.requests.length);
    expect(sent.reduce((sum, { calls }) => sum + calls, 0)).to.equal(server.messenger.requests.flat().length);
    expect(now.minutes).to.have.length(60);
    expect(now.quota).to.deep.include({ perMinute: 60_000, refusedLastHour: 0 });
  });

  it('groups what failed by its cause, and tries a cause again', async () => {
    server.messenger.fault = (call) =>
      call.kind === 'member.add' ? { class: 'permanent', code: 'vk.935' } : undefined;
    await server.deliver();
    for (const number of [1, 2, 3]) await server.link(`p0${number}`, `10${number}`);
    await server.deliver();
    const [error] = (await state()).errors;
    expect(error).to.deep.include({ code: 'vk.935', text: 'Причина vk.935.', people: 3, chats: 1 });
    expect(error?.examples.map(({ title }) => title)).to.deep.equal([TITLE]);
    delete server.messenger.fault;
    await server.ask('POST', '/api/synchronization/retry', { code: 'vk.935' });
    await server.deliver();
    expect((await state()).errors).to.deep.equal([]);
    expect(remoteMembers()).to.deep.equal(['101', '102', '103', ADMINISTRATOR_ACCOUNT]);
  });

  it('shows a lane that stands still, and lets it go on by a click', async () => {
    server.messenger.fault = () => ({ class: 'stop', code: 'vk.984' });
    await server.deliver();
    const stopped = await state();
    expect(stopped.progress.lane).to.equal('stopped');
    expect(stopped.progress.problem?.text).to.equal('Причина vk.984.');
    delete server.messenger.fault;
    await server.ask('POST', '/api/synchronization/resume');
    await server.deliver();
    expect((await state()).progress.lane).to.equal('idle');
  });

  it('tells every process that a person asked for another try: what rests for the whole lane is tried, too', async () => {
    const notifications = server.get(Notifications);
    await notifications.open();
    const asked: string[] = [];
    const subscription = notifications.received.subscribe((notification) => {
      if (notification.kind === 'lane' && notification.asked) asked.push(notification.organizationId);
    });
    try {
      const { body } = await server.ask<ChatEntryPage>('GET', '/api/chats');
      for (const [path, request] of [
        ['/api/synchronization/retry', { code: 'vk.9' }],
        ['/api/synchronization/resume', {}],
        [`/api/chats/${body.items[0]?.id}/retry`, {}],
      ] as const) {
        asked.length = 0;
        const { status } = await server.ask('POST', path, request);
        expect(status, path).to.equal(200);
        for (let times = 0; times < 100 && asked.length === 0; times += 1) await wait(20);
        expect(asked, path).to.deep.equal([SCHOOL]);
      }
    } finally {
      subscription.unsubscribe();
      await notifications.close();
    }
  });

  it('lists large removals and archives that wait for a person', async () => {
    server.directory.classMembers = [];
    await server.synchronize();
    const held = (await state()).held;
    expect(held.length).to.be.greaterThan(0);
    expect(held.every(({ kind, people }) => kind === 'removal' && people > 0)).to.equal(true);
    server.directory.classRows = [];
    await server.synchronize();
    expect((await state()).held.some(({ kind }) => kind === 'archive')).to.equal(true);
  });

  it('checks everything on request, once in ten minutes', async () => {
    await server.deliver();
    server.messenger.requests.length = 0;
    const checked = await server.ask<SynchronizationState>('POST', '/api/synchronization/check');
    expect(checked.body.checkAvailableAt).to.be.a('string');
    await server.deliver();
    expect(server.messenger.sent('chat.members')).to.have.length(server.messenger.chats.size);
    expect((await state()).comparedAt).to.be.a('string');
    const again = await server.ask<Failure>('POST', '/api/synchronization/check');
    expect([again.status, again.body.error.code]).to.deep.equal([429, 'SFERUM_TOO_SOON']);
  });

  it('keeps what the school decided about the next year', async () => {
    expect((await state()).continuesChats).to.equal(false);
    await server.ask('PUT', '/api/synchronization/school-year', { continues: true });
    expect((await state()).continuesChats).to.equal(true);
  });

  it('shows all schools to super-administrators only, the stopped ones first', async () => {
    await server.sql(`insert into organization (organization_id, name, time_zone) values ('a', 'А', 'Europe/Moscow')`);
    await server.sql(`insert into delivery_lane (organization_id, stop_code) values ('a', 'credential.broken')`);
    const path = '/api/synchronization/schools';
    const metaroles = [HOST_METAROLES.superAdministrator];
    const { body } = await server.ask<SchoolStates>('GET', path, undefined, { metaroles });
    expect(body.total).to.equal(2);
    expect(body.items.map(({ organizationId, state: shown }) => [organizationId, shown])).to.deep.equal([
      ['a', 'stopped'],
      [SCHOOL, 'running'],
    ]);
    expect((await server.ask('GET', path)).status).to.equal(403);
  });

  for (const [method, path, right, body] of [
    ['GET', '', Right.synchronizationView, undefined],
    ['GET', '/schools', Right.synchronizationView, undefined],
    ['GET', '/runs/00000000-0000-4000-8000-000000000001', Right.synchronizationView, undefined],
    ['POST', '/resume', Right.synchronizationRun, undefined],
    ['POST', '/check', Right.synchronizationRun, undefined],
    ['POST', '/retry', Right.synchronizationRun, { code: 'vk.935' }],
    ['POST', '/runs/00000000-0000-4000-8000-000000000001/undo', Right.synchronizationConfirm, undefined],
    ['PUT', '/school-year', Right.chatEdit, { continues: true }],
  ] as const) {
    it(`without it: ${method} /api/synchronization${path} wants ${right}`, async () => {
      const rights = EVERY_RIGHT.filter((one) => one !== right);
      const metaroles = [HOST_METAROLES.superAdministrator];
      const answer = await server.ask<Failure>(method, `/api/synchronization${path}`, body, { rights, metaroles });
      expect([answer.status, answer.body.error.code]).to.deep.equal([403, 'SFERUM_RIGHT_MISSING']);
    });
  }
});

describe('undoing a synchronisation run', () => {
  beforeEach(async () => {
    server = await ChatServer.start();
    for (const number of [1, 2, 3, 4]) await server.link(`p0${number}`, `10${number}`);
    await server.deliver();
  });
  afterEach(() => server?.stop());

  async function newestRun(): Promise<SynchronizationState['runs'][number]> {
    const run = (await state()).runs[0];
    if (run === undefined) throw new Error('there is no run');
    return run;
  }

  function moveToClass(studentId: string, classId: string): void {
    server.directory.classMembers = server.directory.classMembers.map((row) =>
      row.studentId === studentId ? { ...row, classId } : row,
    );
  }

  it('logs no run that changed nothing, nor the filling of new chats', async () => {
    await server.synchronize();
    expect((await state()).runs).to.deep.equal([]);
  });

  it('brings back whom the run took out, takes out whom it brought, and the rules leave it so', async () => {
    const other = server.directory.classRows.find(({ id }) => id !== '2022a');
    moveToClass('p01', other?.id ?? '');
    await server.synchronize();
    await server.deliver();
    const [from, to] = [TITLE, `Классный чат ${other?.name}`];
    expect([remoteMembers(from)?.includes('101'), remoteMembers(to)?.includes('101')]).to.deep.equal([false, true]);
    const run = await newestRun();
    expect(run.cause).to.equal('pass');
    const detail = await server.ask<RunDetail>('GET', `/api/synchronization/runs/${run.id}`);
    const listed = detail.body.chats.find(({ title }) => title === from);
    expect(listed?.removed).to.have.length(1);
    const undone = await server.ask<{ taken: number; left: number }>(
      'POST',
      `/api/synchronization/runs/${run.id}/undo`,
    );
    expect(undone.body).to.deep.equal({ taken: run.added + run.removed, left: 0 });
    await server.synchronize();
    await server.deliver();
    expect([remoteMembers(from)?.includes('101'), remoteMembers(to)?.includes('101')]).to.deep.equal([true, false]);
    expect((await newestRun()).undone?.by).to.be.a('string');
  });

  it('leaves alone what somebody decided since, and happens once', async () => {
    moveToClass('p01', '');
    moveToClass('p02', '');
    await server.synchronize();
    await server.deliver();
    const run = await newestRun();
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(TITLE)}`);
    const chatId = body.items[0]?.id ?? '';
    const card = await server.ask<{ revision: number }>('GET', `/api/chats/${chatId}`);
    await server.ask('PUT', `/api/chats/${chatId}`, {
      revision: card.body.revision,
      members: [{ action: 'add', personId: 'p02', kind: 'student', role: 'admin' }],
    });
    const undone = await server.ask<{ taken: number; left: number }>(
      'POST',
      `/api/synchronization/runs/${run.id}/undo`,
    );
    expect(undone.body.left).to.equal(1);
    const again = await server.ask<Failure>('POST', `/api/synchronization/runs/${run.id}/undo`);
    expect(again.body.error.code).to.equal('SFERUM_CONFLICT');
    await server.deliver();
    expect(remoteMembers()).to.include.members(['101', '102']);
  });

  it('brings back those whom a comparison took for people who had left by themselves', async () => {
    const chat = [...server.messenger.chats.values()].find(({ title }) => title === TITLE);
    for (let night = 0; night < 2; night += 1) {
      chat?.members.delete('102');
      await server.get(MemberComparisonStore).begin(['Europe/Moscow'], -3_600_000, 100);
      await server.deliver();
    }
    expect(remoteMembers()).to.not.include('102');
    const run = await newestRun();
    expect(run).to.include({ cause: 'comparison', added: 0, removed: 1 });
    expect(run).to.not.have.property('by');
    const { body } = await server.ask<RunDetail>('GET', `/api/synchronization/runs/${run.id}`);
    expect(body.chats.map(({ title, removed }) => [title, removed.length])).to.deep.equal([[TITLE, 1]]);
    const undone = await server.ask<{ taken: number; left: number }>(
      'POST',
      `/api/synchronization/runs/${run.id}/undo`,
    );
    expect(undone.body).to.deep.equal({ taken: 1, left: 0 });
    await server.deliver();
    expect(remoteMembers()).to.deep.equal(['101', '102', '103', '104', ADMINISTRATOR_ACCOUNT]);
  });

  it('opens chats again that the run archived', async () => {
    server.directory.classRows = server.directory.classRows.filter(({ id }) => id !== '2022a');
    await server.synchronize();
    const run = await newestRun();
    expect(run.archived).to.equal(2);
    await server.ask('POST', `/api/synchronization/runs/${run.id}/undo`);
    await server.synchronize();
    await server.deliver();
    expect(remoteMembers()).to.deep.equal(['101', '102', '103', '104', ADMINISTRATOR_ACCOUNT]);
  });

  it('knows no run of nonsense', async () => {
    for (const id of ['nonsense', '00000000-0000-4000-8000-000000000001']) {
      expect((await server.ask('GET', `/api/synchronization/runs/${id}`)).status).to.equal(404);
      expect((await server.ask('POST', `/api/synchronization/runs/${id}/undo`)).status).to.equal(404);
    }
  });
});
