import { randomUUID } from 'node:crypto';

import type { ChatCard } from '../../src/protocol/chat-protocol.js';
import { delivered, fillSchool, openSchool, type BenchSchool } from './bench-school.js';
import { callFloorSamples } from './call-floor.js';
import type { Bench } from './figure.js';
import { monotonicMs } from './monotonic-time.js';
import { quantile } from './quantiles.js';

const WARM_UP = 10;
const SAMPLES = 100;

/** «Сохранить» of a chat with one more member while nothing else happens: until the call reaches the messenger. */
export const saveBench: Bench = {
  figures: [{ name: 'save-to-call-ms', unit: 'ms', target: { bound: 'below', value: 100 } }],
  limitMs: 180_000,
  async measure(stage) {
    const school = await openSchool(stage, 0);
    await fillSchool(school);
    const chatId = await newChat(school);
    const samples: number[] = [];
    for (let run = 0; run < WARM_UP + SAMPLES; run += 1) {
      const sample = await saveToCallMs(school, chatId, run);
      if (run >= WARM_UP) samples.push(sample);
    }
    const floors = await callFloorSamples(school);
    const note = `p95 of ${SAMPLES} saves, one at a time, p50 ${quantile(samples, 0.5).toFixed(1)} ms; floor: one durable transaction and one request`;
    return { 'save-to-call-ms': { value: quantile(samples, 0.95), floor: quantile(floors, 0.95), note } };
  },
};

async function newChat({ host, administratorId, organizationId }: BenchSchool): Promise<string> {
  host.signIn(administratorId, organizationId);
  const made = await host.ask('POST', '/api/chats', { requestId: randomUUID(), kind: 'other', title: 'Кружок' });
  if (made.status !== 201) throw new Error(`a new chat answered ${made.status}: ${await made.text()}`);
  return ((await made.json()) as ChatCard).chat.id;
}

async function saveToCallMs(school: BenchSchool, chatId: string, run: number): Promise<number> {
  const { host, directory, standIn } = school;
  const personId = directory.roster.classMembers[run]?.studentId;
  if (personId === undefined) throw new Error('the school has too few pupils');
  await delivered(school);
  const { revision } = (await (await host.get(`/api/chats/${chatId}`)).json()) as ChatCard;
  const members = [{ action: 'add', personId, kind: 'student' }];
  const startedAt = monotonicMs();
  const saved = await host.ask('PUT', `/api/chats/${chatId}`, { requestId: randomUUID(), revision, members });
  if (saved.status !== 200) throw new Error(`a save answered ${saved.status}: ${await saved.text()}`);
  return (await standIn.firstArrivalMs(startedAt)) - startedAt;
}
