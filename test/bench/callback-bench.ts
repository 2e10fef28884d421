import type { LinkStarted, SessionView } from '../../src/protocol/protocol.js';
import { StandBrowser } from '../../fixtures/vk/stand-client.js';
import type { StandInAccount } from '../../fixtures/host/demo/stand-in-control.js';
import { APPLICATION_ID, BASE_URL, BenchHost, SCOPES } from './bench-host.js';
import type { BenchStage } from './bench-stage.js';
import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { monotonicMs } from './monotonic-time.js';
import { quantile } from './quantiles.js';
import { StandInBeside } from './stand-in-beside.js';
import { SyntheticDirectory } from './synthetic-directory.js';

const WARM_UP = 10;
const SAMPLES = 100;
const ORGANIZATION = 's0';
/** The exchange of the code, and the profile. */
const REQUESTS = 2;

interface Door {
  readonly host: BenchHost;
  readonly standIn: StandInBeside;
  readonly accounts: readonly StandInAccount[];
}

/** VK ID sends the browser back: until what the window «Авторизация в Сферум» shows is answered. */
export const callbackBench: Bench = {
  figures: [{ name: 'callback-to-linked-ms', unit: 'ms', target: { bound: 'below', value: 50 } }],
  limitMs: 120_000,
  async measure(stage) {
    const connectionString = await stage.database();
    const door = await openDoor(stage, connectionString);
    const samples: number[] = [];
    for (const account of door.accounts) samples.push(await callbackMs(door, account));
    const counted = samples.slice(WARM_UP);
    const floors = await floorSamples(stage, connectionString, door);
    const note = `p95 of ${counted.length} sign-ins, one at a time, p50 ${quantile(counted, 0.5).toFixed(1)} ms; without the stand-in's own time; floor: a durable transaction and ${REQUESTS} requests to VK ID`;
    return { 'callback-to-linked-ms': { value: quantile(counted, 0.95), floor: quantile(floors, 0.95), note } };
  },
};

async function openDoor(stage: BenchStage, connectionString: string): Promise<Door> {
  const standIn = await StandInBeside.start(stage, 0);
  const directory = new SyntheticDirectory({
    ...{ schools: 1, classes: 1, studentsPerClass: WARM_UP + SAMPLES, guardians: 1, administrators: false },
  });
  const host = await new BenchHost({ connectionString, directory, vkUrl: standIn.url }).load();
  stage.defer(() => host.stop());
  await host.start();
  await host.rosterIdle();
  await standIn.control.registerApplication(APPLICATION_ID, [`${BASE_URL}/link/callback`], SCOPES);
  const [classId = ''] = directory.classIds(ORGANIZATION);
  const people = directory.firstStudentIds(classId).map((key) => ({
    ...{ key, givenName: key, familyName: 'Person', organizationName: '', roles: ['student' as const] },
  }));
  return { host, standIn, accounts: await standIn.control.accounts(people) };
}

async function callbackMs({ host, standIn }: Door, account: StandInAccount): Promise<number> {
  host.signIn(account.key, ORGANIZATION);
  const { url } = (await (await host.ask('POST', '/api/link/start')).json()) as LinkStarted;
  const returned = await signIn(standIn.url, url, account);
  const startedAt = monotonicMs();
  const answer = await host.get(returned.slice(BASE_URL.length));
  const session = (await (await host.get('/api/session')).json()) as SessionView;
  const endedAt = monotonicMs();
  if (session.link.state !== 'confirming') {
    throw new Error(`a sign-in ended as ${session.link.state}: ${String(answer.headers.get('location'))}`);
  }
  return endedAt - startedAt - (await standIn.identityOwnMs(startedAt, endedAt, REQUESTS));
}

/** Through the pages of VK ID. @returns the address they lead back to */
async function signIn(vkUrl: string, url: string, { phone, password }: StandInAccount): Promise<string> {
  const browser = new StandBrowser(vkUrl);
  await browser.open(url);
  await browser.open(`${browser.address.replace(/\/phone$/, '')}/phone`, { phone });
  await browser.submit({ password });
  await browser.submit({ code: browser.hint });
  const [, profile = ''] = [...(/value="(\d+)" checked/.exec(browser.html) ?? [])];
  await browser.submit({ profile });
  await browser.submit();
  const { address } = browser;
  if (!address.startsWith(BASE_URL)) throw new Error(`the sign-in stopped at «${browser.title}»`);
  return address;
}

async function floorSamples(stage: BenchStage, connectionString: string, { standIn }: Door): Promise<number[]> {
  const client = await stage.client(connectionString);
  await rows(client, 'create table bench_floor (n integer)');
  const samples: number[] = [];
  for (let run = 0; run < SAMPLES; run += 1) {
    const startedAt = monotonicMs();
    for (let request = 0; request < REQUESTS; request += 1) {
      await (await fetch(`${standIn.url}/oauth2/user_info`, { method: 'POST' })).text();
    }
    await rows(client, 'insert into bench_floor values ($1)', [run]);
    const endedAt = monotonicMs();
    samples.push(endedAt - startedAt - (await standIn.identityOwnMs(startedAt, endedAt, REQUESTS)));
  }
  return samples;
}
