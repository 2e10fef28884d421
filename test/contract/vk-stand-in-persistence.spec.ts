import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { expect } from 'chai';

import { StandClient } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn } from '../../fixtures/vk/vk-stand-in.js';

const seed = {
  key: 'a',
  givenName: 'Анна',
  familyName: 'Белова',
  roles: ['teacher' as const],
  organizationName: 'Школа',
};

describe('startVkStandIn: state on disk', () => {
  let folder = '';
  let child: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vk-stand-in-'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts `npm run vk` and waits for its address. */
  const startProcess = async (...more: string[]): Promise<string> => {
    const options = ['--import', 'tsx', 'fixtures/vk/main.ts', '--port', '0', '--rate', '0', '--data', folder, ...more];
    child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (!child.stdout) throw new Error('The process has no output.');
    for await (const line of createInterface(child.stdout)) {
      const url = /listens on (\S+)/u.exec(line)?.[1];
      if (url !== undefined) return url;
    }
    throw new Error('The process ended without an address.');
  };
  const endProcess = async (signal: NodeJS.Signals) => {
    const running = child;
    child = undefined;
    running?.kill(signal);
    return running ? ((await once(running, 'exit')) as [number | null]) : [undefined];
  };

  it('keeps everything it answered when it is killed', async () => {
    const client = new StandClient(await startProcess());
    await client.application('1', [], ['vkid.personal_info']);
    const [person] = await client.people([seed]);
    const pair = await client.token(person?.userId ?? 0, '1', ['messages']);
    for (let index = 0; index < 50; index += 1) {
      await client.call(pair.accessToken, 'messages.createChat', { title: `Чат ${index}` });
    }
    const before = await client.state();
    await endProcess('SIGKILL');

    const again = new StandClient(await startProcess());
    expect(await again.state()).to.deep.equal(before);
    expect(before.chats).to.have.length(50);
    expect((await again.people([seed]))[0]).to.deep.equal(person);
    expect((await again.call(pair.accessToken, 'users.get')).response).to.be.an('array');
  });

  it('keeps the effect of an answer that was lost', async () => {
    const client = new StandClient(await startProcess());
    const [person] = await client.people([seed]);
    const { accessToken } = await client.token(person?.userId ?? 0, '1', ['messages']);
    await client.fault({ method: 'messages.createChat', fault: 'lost-answer', times: 1 });
    const outcome = client.call(accessToken, 'messages.createChat', { title: 'Потерян' }).catch(() => 'lost');
    expect(await outcome).to.equal('lost');
    await endProcess('SIGKILL');
    const again = new StandClient(await startProcess());
    expect((await again.state()).chats.map(({ title }) => title)).to.deep.equal(['Потерян']);
  });

  it('stops within two seconds on SIGTERM, with somebody listening to its events', async () => {
    const url = await startProcess();
    const events = await fetch(`${url}/events`);
    expect(events.headers.get('content-type')).to.contain('text/event-stream');
    const listening = events.text().catch(() => 'ended');
    const start = performance.now();
    expect((await endProcess('SIGTERM'))[0]).to.equal(0);
    expect(performance.now() - start).to.be.lessThan(2000);
    await listening;
  });

  it('starts from a journal whose last line was cut', async () => {
    const first = await startVkStandIn({ port: 0, dataFolder: folder });
    await new StandClient(first.url).people([seed]);
    await first.stop();
    appendFileSync(join(folder, 'journal.ndjson'), '["profile","5",{"userI');
    const second = await startVkStandIn({ port: 0, dataFolder: folder });
    const [person] = await new StandClient(second.url).people([seed]);
    expect(person?.userId).to.be.greaterThan(200_000_000_000);
    await second.stop();
  });

  it('says in one line that a port is taken', async () => {
    const stand = await startVkStandIn({ port: 0 });
    const port = new URL(stand.url).port;
    const refused = await startVkStandIn({ port: Number(port) }).catch((error: Error) => error.message);
    expect(refused).to.equal(`Port ${port} of 127.0.0.1 is taken; choose another one.`);
    await stand.stop();
  });

  it('seeds a whole school and fills its chats quickly', async () => {
    const stand = await startVkStandIn({ port: 0, dataFolder: folder, rateLimitPerSecond: 0 });
    const client = new StandClient(stand.url);
    const people = Array.from({ length: 2700 }, (_, index) => ({ ...seed, key: `p${index}`, familyName: `${index}` }));
    const seeded = await client.people(people);
    expect(new Set(seeded.map(({ userId }) => userId)).size).to.equal(2700);
    expect(new Set(seeded.map(({ phone }) => phone)).size).to.equal(2700);
    const { accessToken } = await client.token(seeded[0]?.userId ?? 0, '1', ['messages']);
    const chat = (index: number) => {
      const members = seeded.slice(1 + index * 30, 36 + index * 30).map(({ userId }) => userId);
      return `API.messages.createChat({title: "Чат ${index}", user_ids: "${members.join(',')}"})`;
    };
    const start = performance.now();
    for (let from = 0; from < 80; from += 20) {
      const calls = Array.from({ length: 20 }, (_, index) => chat(from + index));
      await client.call(accessToken, 'execute', { code: `return [${calls.join(',')}];` });
    }
    expect(performance.now() - start).to.be.lessThan(2000);
    expect(stand.state().chats).to.have.length(80);
    await stand.stop();
  });
});
