import type pg from 'pg';

import type { KnownAccountLink } from '../../src/host/account-link-import.js';
import { APPLICATION_ID, BenchHost, SCOPES } from './bench-host.js';
import type { BenchStage } from './bench-stage.js';
import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { monotonicMs } from './monotonic-time.js';
import { median } from './quantiles.js';
import { parentId, SharedParentsDirectory } from './shared-parents-directory.js';
import { StandInBeside } from './stand-in-beside.js';
import { waitUntil } from './wait-until.js';

const CHATS = 40;
const RATE = 3;
const CALLS_PER_REQUEST = 25;
const RUNS = 5;
/** After it the rate of what came before no longer counts. */
const REST_MS = 1_500;

interface Waiting {
  readonly host: BenchHost;
  readonly standIn: StandInBeside;
  readonly client: pg.Client;
  readonly links: readonly KnownAccountLink[];
}

/** A person who waits in forty chats is linked: until all forty are delivered, at VK's pace. */
export const fortyChatsBench: Bench = {
  figures: [{ name: 'link-forty-chats-s', unit: 's', target: { bound: 'below', value: 0.5 } }],
  limitMs: 120_000,
  async measure(stage) {
    const school = await openWaiting(stage);
    const runs: Awaited<ReturnType<typeof linking>>[] = [];
    for (const link of school.links) runs.push(await linking(school, link));
    const requests = Math.max(...runs.map((run) => run.requests));
    const least = Math.ceil(CHATS / CALLS_PER_REQUEST);
    const note = `median of ${RUNS} people, ${CHATS} chats, at most ${RATE} requests/s; ${requests} requests, floor ⌈${CHATS} / ${CALLS_PER_REQUEST}⌉ = ${least} and the stand-in's own time`;
    const [value, floor] = [median(runs.map(({ ms }) => ms)), median(runs.map(({ ownMs }) => ownMs))];
    return { 'link-forty-chats-s': { value: value / 1000, floor: floor / 1000, note } };
  },
};

/** Forty parents' chats are made, with nobody but the chat administrator in them. */
async function openWaiting(stage: BenchStage): Promise<Waiting> {
  const [standIn, connectionString] = await Promise.all([StandInBeside.start(stage, RATE), stage.database()]);
  const directory = new SharedParentsDirectory(CHATS, RUNS);
  const settings = { vkRequestsPerSecond: RATE };
  const host = await new BenchHost({ connectionString, directory, vkUrl: standIn.url, settings }).load();
  stage.defer(() => host.stop());
  await host.start();
  await host.rosterIdle();
  const client = await stage.client(connectionString);
  const [administrator, ...links] = await knownLinks(standIn);
  if (administrator === undefined) throw new Error('the stand-in made no accounts');
  await link(host, administrator);
  await waitUntil('every chat made', () => atRest(client), { everyMs: 50, limitMs: 60_000 });
  return { host, standIn, client, links };
}

async function knownLinks({ control }: StandInBeside): Promise<KnownAccountLink[]> {
  await control.registerApplication(APPLICATION_ID, [], SCOPES);
  const keys = ['s0.t0', ...Array.from({ length: RUNS }, (_, place) => parentId(place))];
  const accounts = await control.accounts(
    keys.map((key) => ({ key, givenName: key, familyName: 'Person', organizationName: '', roles: ['parent'] })),
  );
  const [tokens] = await control.tokens([accounts[0]?.userId ?? ''], APPLICATION_ID, SCOPES);
  if (tokens === undefined) throw new Error('the stand-in gave no tokens');
  const expiresAt = new Date(Date.now() + tokens.expiresIn * 1000);
  return accounts.map(({ key, userId }, place) => ({
    ...{ personId: key, externalUserId: userId, givenName: key, familyName: 'Person', roles: ['parent'] },
    ...(place === 0 ? { tokens: { ...tokens, expiresAt } } : {}),
  }));
}

async function linking({ host, standIn, client }: Waiting, known: KnownAccountLink) {
  const before = standIn.arrivedMs.length;
  await waitUntil('the rate is free', () => monotonicMs() - (standIn.arrivedMs.at(-1) ?? 0) > REST_MS);
  const startedAt = monotonicMs();
  await link(host, known);
  await waitUntil('all chats have the person', () => isDelivered(client, known.personId), { everyMs: 2 });
  const endedAt = monotonicMs();
  const requests = standIn.arrivedMs.length - before;
  await waitUntil('the chats are at rest', () => atRest(client));
  return { ms: endedAt - startedAt, ownMs: standIn.ownMs(startedAt, endedAt), requests };
}

async function link(host: BenchHost, known: KnownAccountLink): Promise<void> {
  const { linked } = await host.links.import([known]);
  if (linked !== 1) throw new Error(`${known.personId} could not be linked`);
}

async function isDelivered(client: pg.Client, personId: string): Promise<boolean> {
  const [found] = await rows<{ present: string }>(
    client,
    'select count(*) as present from chat_member where person_id = $1 and delivered_role is not null',
    [personId],
  );
  return Number(found?.present) === CHATS;
}

async function atRest(client: pg.Client): Promise<boolean> {
  const left = await rows(
    client,
    `select 1 from chat where remote_id is null or invite_link is null or due_at < now() + interval '1 s'
     union all select 1 from delivery_lane where owner is not null limit 1`,
  );
  return left.length === 0;
}
