import { expect } from 'chai';

import { AccountLinkImport } from '../../src/host/account-link-import.js';
import { DesktopStateContribution } from '../../src/host/contribution-points.js';
import type { AccountLinkView, LinkList, LinkSummary, ReminderResult } from '../../src/protocol/account-protocol.js';
import { AccountRig, type AccountProcess } from './account-rig.js';

describe('LinkRegistry', () => {
  let rig: AccountRig;
  let plugin: AccountProcess;

  before(async () => {
    rig = new AccountRig();
    await rig.open();
    rig.rights.set('head', ['sferum.link.view']);
    plugin = await rig.process();
    const profile = { givenName: 'Имя', familyName: 'Фамилия', roles: ['student' as const] };
    await plugin.container.get(AccountLinkImport).import([
      { personId: 'pupil-1', externalUserId: '1001', ...profile },
      { personId: 'teacher', externalUserId: '1002', ...profile },
      { personId: 'pupil-3', externalUserId: '200000000003', ...profile },
    ]);
    await rig.rows(`update account_link set state = 'broken' where person_id = 'pupil-3'`);
  });
  after(() => rig.close());

  const list = (session: string, query = '') => plugin.json<LinkList>(session, 'GET', `/api/links${query}`);
  const names = ({ items }: LinkList) => items.map(({ name, role, state }) => `${role} ${name} ${state}`);
  const flags = async (session: string) => {
    const states = plugin.container.getAll(DesktopStateContribution);
    const context = rig.sessionOf(new Request('http://x', { headers: { 'x-session': session } }));
    if (context === undefined) throw new Error('nobody');
    return Object.assign({}, ...(await Promise.all(states.map((state) => state.flags(context))))) as object;
  };

  it('lists everybody of the organisation by role and name', async () => {
    const all = await list('head');
    expect(all.total).to.equal(8);
    expect(names(all)).to.deep.equal([
      'student Гусев Пётр broken',
      'student Жуков Иван linked',
      'student Зимина Вера none',
      'guardian Гусева Ольга linked',
      'guardian Жукова Мария none',
      'employee Белова Анна none',
      'employee Гусева Ольга linked',
      'employee Дымов Олег none',
    ]);
    expect(all.items.find(({ personId, role }) => personId === 'parent-1' && role === 'guardian')?.detail).to.equal(
      'Жуков Иван (5А); Гусев Пётр (6Б)',
    );
  });

  it('filters by role, class, state and part of the name, and pages', async () => {
    expect(names(await list('head', '?role=employee&state=none'))).to.deep.equal([
      'employee Белова Анна none',
      'employee Дымов Олег none',
    ]);
    expect(names(await list('head', '?classId=class-6b'))).to.deep.equal([
      'student Гусев Пётр broken',
      'guardian Гусева Ольга linked',
      'guardian Жукова Мария none',
    ]);
    expect(names(await list('head', `?query=${encodeURIComponent('жУК')}`))).to.have.length(2);
    const page = await list('head', '?offset=1&limit=1');
    expect(page.total).to.equal(8);
    expect(names(page)).to.deep.equal(['student Жуков Иван linked']);
  });

  it('counts over all and per class', async () => {
    const summary = await plugin.json<LinkSummary>('head', 'GET', '/api/links/summary');
    expect(summary).to.deep.include({
      scope: 'organization',
      employees: { total: 3, linked: 1, broken: 0 },
      students: { total: 3, linked: 1, broken: 1 },
      guardians: { total: 2, linked: 1, broken: 0 },
    });
    expect(summary.classes).to.deep.equal([
      {
        id: 'class-5a',
        name: '5А',
        students: { total: 2, linked: 1, broken: 0 },
        guardians: { total: 1, linked: 0, broken: 0 },
      },
      {
        id: 'class-6b',
        name: '6Б',
        students: { total: 1, linked: 0, broken: 1 },
        guardians: { total: 2, linked: 1, broken: 0 },
      },
    ]);
  });

  it('without the right: a class teacher sees their own class and nobody else', async () => {
    expect(names(await list('teacher'))).to.deep.equal([
      'student Жуков Иван linked',
      'student Зимина Вера none',
      'guardian Жукова Мария none',
    ]);
    const summary = await plugin.json<LinkSummary>('teacher', 'GET', '/api/links/summary');
    expect(summary.scope).to.equal('class');
    expect(summary).not.to.have.property('employees');
    expect(summary.classes.map(({ name }) => name)).to.deep.equal(['5А']);
    const foreign = await plugin.request('teacher', 'GET', '/api/links?classId=class-6b');
    expect(foreign.status).to.equal(403);
    const reminder = await plugin.json<ReminderResult>('teacher', 'POST', '/api/links/remind', {
      personIds: ['pupil-3', 'head'],
    });
    expect(reminder).to.deep.equal({ reminded: 0, skipped: 2 });
  });

  it('prints the class of a class teacher, with names as text', async () => {
    rig.school.people.push({ id: 'pupil-4', familyName: '<b>Яковлева', givenName: 'Ия', kinds: ['student'] });
    rig.school.pupils.push({ id: 'pupil-4', classId: 'class-5a', guardianIds: [] });
    const page = await (await plugin.request('teacher', 'GET', '/api/links/print?role=student')).text();
    rig.school.pupils.pop();
    expect(page).to.include('Школа № 1').and.include('5А').and.include('Привязано 1 из 3');
    expect(page).to.include('&lt;b&gt;Яковлева Ия').and.not.include('<b>').and.not.include('Гусев');
    expect((await plugin.request('clerk', 'GET', '/api/links/print')).status).to.equal(403);
  });

  it('without the right and without a class: nothing', async () => {
    for (const [method, path] of [
      ['GET', '/api/links'],
      ['GET', '/api/links/summary'],
      ['POST', '/api/links/remind'],
    ] as const) {
      const answer = await plugin.request('clerk', method, path, { personIds: ['head'] });
      expect(answer.status, path).to.equal(403);
      expect(await answer.json()).to.have.nested.property('error.code', 'SFERUM_RIGHT_MISSING');
    }
    expect(await flags('clerk')).to.include({ 'sferum.links': false });
    expect(await flags('teacher')).to.include({ 'sferum.links': true });
    expect(await flags('head')).to.include({ 'sferum.links': true });
  });

  it('reminds once a week each, logged, however many ask at once, and nobody who is linked', async () => {
    const ask = () =>
      plugin.json<ReminderResult>('head', 'POST', '/api/links/remind', { personIds: ['pupil-1', 'pupil-2', 'clerk'] });
    const results = await Promise.all([ask(), ask(), ask()]);
    expect(results.map(({ reminded }) => reminded).toSorted()).to.deep.equal([0, 0, 2]);
    expect(await rig.rows('select person_id, reminded_by from link_reminder order by person_id')).to.deep.equal([
      { person_id: 'clerk', reminded_by: 'head' },
      { person_id: 'pupil-2', reminded_by: 'head' },
    ]);
    const row = (await list('head', '?role=student')).items.find(({ personId }) => personId === 'pupil-2');
    expect(row).to.deep.include({ canRemind: false }).and.to.have.property('remindedAt');
    await rig.rows(`update link_reminder set reminded_at = now() - interval '8 days' where person_id = 'pupil-2'`);
    expect((await ask()).reminded).to.equal(1);
  });

  it('shows a reminder on the desktop until the person looks at it', async () => {
    expect(await flags('pupil-2')).to.include({ 'sferum.link-reminder': true });
    expect(await plugin.json<AccountLinkView>('pupil-2', 'GET', '/api/link')).to.have.property('remindedAt');
    await plugin.json('pupil-2', 'POST', '/api/link/reminder/seen');
    expect(await flags('pupil-2')).to.include({ 'sferum.link-reminder': false });
    expect(await flags('clerk')).to.include({ 'sferum.link-reminder': true });
  });
});
