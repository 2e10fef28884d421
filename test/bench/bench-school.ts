import { rows } from './client-rows.js';
import type pg from 'pg';

import type { KnownAccountLink } from '../../src/host/account-link-import.js';
import { wholeSchool } from '../../fixtures/school/whole-school.js';
import type { Roster } from '../../fixtures/host/roster/roster.js';
import { APPLICATION_ID, BenchHost, SCOPES } from './bench-host.js';
import type { BenchStage } from './bench-stage.js';
import { RosterDirectory } from './roster-directory.js';
import { StandInBeside } from './stand-in-beside.js';
import { waitUntil } from './wait-until.js';

export interface BenchSchool {
  readonly organizationId: string;
  /** Of position type «Администрация»; not chosen yet. */
  readonly administratorId: string;
  readonly directory: RosterDirectory;
  readonly host: BenchHost;
  readonly standIn: StandInBeside;
  readonly client: pg.Client;
}

/** Rate of the plugin where the stand-in has no limit: the highest the settings allow. */
const UNLIMITED = 50;

/**
 * The whole school, the plugin running, all people linked, no chat administrator chosen: nothing is delivered yet.
 * @param requestsPerSecond limit of the stand-in and pace of the plugin; 0: none
 */
export async function openSchool(stage: BenchStage, requestsPerSecond: number): Promise<BenchSchool> {
  const roster = await wholeSchool(new Date());
  const organizationId = roster.organizations[0]?.id ?? '';
  const administratorId =
    roster.employees.find(({ positionTypes }) => positionTypes.includes('administration'))?.personId ?? '';
  const directory = new RosterDirectory(roster);
  const [standIn, connectionString] = await Promise.all([
    StandInBeside.start(stage, requestsPerSecond),
    stage.database(),
  ]);
  const host = await new BenchHost({
    connectionString,
    directory,
    vkUrl: standIn.url,
    settings: { vkRequestsPerSecond: requestsPerSecond === 0 ? UNLIMITED : requestsPerSecond },
  }).load();
  stage.defer(() => host.stop());
  await host.start();
  await host.rosterIdle();
  await linkEverybody(host, standIn, roster, administratorId);
  const client = await stage.client(connectionString);
  return { organizationId, administratorId, directory, host, standIn, client };
}

/** Everybody gets an account at the stand-in and a link to it, the administrator's with tokens. */
async function linkEverybody(
  host: BenchHost,
  { control }: StandInBeside,
  roster: Roster,
  administratorId: string,
): Promise<void> {
  await control.registerApplication(APPLICATION_ID, ['http://127.0.0.1/plugins/sferum/link/callback'], SCOPES);
  const people = roster.people.map(({ id, givenName, familyName }) => ({
    ...{ key: id, givenName, familyName, organizationName: roster.organizations[0]?.name ?? '' },
    roles: ['teacher' as const],
  }));
  const accountOf = new Map((await control.accounts(people)).map(({ key, userId }) => [key, userId]));
  const [tokens] = await control.tokens([accountOf.get(administratorId) ?? ''], APPLICATION_ID, SCOPES);
  if (tokens === undefined) throw new Error('the stand-in gave no tokens');
  const expiresAt = new Date(Date.now() + tokens.expiresIn * 1000);
  const links = people.map(({ key, givenName, familyName, roles }): KnownAccountLink => ({
    ...{ personId: key, externalUserId: accountOf.get(key) ?? '', givenName, familyName, roles },
    ...(key === administratorId ? { tokens: { ...tokens, expiresAt } } : {}),
  }));
  const { linked } = await host.links.import(links);
  if (linked !== people.length) throw new Error(`only ${linked} of ${people.length} people could be linked`);
}

/** Chooses the chat administrator and waits until every chat is delivered and at rest. @returns how long it took, ms */
export async function fillSchool(school: BenchSchool): Promise<number> {
  const { organizationId, administratorId, directory, host } = school;
  directory.chooseAdministrator(organizationId, administratorId);
  const startedAt = performance.now();
  await host.settingsChanged(organizationId);
  await delivered(school);
  return performance.now() - startedAt;
}

/** Every membership is on the messenger's side as wanted, every chat has its link, nothing is due. */
export async function delivered({ client }: Pick<BenchSchool, 'client'>): Promise<void> {
  await waitUntil('everything delivered', async () => {
    const [left] = await rows<{ left: boolean }>(
      client,
      `select exists (select 1 from chat_member where wanted_role is distinct from delivered_role)
           or exists (select 1 from chat where invite_link is null or due_at < now() + interval '1 s')
           or exists (select 1 from delivery_lane where owner is not null or due_at < now() + interval '1 s') as left`,
    );
    return left?.left === false;
  });
}
