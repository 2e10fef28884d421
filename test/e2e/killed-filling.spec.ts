import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';

import type { Roster } from '../../fixtures/host/roster/roster.js';
import { wholeSchool } from '../../fixtures/school/whole-school.js';
import { StandClient } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn } from '../../fixtures/vk/vk-stand-in.js';
import { emptyDatabase } from '../support/test-database.js';

const MAIN = fileURLToPath(new URL('../../fixtures/host/main.ts', import.meta.url));
const START_LIMIT_MS = 60_000;
const FILLING_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 20;

type Chats = Readonly<
  Record<string, { readonly members: readonly string[]; readonly administrators: readonly string[] }>
>;

describe('the first filling', function () {
  this.timeout(240_000);

  let folder: string;
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  let vk: Awaited<ReturnType<typeof startVkStandIn>>;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sferum-killed-'));
    database = await emptyDatabase();
    vk = await startVkStandIn({ port: 0 });
  });
  afterEach(async () => {
    await kill(child);
    await vk.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<void> => {
    const options = ['--port', '0', '--vk', vk.url, '--database', database.connectionString, '--data', folder];
    child = spawn(
      process.execPath,
      ['--import', 'tsx', '--import', 'reflect-metadata', MAIN, ...options, '--linked', '1'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    await ready(child);
  };
  const created = (): number => vk.state().requests['messages.createChat'] ?? 0;

  it('is finished by the next start when the process is killed again and again in the middle', async () => {
    const expected = expectedChats(await wholeSchool(new Date()));
    for (const chats of [1, 30, 60]) {
      await start();
      await until(() => created() >= chats, START_LIMIT_MS);
      await kill(child);
      expect(created(), 'chats at the kill').to.be.below(Object.keys(expected).length);
    }
    await start();
    await until(() => JSON.stringify(seenChats(vk)) === JSON.stringify(expected), FILLING_LIMIT_MS).catch(
      () => undefined,
    );
    expect(seenChats(vk)).to.deep.equal(expected);
    expect(vk.state().chats.length, 'chats, doubles included').to.equal(Object.keys(expected).length);
  });

  it('makes no second chat when the answer to a creation is lost', async () => {
    const expected = expectedChats(await wholeSchool(new Date()));
    await new StandClient(vk.url).fault({ method: 'messages.createChat', fault: 'lost-answer', times: 2 });
    await start();
    await until(() => JSON.stringify(seenChats(vk)) === JSON.stringify(expected), FILLING_LIMIT_MS).catch(
      () => undefined,
    );
    expect(seenChats(vk)).to.deep.equal(expected);
    expect(vk.state().chats.length, 'chats, doubles included').to.equal(Object.keys(expected).length);
    expect(vk.state().requests['messages.getConversations'], 'looks for own chats').to.be.above(0);
  });
});

async function ready(child: ChildProcess): Promise<void> {
  let said = '';
  let failed = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (failed += chunk.toString()));
  await until(() => said.includes('ready http') || child.exitCode !== null, START_LIMIT_MS);
  expect(child.exitCode, failed).to.equal(null);
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function until(condition: () => boolean, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('what was waited for did not come');
    await wait(LOOK_EVERY_MS);
  }
}

function seenChats(vk: Awaited<ReturnType<typeof startVkStandIn>>): Chats {
  return sortedChats(
    vk.state().chats.map(({ title, members }) => ({
      title,
      members: members.map((member) => member.name),
      administrators: members.filter((member) => member.is_admin).map((member) => member.name),
    })),
  );
}

/** Who belongs where, by the requirements' words rather than by the plugin's rules. */
function expectedChats(roster: Roster): Chats {
  const people = new Map(roster.people.map(({ id, givenName, familyName }) => [id, `${givenName} ${familyName}`]));
  const staff = roster.employees.filter(({ positionTypes }) => positionTypes.some((type) => type !== 'other'));
  const [administrator] = roster.employees
    .filter(({ positionTypes }) => positionTypes.includes('administration'))
    .map(({ personId }) => personId)
    .sort();
  const chat = (
    title: string,
    members: readonly (string | undefined)[],
    administrators: readonly (string | undefined)[],
  ) => ({
    title,
    members: [...new Set([administrator, ...administrators, ...members])].flatMap((id) => people.get(id ?? '') ?? []),
    administrators: [...new Set([administrator, ...administrators])].flatMap((id) => people.get(id ?? '') ?? []),
  });
  const ofClasses = roster.classes.flatMap(({ id, name, classTeacherId }) => {
    const pupils = roster.classMembers.filter(({ classId }) => classId === id).map(({ studentId }) => studentId);
    const parents = roster.guardianships
      .filter(({ studentId }) => pupils.includes(studentId))
      .map((tie) => tie.guardianId);
    return [
      chat(`Классный чат ${name}`, pupils, [classTeacherId]),
      chat(`Родительский чат ${name}`, parents, [classTeacherId]),
    ];
  });
  const teachers = chat(
    'Учительский чат',
    staff.map(({ personId }) => personId),
    [],
  );
  return sortedChats([teachers, ...ofClasses]);
}

function sortedChats(chats: readonly { title: string; members: string[]; administrators: string[] }[]): Chats {
  const sorted = [...chats].sort((a, b) => (a.title < b.title ? -1 : 1));
  return Object.fromEntries(
    sorted.map(({ title, members, administrators }) => [
      title,
      { members: [...members].sort(), administrators: [...administrators].sort() },
    ]),
  );
}
