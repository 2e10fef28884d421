import { expect } from 'chai';

import { PersonalData } from '../../src/host/personal-data.js';
import { AccountRig, type AccountProcess } from './account-rig.js';

describe('PersonalData', () => {
  let rig: AccountRig;
  let plugin: AccountProcess;
  let data: PersonalData;

  beforeEach(async () => {
    rig = new AccountRig();
    await rig.open();
    rig.rights.set('head', ['sferum.link.view']);
    plugin = await rig.process();
    data = plugin.container.get(PersonalData);
  });
  afterEach(() => rig.close());

  /** Every text of every table, to be searched for a person. */
  const traces = async (needle: string) => {
    const tables = await rig.rows<{ name: string }>(
      `select table_name as name from information_schema.tables
       where table_schema = 'sferum' and table_name not like 'migration%'`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await rig.rows(`select 1 from "${name}" t where t::text like '%' || $1 || '%'`, [needle]);
      if (rows.length > 0) found.push(name);
    }
    return found;
  };

  it('gives out what is kept about a person, without tokens', async () => {
    const person = await rig.profile('anna');
    await plugin.json('head', 'POST', '/api/links/remind', { personIds: ['head', 'clerk'] });
    await plugin.linkWith('head', person);
    const exported = await data.export('head');
    expect(exported.parts).to.have.all.keys('account');
    expect(exported.parts['account']).to.deep.include({ tokensWaitingForRevocation: 0, signInsUnderWay: [] });
    expect(exported.parts).to.have.nested.property('account.link.externalUserId', String(person.userId));
    expect(exported.parts).to.have.nested.property('account.reminders').that.has.length(1);
    expect(exported.sent).to.have.length(1);
    const text = JSON.stringify(exported);
    expect([...rig.gate.secrets].filter((secret) => text.includes(secret))).to.deep.equal([]);
  });

  it('gives out nothing about somebody it never heard of', async () => {
    const exported = await data.export('nobody');
    expect(exported).to.deep.include({ personId: 'nobody', parts: {}, sent: [] });
  });

  it('erases a person, and others stay', async () => {
    await plugin.json('head', 'POST', '/api/links/remind', { personIds: ['head', 'clerk'] });
    await plugin.linkWith('head', await rig.profile('anna'));
    await plugin.linkWith('teacher', await rig.profile('boris'));
    const others = await rig.rows(`select * from account_link where person_id = 'teacher'`);
    await data.erase('head');
    await rig.until('select count(*) = 0 from token_revocation');
    expect(await data.erase('head')).to.deep.equal({ remains: [] });
    expect(await traces('head')).to.deep.equal([]);
    expect(await rig.rows(`select * from account_link where person_id = 'teacher'`)).to.deep.equal(others);
    expect(await rig.rows('select person_id, reminded_by from link_reminder')).to.deep.equal([
      { person_id: 'clerk', reminded_by: '' },
    ]);
  });

  it('says what remains while VK does not answer, and nothing once it did', async () => {
    await plugin.linkWith('head', await rig.profile('anna'));
    rig.gate.mode = 'html-502';
    const [remains] = (await data.erase('head')).remains;
    expect(remains).to.have.property('part', 'account');
    expect(remains?.reason).to.include('ждут отзыва');
    await rig.until('select attempts >= 1 and leased_until is null from token_revocation');
    rig.gate.mode = 'open';
    await rig.rows('update token_revocation set due_at = now()');
    await rig.rows(`select pg_notify('sferum', '{"kind":"revocation"}')`);
    await rig.until('select count(*) = 0 from token_revocation');
    expect(await data.erase('head')).to.deep.equal({ remains: [] });
  });
});
