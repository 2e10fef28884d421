import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import type { KnownAccountLink } from '../../src/host/account-link-import.js';
import {
  startReferenceHost,
  type ReferenceHost,
  type ReferenceHostOptions,
} from '../../fixtures/host/reference-host.js';
import type { Roster } from '../../fixtures/host/roster/roster.js';
import { emptyDatabase, type TestDatabase } from '../support/test-database.js';
import { PROBE_MANIFEST } from '../support/test-plugin/probe-host.js';
import { smallRoster } from '../support/test-plugin/small-roster.js';

describe('startReferenceHost', () => {
  let dataFolder: string;
  let database: TestDatabase;
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'reference-host-'));
    database = await emptyDatabase();
  });
  afterEach(async () => {
    await database.drop();
    await rm(dataFolder, { recursive: true });
  });

  function start(options: Partial<ReferenceHostOptions> = {}): Promise<ReferenceHost> {
    return startReferenceHost({
      port: 0,
      dataFolder,
      databaseUrl: database.connectionString,
      roster: { name: 'small', load: async () => smallRoster(new Date()) },
      manifestPath: PROBE_MANIFEST,
      warnings: false,
      ...options,
    });
  }

  async function linksOf(host: ReferenceHost): Promise<readonly KnownAccountLink[]> {
    return (await (await fetch(`${host.url}/plugins/probe/links`)).json()) as KnownAccountLink[];
  }

  async function failureOf(options: Partial<ReferenceHostOptions>): Promise<{ code?: string; message: string }> {
    try {
      await (await start(options)).stop();
    } catch (error) {
      return error as Error;
    }
    throw new Error('the host started');
  }

  async function isFree(url: string): Promise<boolean> {
    return fetch(url).then(
      () => false,
      () => true,
    );
  }

  it('links the first of each kind by id, and the administrators with tokens that may run chats', async () => {
    const host = await start({ linked: 0.5 });
    const links = await linksOf(host);
    // 4 employees → 2, 3 students → 1, 2 guardians → 1, and both directors
    expect(links.map(({ personId }) => personId)).to.have.members(['cook', 'director', 'head-2', 'pupil-1', 'mother']);
    const withTokens = links.filter(({ tokens }) => tokens !== undefined);
    expect(withTokens.map(({ personId }) => personId)).to.have.members(['director', 'head-2']);
    expect(withTokens[0]?.tokens?.scopes).to.include('messages');
    expect(links.find(({ personId }) => personId === 'mother')).to.deep.include({
      familyName: 'Ёлкина',
      roles: ['parent'],
    });
    expect(links.every(({ externalUserId }) => /^\d+$/.test(externalUserId))).to.equal(true);
    await host.stop();
  });

  it('links everybody with a share of one and nobody when empty', async () => {
    const full = await start({ linked: 1 });
    expect(await linksOf(full)).to.have.length(8);
    await full.stop();
    const empty = await start({ empty: true, reset: true });
    expect(await linksOf(empty)).to.deep.equal([]);
    const hints = (await empty.suggested()).map(({ hint }) => hint).join();
    expect(hints).to.include('назначьте администратора чатов').and.to.include('телефон');
    await empty.stop();
  });

  it('seeds once: a restart gives the same people and undoes nothing', async () => {
    const first = await start();
    const suggested = await first.suggested();
    expect(suggested[0]?.name).to.equal('Администратор платформы');
    await first.stop();
    const second = await start();
    expect(await linksOf(second)).to.deep.equal([]);
    expect((await second.suggested()).map(({ hint }) => hint)).to.deep.equal(suggested.map(({ hint }) => hint));
    await second.stop();
  });

  it('keeps the key of the tokens for its own account only', async () => {
    const host = await start();
    const { settings } = (await (await fetch(`${host.url}/plugins/probe/state`)).json()) as {
      settings: { tokenKeys: { key: string }[]; vkIdUrl: string };
    };
    expect(settings.vkIdUrl).to.equal(host.vkUrl);
    const file = join(dataFolder, 'token-key');
    expect((await readFile(file, 'utf8')).trim()).to.equal(settings.tokenKeys[0]?.key);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    await host.stop();
  });

  it('stops everything, also twice', async () => {
    const host = await start();
    await Promise.all([host.stop(), host.stop()]);
    expect(await isFree(host.url)).to.equal(true);
    expect(await isFree(host.vkUrl)).to.equal(true);
  });

  it('names a taken port and leaves nothing running', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const failure = await failureOf({ port, vkPort: 0 });
    expect(failure).to.include({ code: 'HOST_PORT_TAKEN' });
    expect(failure.message).to.include(String(port)).and.to.include('--port');
    const vkFailure = await failureOf({ vkPort: port });
    expect(vkFailure).to.include({ code: 'HOST_PORT_TAKEN' });
    expect(vkFailure.message).to.include('--vk-port');
    await new Promise((resolve) => other.close(resolve));
  });

  it('names a database, a stand-in or a roster that cannot be reached', async () => {
    const unreachable = await failureOf({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    expect(unreachable).to.include({ code: 'HOST_DATABASE_UNREACHABLE' });
    expect(await failureOf({ vkUrl: 'http://127.0.0.1:1' })).to.include({ code: 'HOST_MESSENGER_UNREACHABLE' });
    await database.drop();
    database = await emptyDatabase();
    expect((await failureOf({ roster: '/nowhere' })).code).to.match(/^ROSTER_/);
  });

  it('ends a start at once or half way when it is told to, and can be started afterwards', async () => {
    const outcome = (options: Partial<ReferenceHostOptions>): Promise<string> =>
      start(options).then(
        () => 'started',
        () => 'stopped',
      );
    expect(await outcome({ signal: AbortSignal.abort() })).to.equal('stopped');
    const stopping = new AbortController();
    const load = async (): Promise<Roster> => {
      stopping.abort();
      return smallRoster(new Date());
    };
    expect(await outcome({ signal: stopping.signal, roster: { name: 'small', load } })).to.equal('stopped');
    await (await start()).stop();
  });
});
