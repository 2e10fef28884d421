import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { emptyScope, everythingScope, scopeOf, type RosterScope } from '../../src/chats/roster-scope.js';
import type { ChatCard, ChatEntryPage, StudyGroups } from '../../src/protocol/chat-protocol.js';
import { must } from '../../src/must.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer, SCHOOL, type Failure } from '../support/chat-server.js';

const CLASS = '2022a';
const GROUP = '2022a-eng';
const OTHER_SCHOOL = 'school-9';

describe('what belongs to another school', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
    await server.link('p01', '101');
    await server.link('p02', '102');
  });
  afterEach(() => server?.stop());

  async function subjectChat(): Promise<string> {
    const request = { requestId: randomUUID(), kind: 'subject', title: 'Английский', groupId: GROUP };
    const { body } = await server.ask<ChatCard>('POST', '/api/chats', request);
    return body.chat.id;
  }

  async function chatNamed(title: string): Promise<string> {
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(title)}`);
    return must(body.items[0], title).id;
  }

  async function card(chatId: string): Promise<ChatCard> {
    return (await server.ask<ChatCard>('GET', `/api/chats/${chatId}`)).body;
  }

  /** A class of the other school that one of our pupils went to. */
  function addForeignClass(): void {
    server.directory.classRows.push({
      id: 'b5',
      organizationId: OTHER_SCHOOL,
      name: '5Б чужой',
      schoolYear: '2026',
    });
    server.directory.classMembers = server.directory.classMembers.map((row) =>
      row.studentId === 'p02' ? { ...row, classId: 'b5' } : row,
    );
  }

  /** Schools merge: the class, its pupils and its study groups are the other school's from now on. */
  function merge(): void {
    server.directory.classRows = server.directory.classRows.map((one) =>
      one.id === CLASS ? { ...one, organizationId: OTHER_SCHOOL } : one,
    );
    server.directory.groupOrganizationId = OTHER_SCHOOL;
  }

  it('gets no chat when an event of ours names it', async () => {
    addForeignClass();
    const event = {
      id: 'e',
      position: 1,
      at: new Date(),
      organizationId: SCHOOL,
      kind: 'student.transferred',
      studentId: 'p02',
      fromClassId: CLASS,
      toClassId: 'b5',
    } as const;
    await server.synchronize(scopeOf(event));
    await server.deliver();
    expect(Object.keys(server.messenger.snapshot()).filter((title) => title.includes('чужой'))).to.deep.equal([]);
    expect(server.messenger.snapshot()['Классный чат 5А']?.[0]?.memberIds).to.deep.equal([
      '101',
      ADMINISTRATOR_ACCOUNT,
    ]);
  });

  const looks: readonly (readonly [string, RosterScope])[] = [
    ['its event', { ...emptyScope(), classIds: new Set([CLASS]), groupIds: new Set([GROUP]) }],
    ['the daily look, without an event', everythingScope()],
  ];
  for (const [what, scope] of looks) {
    it(`is kept up no more after a merge: ${what}`, async () => {
      const chats = [await subjectChat(), await chatNamed('Классный чат 5А'), await chatNamed('Родительский чат 5А')];
      await server.deliver();
      merge();
      server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p02');
      server.directory.groupMembers = server.directory.groupMembers.filter(({ studentId }) => studentId !== 'p02');
      await server.synchronize(scope);
      await server.deliver();
      for (const chatId of chats) {
        const { chat, may } = await card(chatId);
        expect([chat.title, chat.state, may.goOn]).to.deep.equal([chat.title, 'archived', false]);
      }
      const remote = Object.entries(server.messenger.snapshot()).filter(([title]) => title.startsWith('Английский'));
      expect(remote.flatMap(([, [chat]]) => chat?.memberIds)).to.include('102');
    });
  }

  it('cannot be gone on with, picked from or taken into a new chat', async () => {
    const chatId = await chatNamed('Классный чат 5А');
    merge();
    await server.synchronize();
    const answers = [
      await server.ask<Failure>('POST', `/api/chats/${chatId}/continue`),
      await server.ask<Failure>('GET', `/api/people?kind=student&classId=${CLASS}`),
      await server.ask<Failure>('GET', `/api/study-groups/${GROUP}/members`),
      await server.ask<Failure>('POST', '/api/chats', {
        requestId: randomUUID(),
        kind: 'subject',
        title: 'Чужая группа',
        groupId: GROUP,
      }),
    ];
    for (const { status, body } of answers) {
      expect([status, body.error.code]).to.deep.equal([400, 'SFERUM_REQUEST_INVALID']);
    }
  });

  it('does not lend its class’s name to a study group', async () => {
    server.directory.classRows = server.directory.classRows.map((one) =>
      one.id === CLASS ? { ...one, organizationId: OTHER_SCHOOL } : one,
    );
    const { body } = await server.ask<StudyGroups>('GET', '/api/study-groups');
    expect(body.items.map(({ title }) => title)).to.deep.equal(['Английский язык/5А Английский язык']);
    expect((await card(await subjectChat())).group?.title).to.equal('Английский язык/5А Английский язык');
  });
});
