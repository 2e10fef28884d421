import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { knownLinks } from './known-links.js';
import { PluginBeside } from './plugin-beside.js';
import { StandInBeside } from './stand-in-beside.js';
import { waitUntil } from './wait-until.js';

const SCHOOLS = 1_000;
const BEGINS_IN_MS = 5_000;

/** Eight o'clock in a region: one online lesson in each of a thousand schools, until every one has its link. */
export const morningBench: Bench = {
  figures: [{ name: 'morning-s', unit: 's', target: { bound: 'below', value: 15 } }],
  limitMs: 420_000,
  async measure(stage) {
    const schools = Math.ceil(SCHOOLS * stage.options.scale);
    const size = { schools, classes: 0, studentsPerClass: 0, guardians: 1, administrators: true };
    const [standIn, connectionString] = await Promise.all([StandInBeside.start(stage, 0), stage.database()]);
    const plugin = await PluginBeside.start(stage, { connectionString, size, vkUrl: standIn.url });
    await plugin.idle;
    const { members, administrators } = await knownLinks(standIn, size);
    await plugin.link([...members, ...administrators]);
    const client = await stage.client(connectionString);
    const filled = async (): Promise<boolean> =>
      (await rows(client, 'select 1 from chat where due_at is not null or remote_id is null limit 1')).length === 0;
    await waitUntil('every school’s chat', filled, { everyMs: 200, limitMs: 240_000 });
    const before = (await standIn.state()).requests['calls.start'] ?? 0;
    const planned = await rows<{ starts_at: Date }>(
      client,
      `with planned as (
         insert into conference (organization_id, kind, title, chat_id, starts_at, ends_at, due_at, created_by)
         select organization_id, 'lesson', 'Урок', chat_id, at, at + interval '40 minutes', at, ''
         from chat cross join (select now() + $1 * interval '1 millisecond' as at) moment
         returning organization_id, starts_at),
       woken as (update delivery_lane lane set due_at = planned.starts_at from planned
                 where lane.organization_id = planned.organization_id)
       select starts_at from planned`,
      [BEGINS_IN_MS],
    );
    const beginsMs = planned[0]?.starts_at.getTime() ?? 0;
    const linked = async (): Promise<boolean> =>
      (await rows(client, 'select 1 from conference where join_link is null limit 1')).length === 0;
    await waitUntil('every lesson’s link', linked, { everyMs: 50, limitMs: 120_000 });
    const value = (Date.now() - beginsMs) / 1000;
    const calls = ((await standIn.state()).requests['calls.start'] ?? 0) - before;
    if (calls !== planned.length) throw new Error(`${calls} calls were started for ${planned.length} lessons`);
    const note = `${planned.length} schools, one lesson each, one process with 64 lanes; every call started once`;
    return { 'morning-s': { value, note } };
  },
};
