import { CLASS_STEPS } from './steps/class-steps.js';
import { LESSON_STEPS } from './steps/lesson-steps.js';
import { LifeDatabase } from './life-databases.js';
import { endLife } from './life-ending.js';
import { linkPeople } from './life-links.js';
import { makeLife } from './life-setup.js';
import type { WeightedStep } from './steps/life-step.js';
import type { Life } from './life.js';
import { LINK_STEPS } from './steps/link-steps.js';
import { MESSENGER_STEPS } from './steps/messenger-steps.js';
import { PluginGoneError, PluginRefusedError } from './host/outside-host-process.js';
import { PROCESS_STEPS } from './steps/process-steps.js';
import { PUPIL_STEPS } from './steps/pupil-steps.js';
import { SeededChoices } from './seeded-choices.js';
import { chooseAdministrator, STAFF_STEPS } from './steps/staff-steps.js';
import { WINDOW_STEPS } from './steps/window-steps.js';

export interface LifeResult {
  readonly seed: string;
  /** Empty: the life ended exact. */
  readonly differences: readonly string[];
  /** Everything that was printed: the seed, the steps, what was seen. */
  readonly said: readonly string[];
  readonly milliseconds: number;
  /** What the messenger was asked, and what the plugin logged; for looking into a life that ended wrong. */
  readonly journal: readonly string[];
  readonly log: readonly string[];
}

const LIFE_LIMIT_MS = 120_000;
const STEPS: Readonly<Record<string, WeightedStep>> = {
  ...PUPIL_STEPS,
  ...STAFF_STEPS,
  ...CLASS_STEPS,
  ...LINK_STEPS,
  ...WINDOW_STEPS,
  ...MESSENGER_STEPS,
  ...PROCESS_STEPS,
  ...LESSON_STEPS,
};

export interface LifeOptions {
  /** How long after the faults the state may take to become exact. */
  readonly patienceMs?: number;
  /** Names of steps that are left out; `quirks`: the messenger answers in one plain form. */
  readonly without?: readonly string[];
}

/** Lives one life from its seed. Never throws, never hangs: what goes wrong is a difference. */
export async function randomLife(
  seed: string,
  print: (line: string) => void,
  { patienceMs = 45_000, without = [] }: LifeOptions = {},
): Promise<LifeResult> {
  const startedAt = Date.now();
  print(`seed ${seed}`);
  const choices = new SeededChoices(seed);
  const database = await LifeDatabase.make();
  const life = await makeLife(choices, database, print, !without.includes('quirks'));
  let limit: NodeJS.Timeout | undefined;
  const tooLong = new Promise<readonly string[]>((settle) => {
    limit = setTimeout(() => settle([`the life did not end within ${LIFE_LIMIT_MS} ms`]), LIFE_LIMIT_MS);
  });
  const found = await Promise.race([live(life, patienceMs, without).catch(describeError), tooLong]);
  clearTimeout(limit);
  if (found.length > 0) await describeRows(life);
  await life.host.close();
  await life.messenger.stop();
  await database.drop();
  return {
    seed,
    differences: found,
    said: [`seed ${seed}`, ...life.said],
    milliseconds: Date.now() - startedAt,
    journal: life.messenger.journal,
    log: life.host.logLines,
  };
}

async function live(life: Life, patienceMs: number, without: readonly string[]): Promise<readonly string[]> {
  await begin(life);
  const { choices } = life;
  const steps = choices.between(15, 40);
  const drawn = Object.entries(STEPS).filter(([name]) => !without.includes(name));
  const weights = Object.fromEntries(drawn.map(([name, { weight }]) => [name, weight]));
  let taken = 0;
  for (let attempt = 0; taken < steps && attempt < steps * 4; attempt++) {
    life.choices = choices.branch(`step ${attempt}`);
    const name = life.choices.weighted(weights);
    const step = await STEPS[name]?.draw(life);
    if (!step) continue;
    taken += 1;
    life.say(`${String(taken).padStart(2)}. ${step.text}`);
    await takeStep(life, step.take.bind(step));
    for (const difference of await momentaryDifferences(life)) life.troubles.push(`after step ${taken}: ${difference}`);
    if (life.choices.chance(0.7)) await life.pause(0, 250);
  }
  life.say('the faults end');
  return endLife(life, patienceMs);
}

async function takeStep(life: Life, take: () => Promise<void>): Promise<void> {
  try {
    await take();
  } catch (error) {
    if (!(error instanceof PluginGoneError || error instanceof PluginRefusedError)) throw error;
    life.troubles.push(`a step failed: ${error.message}`);
  }
}

/** Schools are there, some people have linked, most schools have a chat administrator; some chats of others look like ours. */
async function begin(life: Life): Promise<void> {
  await life.messenger.start();
  await life.host.startProcess();
  const { choices, school } = life;
  life.say(`quirks ${JSON.stringify(life.world.quirks)}`);
  const heads = [...school.organizations.keys()].map((id) => ({ id, head: life.windows.headOf(id) }));
  const [first, second] = heads;
  const linked = [...school.people.keys()].filter(
    (id) => choices.chance(0.75) || heads.some(({ head }) => head === id),
  );
  await linkPeople(life, linked);
  for (const { id, head } of heads) if (choices.chance(0.93)) await chooseAdministrator(life, id, head);
  if (first && second && choices.chance(0.35)) {
    // One person runs the chats of two schools.
    school.employees.push({ personId: first.head, organizationId: second.id, positionTypes: ['administration'] });
    life.host.streams.enrollment({ kind: 'employee.hired', organizationId: second.id, personId: first.head });
    await chooseAdministrator(life, second.id, first.head);
  }
  if (choices.chance(0.4)) {
    const [account] = life.facts.links.values();
    if (account !== undefined) life.makeForeignChat(account, 'Учительский чат', [life.newStranger()]);
  }
  for (const [id, one] of school.classes)
    life.say(`${id} «${one.name}» of ${one.organizationId}: ${one.studentIds.size} pupils, teacher ${one.teacherId}`);
  if (choices.chance(0.7)) await life.pause(500, 2500);
}

/** What may be wrong at no moment. */
async function momentaryDifferences(life: Life): Promise<readonly string[]> {
  try {
    return life.lessons.pressed.length + life.lessons.openMeetings.length > 0
      ? await life.lessons.differences(false)
      : [];
  } catch (error) {
    return [`the windows do not answer: ${String(error)}`];
  }
}

function describeError(error: unknown): readonly string[] {
  return [`the life broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
}

function withoutNothing(_key: string, value: unknown): unknown {
  return value === null || value === false || value === 0 ? undefined : value;
}

async function describeRows(life: Life): Promise<void> {
  // Names of tables are the plugin's own affair: what is not there is not shown.
  const tables = ['delivery_lane', 'organization', 'chat', 'chat_failure', 'chat_candidate', 'delivery_doubt'];
  for (const table of [...tables, 'chat_member where hand is not null']) {
    const rows = await life.database.query(`select * from sferum.${table}`).catch(() => []);
    for (const row of rows) life.said.push(`row of ${table} ${JSON.stringify(row, withoutNothing)}`);
  }
  for (const organizationId of life.school.organizations.keys()) {
    const state = await life.windows.synchronization(organizationId).catch(() => undefined);
    if (!state) continue;
    const { progress, errors, held, backlog, waiting } = state;
    life.said.push(`${organizationId}: ${JSON.stringify({ progress, errors, held, backlog, waiting }).slice(0, 1500)}`);
  }
}
