import type pg from 'pg';

import type { ChatCard } from '../../src/protocol/chat-protocol.js';
import { BenchHost } from './bench-host.js';
import type { BenchStage } from './bench-stage.js';
import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { quantile } from './quantiles.js';
import { SyntheticDirectory } from './synthetic-directory.js';

const MEMBERS = 300;
const CHATS = 1_000;
const WARM_UP = 30;
const SAMPLES = 300;
const ORGANIZATION = 's0';

/** What the window «Редактирование чата» asks for when it opens a chat of 300 members. */
export const chatCardBench: Bench = {
  figures: [{ name: 'chat-editor-300-ms', unit: 'ms', target: { bound: 'below', value: 50 } }],
  limitMs: 60_000,
  async measure(stage) {
    const { host, client, chatId } = await openChat(stage);
    const samples: number[] = [];
    for (let run = 0; run < WARM_UP + SAMPLES; run += 1) {
      const ms = await cardMs(host, chatId);
      if (run >= WARM_UP) samples.push(ms);
    }
    const note = `p99 of ${SAMPLES} cards of ${MEMBERS} members, p50 ${quantile(samples, 0.5).toFixed(1)} ms; ${CHATS} chats of that size; floor: the members' rows by their key`;
    return { 'chat-editor-300-ms': { value: quantile(samples, 0.99), floor: await floorMs(client, chatId), note } };
  },
};

async function openChat(stage: BenchStage): Promise<{ host: BenchHost; client: pg.Client; chatId: string }> {
  const connectionString = await stage.database();
  const directory = new SyntheticDirectory({
    ...{ schools: 1, classes: 1, studentsPerClass: MEMBERS, guardians: 1, administrators: false },
  });
  const host = await new BenchHost({ connectionString, directory }).load();
  stage.defer(() => host.stop());
  await host.start();
  await host.rosterIdle();
  host.signIn(`${ORGANIZATION}.t0`, ORGANIZATION);
  const client = await stage.client(connectionString);
  return { host, client, chatId: await fill(client) };
}

/** Every second member has linked; some wait, some failed. @returns one of the chats */
async function fill(client: pg.Client): Promise<string> {
  await rows(
    client,
    `insert into chat (organization_id, kind, title, member_count, present_count, waiting_count, invite_link)
     select $1, 'other', 'Чат ' || n, $3, $3 / 2, $3 / 2, 'https://vk.me/join/' || n from generate_series(1, $2::integer) n`,
    [ORGANIZATION, CHATS, MEMBERS],
  );
  await rows(
    client,
    `insert into account_link (person_id, external_user_id, given_name, family_name, roles)
     select 's0.c0.p' || n, 200000000000 + n, 'Person', 'Person', '{student}' from generate_series(0, $1::integer - 1, 2) n`,
    [MEMBERS],
  );
  await rows(
    client,
    `insert into chat_member (organization_id, chat_id, person_id, person_kind, reasons, hand, delivered_role, delivered_account)
     select organization_id, chat_id, 's0.c0.p' || n, 'student', '{added-by-hand}', 'added',
       case when n % 2 = 0 then 'member' end, case when n % 2 = 0 then 200000000000 + n end
     from chat cross join generate_series(0, $2::integer - 1) n where organization_id = $1 and kind = 'other'`,
    [ORGANIZATION, MEMBERS],
  );
  await rows(client, 'vacuum analyze chat, chat_member, account_link');
  const [chat] = await rows<{ chat_id: string }>(client, `select chat_id from chat where kind = 'other' limit 1`);
  if (chat === undefined) throw new Error('no chat was made');
  return chat.chat_id;
}

async function cardMs(host: BenchHost, chatId: string): Promise<number> {
  const startedAt = performance.now();
  const response = await host.get(`/api/chats/${chatId}`);
  const text = await response.text();
  const endedAt = performance.now();
  if (response.status !== 200) throw new Error(`a card answered ${response.status}: ${text}`);
  const { members } = JSON.parse(text) as ChatCard;
  if (members.length !== MEMBERS) throw new Error(`a card has ${members.length} members`);
  return endedAt - startedAt;
}

async function floorMs(client: pg.Client, chatId: string): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run < SAMPLES; run += 1) {
    const startedAt = performance.now();
    await rows(client, 'select * from chat_member where organization_id = $1 and chat_id = $2', [ORGANIZATION, chatId]);
    samples.push(performance.now() - startedAt);
  }
  return quantile(samples, 0.99);
}
