import { expect } from 'chai';

import type { SeededPerson } from '../../fixtures/vk/stand-client.js';
import { PersonalData } from '../../src/host/personal-data.js';
import type { AccountLinkView, UnlinkConsequences } from '../../src/protocol/account-protocol.js';
import { AccountRig, type AccountProcess } from './account-rig.js';

interface Refusal {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly fields: { readonly consequences: UnlinkConsequences };
  };
}

describe('unlinking an account that chats hang on', () => {
  let rig: AccountRig;
  let plugin: AccountProcess;
  let person: SeededPerson;

  beforeEach(async () => {
    rig = new AccountRig();
    await rig.open();
    plugin = await rig.process();
    person = await rig.profile('anna');
    await plugin.linkWith('head', person);
  });
  afterEach(() => rig.close());

  async function addSchool(id: string, name: string, administratorId: string | null): Promise<void> {
    const administrator = administratorId === null ? 'null' : `'${administratorId}'`;
    await rig.rows(`insert into organization (organization_id, name, time_zone, chat_administrator_id)
      values ('${id}', '${name}', 'Europe/Moscow', ${administrator})`);
  }

  async function addChats(organizationId: string, states: readonly string[], owner = person): Promise<void> {
    for (const [index, state] of states.entries()) {
      await rig.rows(`insert into chat (organization_id, kind, title, state, owner_account, remote_id)
        values ('${organizationId}', 'other', '${state} ${index}', '${state}', ${owner.userId}, '${index}')`);
    }
  }

  async function linked(): Promise<boolean> {
    return (await plugin.json<AccountLinkView>('head', 'GET', '/api/link')).state === 'linked';
  }

  it('is refused with the schools and numbers of chats until the person accepts that they stop', async () => {
    await addSchool('school-1', 'Школа № 1', null);
    await addSchool('school-2', 'Школа № 2', 'somebody else');
    await addChats('school-1', ['open', 'open', 'archived', 'closing', 'closed']);
    await addChats('school-2', ['open']);
    await addChats('school-2', ['open'], await rig.profile('boris'));
    const consequences = {
      administers: [],
      owns: [
        { school: 'Школа № 1', chats: 4 },
        { school: 'Школа № 2', chats: 1 },
      ],
    };
    expect(await plugin.json('head', 'GET', '/api/link/consequences')).to.deep.equal(consequences);
    for (const body of [undefined, {}, { accepted: false }]) {
      const answer = await plugin.request('head', 'POST', '/api/link/unlink', body);
      const { error } = (await answer.json()) as Refusal;
      expect([answer.status, error.code]).to.deep.equal([409, 'SFERUM_UNLINK_STOPS_CHATS']);
      expect(error.message).to.match(/Настройки организации/);
      expect(error.fields.consequences).to.deep.equal(consequences);
      expect(await linked()).to.equal(true);
    }
    expect(await plugin.json('head', 'POST', '/api/link/unlink', { accepted: true })).to.include({ state: 'none' });
  });

  it('is refused to the chosen chat administrator before the first chat is made, too', async () => {
    await addSchool('school-1', 'Школа № 1', 'head');
    const { status } = await plugin.request('head', 'POST', '/api/link/unlink');
    expect([status, await linked()]).to.deep.equal([409, true]);
    expect(await plugin.json('head', 'POST', '/api/link/unlink', { accepted: true })).to.include({ state: 'none' });
    expect((await plugin.request('head', 'POST', '/api/link/unlink')).status, 'nothing is linked any more').to.equal(
      200,
    );
  });

  it('needs one yes when all chats went to somebody else, and none hang on it', async () => {
    await addSchool('school-1', 'Школа № 1', 'somebody else');
    await addChats('school-1', ['closed']);
    expect(await plugin.json('head', 'POST', '/api/link/unlink')).to.include({ state: 'none' });
  });

  it('is refused an answer that is no yes', async () => {
    const { status } = await plugin.request('head', 'POST', '/api/link/unlink', { accepted: 'yes' });
    expect([status, await linked()]).to.deep.equal([400, true]);
  });

  it('is said before another profile takes the place of a broken link', async () => {
    await addSchool('school-1', 'Школа № 1', 'head');
    await addChats('school-1', ['open', 'open']);
    await rig.rows(`update account_link set state = 'broken', broken_code = 'vkid.invalid_grant'`);
    await plugin.comeBack('head', await rig.signIn(await plugin.begin('head'), await rig.profile('boris')));
    const { replaces } = await plugin.json<AccountLinkView>('head', 'GET', '/api/link');
    expect(replaces?.owns).to.deep.equal([{ school: 'Школа № 1', chats: 2 }]);
  });

  it('is told to the host that erases the person', async () => {
    await addSchool('school-1', 'Школа № 1', null);
    await addChats('school-1', ['open', 'open']);
    const { remains } = await plugin.container.get(PersonalData).erase('head');
    expect(remains.map(({ reason }) => reason).filter((reason) => reason.includes('Школа № 1 — 2'))).to.have.length(1);
    expect(await linked()).to.equal(false);
  });
});
