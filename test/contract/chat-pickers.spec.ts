import { expect } from 'chai';

import type { GroupMembers, PeoplePage, SchoolClasses, StudyGroups } from '../../src/protocol/chat-protocol.js';
import { Right } from '../../src/rights/rights.js';
import { ADMINISTRATOR, ChatServer, EVERY_RIGHT, type Failure } from '../support/chat-server.js';

describe('member pickers', () => {
  let server: ChatServer;
  before(async () => {
    server = await ChatServer.start();
    await server.link('p01', '101');
  });
  after(() => server?.stop());

  it('finds people by kind and part of a name, and says who has linked', async () => {
    const { body } = await server.ask<PeoplePage>('GET', '/api/people?kind=employee&query=орлов');
    expect(body.items).to.deep.equal([
      { personId: 'e1', name: 'Орлова Марина Викторовна', kind: 'employee', detail: 'Директор', linked: false },
    ]);
    const { body: pupils } = await server.ask<PeoplePage>('GET', '/api/people?kind=student&classId=2022a');
    expect(pupils.items.map(({ personId }) => personId)).to.have.members(['p01', 'p02', 'p03', 'p04', 'p05', 'p06']);
    expect(pupils.items.filter(({ linked }) => linked).map(({ personId }) => personId)).to.deep.equal(['p01']);
  });

  it('pages to the end', async () => {
    const { body: first } = await server.ask<PeoplePage>('GET', '/api/people?kind=student&limit=7');
    const { body: second } = await server.ask<PeoplePage>(
      'GET',
      `/api/people?kind=student&limit=7&cursor=${first.cursor ?? ''}`,
    );
    expect(new Set([...first.items, ...second.items].map(({ personId }) => personId)).size).to.equal(12);
    expect(second).to.not.have.property('cursor');
  });

  it('lists classes to filter by', async () => {
    const { body } = await server.ask<SchoolClasses>('GET', '/api/school-classes');
    expect(body.items).to.deep.equal([
      { id: '2022a', name: '5А' },
      { id: '2021a', name: '6А' },
    ]);
  });

  it('lists study groups as «Предмет/Группа (Класс)», with teacher and number of pupils', async () => {
    const group = {
      id: '2022a-eng',
      title: 'Английский язык/5А Английский язык (5А)',
      subject: 'Английский язык',
      name: '5А Английский язык',
      classNames: ['5А'],
      teacher: { personId: 'e5', name: 'Галкина Ирина Олеговна' },
      students: 4,
    };
    for (const query of ['', 'англ', '5а галкина']) {
      const { body } = await server.ask<StudyGroups>('GET', `/api/study-groups?query=${query}`);
      expect(body).to.deep.equal({ total: 1, items: [group] });
    }
    const { body } = await server.ask<StudyGroups>('GET', '/api/study-groups?query=химия');
    expect(body).to.deep.equal({ total: 0, items: [] });
  });

  it('says whom a group brings, the chat administrator included', async () => {
    const { body } = await server.ask<GroupMembers>('GET', '/api/study-groups/2022a-eng/members');
    expect(body.members.map(({ personId, role, locked }) => `${personId} ${role} ${locked}`)).to.have.members([
      `${ADMINISTRATOR} admin true`,
      'e5 admin false',
      ...['p01', 'p02', 'p03', 'p04'].map((personId) => `${personId} member false`),
    ]);
    expect(body.titleLength).to.equal(128);
    const { body: other } = await server.ask<GroupMembers>('GET', '/api/chat-administrator');
    expect(other.members.map(({ personId }) => personId)).to.deep.equal([ADMINISTRATOR]);
    expect((await server.ask('GET', '/api/study-groups/unknown/members')).status).to.equal(400);
  });

  it('without it: who may neither create nor edit picks nobody; either right is enough', async () => {
    const paths = [
      '/api/people?kind=student',
      '/api/school-classes',
      '/api/study-groups',
      '/api/study-groups/2022a-eng/members',
      '/api/chat-administrator',
    ];
    const rights = EVERY_RIGHT.filter((right) => right !== Right.chatCreate && right !== Right.chatEdit);
    for (const path of paths) {
      const { status, body } = await server.ask<Failure>('GET', path, undefined, { rights });
      expect([path, status, body.error.code]).to.deep.equal([path, 403, 'SFERUM_RIGHT_MISSING']);
      for (const right of [Right.chatCreate, Right.chatEdit]) {
        expect((await server.ask('GET', path, undefined, { rights: [right] })).status).to.equal(200);
      }
    }
  });
});
