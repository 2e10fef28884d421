import { expect } from 'chai';

import type { SeededPerson } from '../../fixtures/vk/stand-client.js';
import { GoneOwnerUpkeep } from '../../src/account/gone-owner-upkeep.js';
import { AccountLinkImport } from '../../src/host/account-link-import.js';
import type { PersonKind } from '../../src/host/host-directory.js';
import { PersonalData } from '../../src/host/personal-data.js';
import type { AccountLinkView } from '../../src/protocol/account-protocol.js';
import { AccountRig, type AccountProcess } from './account-rig.js';

describe('a link whose owner no school has', () => {
  let rig: AccountRig;
  let plugin: AccountProcess;
  let anna: SeededPerson;

  beforeEach(async () => {
    rig = new AccountRig();
    await rig.open();
    plugin = await rig.process();
    anna = await rig.profile('anna');
    await plugin.linkWith('teacher', anna);
  });
  afterEach(async () => {
    try {
      await rig.expectNoSecrets();
    } finally {
      await rig.close();
    }
  });

  function appear(id: string, kinds: readonly PersonKind[]): void {
    rig.school.people.push({ id, familyName: 'Гусева', givenName: 'Ольга', kinds });
  }

  function vanish(...ids: readonly string[]): void {
    const left = rig.school.people.filter(({ id }) => !ids.includes(id));
    rig.school.people.splice(0, Infinity, ...left);
  }

  async function signIn(session: string, person = anna): Promise<{ status: number; code: string; message: string }> {
    expect(await plugin.comeBack(session, await rig.signIn(await plugin.begin(session), person))).to.equal(undefined);
    const answer = await plugin.request(session, 'POST', '/api/link/confirm');
    const { error } = (await answer.json()) as { error?: { code: string; message: string } };
    return { status: answer.status, code: error?.code ?? '', message: error?.message ?? '' };
  }

  async function owners(): Promise<string[]> {
    const links = await rig.rows<{ person_id: string }>('select person_id from account_link order by person_id');
    return links.map((row) => row.person_id);
  }

  async function goneSince(interval: string): Promise<void> {
    await rig.rows(`update account_link set gone_since = gone_since - $1::interval where gone_since is not null`, [
      interval,
    ]);
  }

  it('gives its profile to the person hired again under a new id, whose chats and tokens work', async () => {
    await rig.rows(`insert into organization (organization_id, name, time_zone) values ('school-1', 'Школа', 'UTC')`);
    const [chat] = await rig.rows<{ chat_id: string }>(
      `insert into chat (organization_id, kind, title, state, owner_account, remote_id)
       values ('school-1', 'other', 'Чат', 'open', 1, '1') returning chat_id`,
    );
    await rig.rows(
      `insert into chat_member (organization_id, chat_id, person_id, person_kind, delivered_role, delivered_account)
       values ('school-1', $1, 'teacher', 'employee', 'member', $2)`,
      [chat?.chat_id, anna.userId],
    );
    vanish('teacher');
    appear('teacher-again', ['employee']);
    expect((await signIn('teacher-again')).status).to.equal(200);
    expect(await owners()).to.deep.equal(['teacher-again']);
    expect(plugin.changed, 'observers are told of both').to.deep.equal(['teacher', 'teacher', 'teacher-again']);
    const [due] = await rig.rows<{ due: boolean }>('select due_at <= now() as due from chat');
    expect(due?.due, 'the chat takes the old person out').to.equal(true);
    const booked = await rig.rows('select 1 from token_revocation');
    expect(booked, 'the old tokens wait until the profile is linked').to.have.length(1);
    await rig.rows(`update token_revocation set due_at = now()`);
    await rig.until(`select pg_notify('sferum', '{"kind":"revocation"}') is not null`);
    await rig.until('select count(*) = 0 from token_revocation');
    expect(rig.gate.count('/oauth2/revoke'), 'taking them back would end the new ones').to.equal(0);
    expect((await plugin.json<AccountLinkView>('teacher-again', 'GET', '/api/link')).state).to.equal('linked');
    expect(rig.written.filter((line) => line.includes('no school has its owner'))).to.have.length(1);
  });

  it('is found, too, where the host still keeps the person, in no school', async () => {
    vanish('teacher');
    appear('teacher', []);
    appear('teacher-again', ['employee']);
    expect((await signIn('teacher-again')).status).to.equal(200);
    expect(await owners()).to.deep.equal(['teacher-again']);
  });

  it('is not one of somebody who is a guardian still', async () => {
    vanish('teacher');
    appear('teacher', ['guardian']);
    appear('teacher-again', ['employee']);
    const before = await rig.rows('select * from account_link');
    expect(await signIn('teacher-again')).to.include({ status: 409, code: 'SFERUM_LINK_TAKEN' });
    expect(await rig.rows('select * from account_link')).to.deep.equal(before);
  });

  it('keeps its profile while the directory does not answer', async () => {
    vanish('teacher');
    appear('teacher-again', ['employee']);
    const back = await rig.signIn(await plugin.begin('teacher-again'), anna);
    await plugin.comeBack('teacher-again', back);
    const before = await rig.rows('select * from account_link');
    rig.school.directory.people = async () => Promise.reject(new Error('the directory is away'));
    const answer = await plugin.request('teacher-again', 'POST', '/api/link/confirm');
    expect(answer.status).to.equal(409);
    expect(await answer.text())
      .to.include('SFERUM_LINK_TAKEN')
      .and.to.include('через несколько минут');
    expect(await rig.rows('select * from account_link')).to.deep.equal(before);
  });

  it('gives its profile to two processes once', async () => {
    vanish('teacher');
    appear('teacher-again', ['employee']);
    const second = await rig.process();
    await plugin.comeBack('teacher-again', await rig.signIn(await plugin.begin('teacher-again'), anna));
    const answers = await Promise.all(
      [plugin, second].map((process) => process.request('teacher-again', 'POST', '/api/link/confirm')),
    );
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
    expect(await owners()).to.deep.equal(['teacher-again']);
  });

  it('gives its profile to whom the host imports, and theirs is kept by those who are somewhere', async () => {
    await plugin.linkWith('head', await rig.profile('boris'));
    const [held] = await rig.rows<{ account: string }>(
      `select external_user_id as account from account_link where person_id = 'head'`,
    );
    vanish('teacher');
    appear('teacher-again', ['employee']);
    appear('head-again', ['employee']);
    const known = { givenName: 'Анна', familyName: 'Белова', roles: ['teacher' as const] };
    const result = await plugin.container.get(AccountLinkImport).import([
      { ...known, personId: 'teacher-again', externalUserId: String(anna.userId) },
      { ...known, personId: 'head-again', externalUserId: held?.account ?? '' },
    ]);
    expect(result).to.deep.equal({ linked: 1, refused: [{ personId: 'head-again', code: 'SFERUM_LINK_TAKEN' }] });
    expect(await owners()).to.deep.equal(['head', 'teacher-again']);
  });

  it('ends by itself after a week in no school, and its tokens are taken back', async () => {
    await plugin.linkWith('head', await rig.profile('boris'));
    const second = await rig.process();
    const look = async () => {
      await Promise.all([plugin, second].map(({ container }) => container.get(GoneOwnerUpkeep).look()));
    };
    vanish('teacher');
    await look();
    await goneSince('6 days 23 hours');
    await look();
    expect(await owners()).to.deep.equal(['head', 'teacher']);
    await goneSince('1 hour');
    await look();
    expect(await owners()).to.deep.equal(['head']);
    await rig.until('select count(*) = 0 from token_revocation');
    expect(rig.gate.count('/oauth2/revoke')).to.equal(1);
    expect(rig.written.filter((line) => line.includes('no school has its owner'))).to.have.length(1);
  });

  it('does not end when its owner came back under the same id, or signs in anew', async () => {
    const upkeep = plugin.container.get(GoneOwnerUpkeep);
    vanish('teacher');
    await upkeep.look();
    await goneSince('6 days');
    appear('teacher', ['employee']);
    await upkeep.look();
    vanish('teacher');
    await upkeep.look();
    await goneSince('6 days');
    await upkeep.look();
    expect(await owners()).to.deep.equal(['teacher']);
    appear('teacher', ['employee']);
    await rig.rows(`update account_link set state = 'broken'`);
    await plugin.linkWith('teacher', anna);
    expect(await rig.rows('select gone_since from account_link')).to.deep.equal([{ gone_since: null }]);
  });

  it('does not end with most of the others', async () => {
    await rig.rows(
      `insert into account_link (person_id, external_user_id, given_name, family_name)
       select 'somebody-' || n, n, '', '' from generate_series(1, 9) n`,
    );
    const upkeep = plugin.container.get(GoneOwnerUpkeep);
    await upkeep.look();
    await upkeep.look();
    expect(await rig.rows('select 1 from account_link where gone_since is not null')).to.deep.equal([]);
    expect(rig.written.filter((line) => line.includes('more than half'))).to.have.length(1);
  });

  it('is told to its owner, and erased with them: then the profile is free at once', async () => {
    vanish('teacher');
    await plugin.container.get(GoneOwnerUpkeep).look();
    const data = plugin.container.get(PersonalData);
    const { parts } = await data.export('teacher');
    expect(JSON.stringify(parts)).to.include('inNoSchoolSince');
    await data.erase('teacher');
    expect(await owners()).to.deep.equal([]);
    appear('teacher-again', ['employee']);
    expect((await signIn('teacher-again')).status).to.equal(200);
    expect(await owners()).to.deep.equal(['teacher-again']);
  });
});
