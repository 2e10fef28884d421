import { expect } from 'chai';

import { CredentialSource } from '../../src/delivery/work-source.js';
import type { AccountLinkView, UnlinkResult } from '../../src/protocol/account-protocol.js';
import { AccountRig, tokenKey, type AccountProcess } from './account-rig.js';

const HOUR_MS = 3_600_000;

describe('StoredCredentials and RevocationWorker', () => {
  let rig: AccountRig;
  let plugin: AccountProcess;

  beforeEach(async () => {
    rig = new AccountRig();
    rig.timeoutMs = 4_000;
    await rig.open();
    plugin = await rig.process();
  });
  afterEach(async () => {
    try {
      await rig.expectNoSecrets();
    } finally {
      await rig.close();
    }
  });

  const tokenOf = (process: AccountProcess, userId: number) =>
    process.container.get(CredentialSource).token(String(userId));
  /** The provider's clock goes on; the database's cannot be set, so the tokens there become so much older. */
  const hoursLater = async (hours: number) => {
    rig.offsetMs = hours * HOUR_MS;
    for (const table of ['account_link', 'token_revocation']) {
      await rig.rows(`update ${table} set expires_at = expires_at - interval '${hours} hours'`);
    }
  };
  const view = (session = 'head') => plugin.json<AccountLinkView>(session, 'GET', '/api/link');
  /** Which of the tokens given out so far VK still takes. */
  const alive = async () => {
    const answers = await Promise.all(rig.gate.issued.map((token) => rig.client.call(token, 'users.get')));
    return answers.map(({ response }) => response !== undefined);
  };
  /** The next attempt is due now rather than in seconds. */
  const lookAgain = async () => {
    await rig.rows('update token_revocation set due_at = now()');
    await rig.rows(`select pg_notify('sferum', '{"kind":"revocation"}')`);
  };
  const usable = async (token: Awaited<ReturnType<typeof tokenOf>>) => {
    if (!('accessToken' in token)) throw new Error(`no token: ${token.missing}`);
    return (await rig.client.call(token.accessToken, 'users.get')).response !== undefined;
  };

  it('refreshes with one refresher in two processes, and both get the new token', async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    const second = await rig.process();
    await hoursLater(1);
    rig.gate.mode = 'slow';
    const asked = rig.gate.count('/oauth2/auth');
    const tokens = await Promise.all(
      [plugin, second, plugin, second].map((process) => tokenOf(process, person.userId)),
    );
    expect(rig.gate.count('/oauth2/auth') - asked).to.equal(1);
    expect(new Set(tokens.map((token) => ('accessToken' in token ? token.accessToken : token.missing)))).to.have.length(
      1,
    );
    rig.gate.mode = 'open';
    expect(await usable(tokens[0]!)).to.equal(true);
  });

  for (const minutes of [-20, 20]) {
    it(`renews no earlier and no later when the process's clock is wrong by ${minutes} minutes`, async () => {
      const person = await rig.profile('anna');
      rig.offsetMs = minutes * 60_000;
      await plugin.linkWith('head', person);
      const asked = rig.gate.count('/oauth2/auth');
      await rig.rows(`update account_link set expires_at = now() + interval '6 minutes'`);
      await tokenOf(plugin, person.userId);
      expect(rig.gate.count('/oauth2/auth')).to.equal(asked);
      await rig.rows(`update account_link set expires_at = now() + interval '4 minutes'`);
      await tokenOf(plugin, person.userId);
      expect(rig.gate.count('/oauth2/auth')).to.equal(asked + 1);
      const [{ seconds } = { seconds: 0 }] = await rig.rows<{ seconds: number }>(
        'select extract(epoch from expires_at - now())::float8 as seconds from account_link',
      );
      expect(seconds).to.be.closeTo(3600, 10);
    });
  }

  it('keeps the new tokens of a person who links anew while an old refresh is under way', async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    await hoursLater(1);
    rig.gate.mode = 'slow';
    const late = tokenOf(plugin, person.userId);
    await rig.until('select refreshing_until is not null from account_link');
    await rig.rows(`update account_link set state = 'broken'`);
    rig.gate.mode = 'open';
    await plugin.linkWith('head', person);
    const [linked] = await rig.rows('select tokens from account_link');
    await late;
    expect(await rig.rows('select tokens from account_link')).to.deep.equal([linked]);
    expect(await view()).to.include({ state: 'linked' });
  });

  it('says that VK ID is away when a refresh gets no answer, and goes on later', async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    await hoursLater(1);
    rig.gate.mode = 'html-502';
    expect(await tokenOf(plugin, person.userId)).to.deep.equal({ missing: 'credential.provider-away' });
    expect(await view()).to.include({ state: 'linked' });
    rig.gate.mode = 'open';
    expect(await usable(await tokenOf(plugin, person.userId))).to.equal(true);
  });

  it('shows a link that VK refuses as broken, and the same profile mends it', async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    await hoursLater(1);
    await rig.client.fault({ method: 'oauth', fault: 'token-dead', times: 1 });
    expect(await tokenOf(plugin, person.userId)).to.deep.equal({ missing: 'credential.broken' });
    const broken = await view();
    expect(broken.state).to.equal('broken');
    expect(broken.problem).to.be.a('string');
    plugin.changed.length = 0;
    await plugin.linkWith('head', person);
    expect(await view()).to.include({ state: 'linked' });
    expect(plugin.changed).to.deep.equal(['head']);
    expect(await usable(await tokenOf(plugin, person.userId))).to.equal(true);
    expect(await rig.rows('select * from token_revocation')).to.deep.equal([]);
  });

  it("makes a school's stopped lane go on when its administrator links again", async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    await rig.rows(`insert into organization (organization_id, name, time_zone, chat_administrator_id)
      values ('school-1', 'Школа № 1', 'Europe/Moscow', 'head')`);
    await rig.rows(`update account_link set state = 'broken', broken_code = 'vkid.invalid_grant'`);
    await rig.rows(`insert into delivery_lane (organization_id, stop_code) values ('school-1', 'credential.broken')`);
    expect(await plugin.json('head', 'GET', '/api/link/consequences')).to.deep.equal({
      administers: ['Школа № 1'],
      owns: [],
    });
    await plugin.linkWith('head', person);
    expect(await rig.rows('select stop_code, due_at is not null as due from delivery_lane')).to.deep.equal([
      { stop_code: null, due: true },
    ]);
  });

  it('lets another profile take the place of a broken one, after saying so', async () => {
    const [old, fresh] = [await rig.profile('anna'), await rig.profile('boris')];
    await plugin.linkWith('head', old);
    await rig.rows(`update account_link set state = 'broken', broken_code = 'vkid.invalid_grant'`);
    await plugin.comeBack('head', await rig.signIn(await plugin.begin('head'), fresh));
    expect((await view()).replaces).to.deep.equal({ name: 'Белова Анна', roles: ['Учитель'] });
    await plugin.json('head', 'POST', '/api/link/confirm');
    expect(await rig.rows('select state, external_user_id from account_link')).to.deep.equal([
      { state: 'linked', external_user_id: String(fresh.userId) },
    ]);
    await rig.until('select count(*) = 0 from token_revocation');
    expect(await alive()).to.deep.equal([false, true]);
  });

  it('does not let another profile take the place of a whole link', async () => {
    await plugin.linkWith('head', await rig.profile('anna'));
    const answer = await plugin.request('head', 'POST', '/api/link/start');
    expect(await answer.json()).to.have.nested.property('error.code', 'SFERUM_LINK_ALREADY');
  });

  it('unlinks while VK does not answer: erased here at once, taken back there until it is done', async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    rig.gate.mode = 'silent';
    const result = await plugin.json<UnlinkResult>('head', 'POST', '/api/link/unlink');
    expect(result).to.deep.equal({ state: 'none' });
    expect(await rig.rows('select * from account_link')).to.deep.equal([]);
    await rig.until('select attempts >= 1 and leased_until is null from token_revocation');
    expect(await alive()).to.deep.equal([true]);
    rig.gate.mode = 'open';
    await lookAgain();
    await rig.until('select count(*) = 0 from token_revocation');
    expect(await alive()).to.deep.equal([false]);
  });

  it('refreshes an expired token before taking it back, and keeps the new pair while it tries', async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    await hoursLater(2);
    const asked = rig.gate.count('/oauth2/auth');
    await plugin.json('head', 'POST', '/api/link/unlink');
    await rig.until('select count(*) = 0 from token_revocation');
    expect(rig.gate.count('/oauth2/auth') - asked).to.equal(1);
    expect(await alive()).to.deep.equal([false, false]);
  });

  it('leaves the new tokens alone when a profile is linked again before the old ones were taken back', async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    rig.gate.mode = 'html-502';
    await plugin.json('head', 'POST', '/api/link/unlink');
    await rig.until('select attempts >= 1 and leased_until is null from token_revocation');
    await rig.rows(`update token_revocation set due_at = now() + interval '1 hour'`);
    rig.gate.mode = 'open';
    await plugin.linkWith('head', person);
    await lookAgain();
    await rig.until('select count(*) = 0 from token_revocation');
    expect(rig.gate.count('/oauth2/revoke')).to.equal(1);
    expect(await usable(await tokenOf(plugin, person.userId))).to.equal(true);
  });

  it('is harmless to unlink twice', async () => {
    await plugin.linkWith('head', await rig.profile('anna'));
    const [first, second] = await Promise.all(
      [1, 2].map(() => plugin.request('head', 'POST', '/api/link/unlink').then(({ status }) => status)),
    );
    expect([first, second]).to.deep.equal([200, 200]);
    await rig.until('select count(*) = 0 from token_revocation');
    expect(rig.gate.count('/oauth2/revoke')).to.equal(1);
  });

  it('seals everything again with the first key, by several processes, and needs the old key no more', async () => {
    const people = await Promise.all(['anna', 'boris'].map((key) => rig.profile(key)));
    await plugin.linkWith('head', people[0]!);
    await plugin.comeBack('teacher', await rig.signIn(await plugin.begin('teacher'), people[1]!));
    await plugin.begin('clerk');
    await plugin.stop();
    await rig.rows(
      `insert into account_link (person_id, external_user_id, given_name, family_name, key_id, tokens)
       select 'copy-' || n, n, '', '', null, null from generate_series(1, 3) n`,
    );
    const keys = [tokenKey('second'), tokenKey('first')];
    const [one] = await Promise.all([rig.process(keys), rig.process(keys)]);
    const olds = ['account_link', 'link_attempt', 'token_revocation'].map(
      (table) => `select count(*) as n from ${table} where key_id = 'first'`,
    );
    await rig.until(`select sum(n) = 0 from (${olds.join(' union all ')}) counts`);
    const only = await rig.process([tokenKey('second')]);
    expect(await usable(await tokenOf(only, people[0]!.userId))).to.equal(true);
    await only.json('teacher', 'POST', '/api/link/confirm');
    expect(await usable(await tokenOf(one, people[1]!.userId))).to.equal(true);
  });

  it('does not start when a key that is still needed is missing, and names it', async () => {
    await plugin.linkWith('head', await rig.profile('anna'));
    const failure = await rig.process([tokenKey('second')]).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.have.property('code', 'SFERUM_SETTINGS_INVALID');
    expect(failure).to.have.property('message').that.includes('first').and.includes('tokenKeys');
    expect(failure).to.have.nested.property('fields.keyIds').that.deep.equals(['first']);
  });
});
