import { expect } from 'chai';

import type { GateMode } from './account-gate.js';
import { AccountRig, type AccountProcess } from './account-rig.js';
import type { AccountLinkView } from '../../src/protocol/account-protocol.js';

describe('LinkService against abuse', () => {
  let rig: AccountRig;
  let plugin: AccountProcess;

  beforeEach(async () => {
    rig = new AccountRig();
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

  const stateOf = async (session: string) => (await plugin.json<AccountLinkView>(session, 'GET', '/api/link')).state;
  /** Runs what must not change anything, and compares every row. */
  const refused = async (code: string, act: () => Promise<string | undefined>) => {
    const before = await rig.kept();
    expect(await act()).to.equal(code);
    expect(await rig.kept()).to.deep.equal(before);
  };

  it('keeps a link only after the yes, and shows name and role before it', async () => {
    const person = await rig.profile('anna');
    const back = await rig.signIn(await plugin.begin('head'), person);
    expect(await plugin.comeBack('head', back)).to.equal(undefined);
    expect(await rig.rows('select * from account_link')).to.deep.equal([]);
    const view = await plugin.json<AccountLinkView>('head', 'GET', '/api/link');
    expect(view.candidate).to.deep.include({
      own: { name: 'Белова Анна', roles: ['Сотрудник'] },
      external: { name: 'Белова Анна', roles: ['Учитель'] },
      mismatches: [],
    });
    await plugin.json('head', 'POST', '/api/link/confirm', { candidateId: view.candidate?.id });
    expect(await stateOf('head')).to.equal('linked');
    expect(plugin.changed).to.deep.equal(['head']);
  });

  it('refuses a state that was used', async () => {
    const back = await rig.signIn(await plugin.begin('head'), await rig.profile('anna'));
    await plugin.comeBack('head', back);
    await plugin.json('head', 'POST', '/api/link/confirm');
    await refused('SFERUM_LINK_STATE_INVALID', () => plugin.comeBack('head', back));
    expect(await stateOf('head')).to.equal('linked');
  });

  it('refuses a state it never made, and none at all', async () => {
    const back = await rig.signIn(await plugin.begin('head'), await rig.profile('anna'));
    back.set('state', 'a'.repeat(43));
    await refused('SFERUM_LINK_STATE_INVALID', () => plugin.comeBack('head', back));
    back.delete('state');
    await refused('SFERUM_LINK_STATE_INVALID', () => plugin.comeBack('head', back));
    expect(rig.gate.asked).to.deep.equal([]);
  });

  it('refuses a state that is older than ten minutes', async () => {
    const url = await plugin.begin('head');
    await rig.rows(`update link_attempt set expires_at = expires_at - interval '10 minutes 1 second'`);
    const back = await rig.signIn(url, await rig.profile('anna'));
    await refused('SFERUM_LINK_STATE_INVALID', () => plugin.comeBack('head', back));
    expect(rig.gate.asked).to.deep.equal([]);
  });

  it("refuses a callback in another person's session and leaves the sign-in to its owner", async () => {
    const back = await rig.signIn(await plugin.begin('head'), await rig.profile('anna'));
    await refused('SFERUM_LINK_STATE_INVALID', () => plugin.comeBack('teacher', back));
    await refused('SFERUM_LINK_STATE_INVALID', () => plugin.comeBack('head/other-browser', back));
    expect(await plugin.comeBack('head', back)).to.equal(undefined);
    expect(await stateOf('teacher')).to.equal('none');
    expect(await stateOf('head/other-browser')).to.equal('none');
  });

  it('refuses a callback without a session', async () => {
    const back = await rig.signIn(await plugin.begin('head'), await rig.profile('anna'));
    const before = await rig.kept();
    expect((await plugin.request('', 'GET', `/link/callback?${back.toString()}`)).status).to.equal(401);
    expect(await rig.kept()).to.deep.equal(before);
  });

  it('says plainly when device_id is missing, and does not exchange the code', async () => {
    const back = await rig.signIn(await plugin.begin('head'), await rig.profile('anna'));
    back.delete('device_id');
    await refused('SFERUM_LINK_PROFILE_MISSING', () => plugin.comeBack('head', back));
    expect(rig.gate.asked).to.deep.equal([]);
  });

  it('refuses a code that was used at VK ID already', async () => {
    const person = await rig.profile('anna');
    const first = await rig.signIn(await plugin.begin('head'), person);
    expect(await plugin.comeBack('head', first)).to.equal(undefined);
    const second = await rig.signIn(await plugin.begin('head/second'), person);
    second.set('code', first.get('code') ?? '');
    await refused('SFERUM_LINK_STATE_INVALID', () => plugin.comeBack('head/second', second));
  });

  it('calls a cancelled sign-in cancelled, and logs nothing a stranger wrote', async () => {
    const state = new URL(await plugin.begin('head')).searchParams.get('state') ?? '';
    rig.gate.secrets.add(state);
    const cancelled = new URLSearchParams({ state, error: 'access_denied' });
    await refused('SFERUM_LINK_REFUSED', () => plugin.comeBack('head', cancelled));
    const other = new URL(await plugin.begin('head')).searchParams.get('state') ?? '';
    const forged = new URLSearchParams({ state: other, error: 'token=vk2.a.forged' });
    await refused('SFERUM_IDENTITY_PROVIDER', () => plugin.comeBack('head', forged));
    expect(rig.written.join('\n')).not.to.include('forged');
  });

  it('leads nowhere but to the desktop', async () => {
    const back = await rig.signIn(await plugin.begin('head'), await rig.profile('anna'));
    for (const name of ['redirect', 'redirect_uri', 'next', 'url', 'returnTo', 'window']) {
      back.set(name, 'https://evil.example/');
    }
    // comeBack holds the target to the desktop's address, without anything else.
    expect(await plugin.comeBack('head', back)).to.equal(undefined);
  });

  it('lets two tabs sign in at once and links what the person saw', async () => {
    const [ordinary, other] = [await rig.profile('anna'), await rig.profile('boris')];
    const [first, second] = await Promise.all([plugin.begin('head'), plugin.begin('head')]);
    expect(await plugin.comeBack('head', await rig.signIn(first, ordinary))).to.equal(undefined);
    const seen = await plugin.json<AccountLinkView>('head', 'GET', '/api/link');
    expect(await plugin.comeBack('head', await rig.signIn(second, other))).to.equal(undefined);
    const stale = await plugin.request('head', 'POST', '/api/link/confirm', { candidateId: seen.candidate?.id });
    expect(await stale.json()).to.have.nested.property('error.code', 'SFERUM_LINK_STATE_INVALID');
    const fresh = await plugin.json<AccountLinkView>('head', 'GET', '/api/link');
    const yes = { candidateId: fresh.candidate?.id };
    const answers = await Promise.all([1, 2].map(() => plugin.request('head', 'POST', '/api/link/confirm', yes)));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
    expect(await rig.rows('select person_id, external_user_id from account_link')).to.deep.equal([
      { person_id: 'head', external_user_id: String(other.userId) },
    ]);
    expect(await rig.rows('select * from link_attempt')).to.deep.equal([]);
  });

  it('gives one sign-in to one of two callbacks of the same state', async () => {
    const back = await rig.signIn(await plugin.begin('head'), await rig.profile('anna'));
    const second = await rig.process();
    const outcomes = await Promise.all([plugin.comeBack('head', back), second.comeBack('head', back)]);
    expect(outcomes.toSorted()).to.deep.equal(['SFERUM_LINK_STATE_INVALID', undefined]);
    expect(rig.gate.count('/oauth2/auth')).to.equal(1);
    expect(await stateOf('head')).to.equal('confirming');
  });

  it("refuses a profile that is another person's, and leaves that person's tokens alive", async () => {
    const person = await rig.profile('anna');
    await plugin.linkWith('head', person);
    const before = await rig.rows('select * from account_link');
    const back = await rig.signIn(await plugin.begin('teacher'), person);
    await plugin.comeBack('teacher', back);
    const answer = await plugin.request('teacher', 'POST', '/api/link/confirm');
    expect(answer.status).to.equal(409);
    expect(await answer.json()).to.have.nested.property('error.code', 'SFERUM_LINK_TAKEN');
    await rig.until('select count(*) = 0 from token_revocation');
    expect(await rig.rows('select * from account_link')).to.deep.equal(before);
    expect(rig.gate.count('/oauth2/revoke')).to.equal(0);
  });

  const silences: readonly GateMode[] = ['silent', 'html', 'html-502', 'reset'];
  for (const mode of silences) {
    it(`changes nothing when VK ID's answer is ${mode}, and works the next time`, async () => {
      rig.timeoutMs = 4_000;
      const hasty = await rig.process();
      const person = await rig.profile('anna');
      const back = await rig.signIn(await hasty.begin('head'), person);
      rig.gate.mode = mode;
      await refused('SFERUM_IDENTITY_PROVIDER', () => hasty.comeBack('head', back));
      expect(await rig.rows('select * from link_attempt')).to.deep.equal([]);
      rig.gate.mode = 'open';
      await hasty.linkWith('head', person);
      expect(await stateOf('head')).to.equal('linked');
    });
  }

  it('waits for a slow VK ID', async () => {
    rig.gate.mode = 'slow';
    await plugin.linkWith('head', await rig.profile('anna'));
    expect(await stateOf('head')).to.equal('linked');
  });

  it('takes tokens back that it got but could not use', async () => {
    const back = await rig.signIn(await plugin.begin('head'), await rig.profile('anna'));
    await rig.client.fault({ method: 'users.get', fault: 'internal', times: 1 });
    expect(await plugin.comeBack('head', back)).to.equal('SFERUM_IDENTITY_PROVIDER');
    await rig.until('select count(*) = 0 from token_revocation');
    expect(rig.gate.count('/oauth2/revoke')).to.equal(1);
  });
});
