import { BenchHost } from './bench-host.js';
import type { BenchStage } from './bench-stage.js';
import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { RawMemberTable } from './raw-member-table.js';
import { SyntheticDirectory } from './synthetic-directory.js';

const SCHOOLS = 100;
const SCHOOL = { classes: 40, studentsPerClass: 25, guardians: 2, administrators: false };
/** A quarter of every class at a time: the removal of more than half of a chat would wait for a person. */
const WAVES = 4;

/** 100,000 pupils of 100 schools change class; until all that follows is written, against the raw writing of it. */
export const stormBench: Bench = {
  figures: [{ name: 'storm-ratio', unit: '×', target: { bound: 'at-least', value: 0.5 } }],
  limitMs: 420_000,
  async measure(stage) {
    const directory = new SyntheticDirectory({ ...SCHOOL, schools: Math.ceil(SCHOOLS * stage.options.scale) });
    const connectionString = await stage.database();
    const host = await new BenchHost({ connectionString, directory }).load();
    stage.defer(() => host.stop());
    await host.start();
    await host.rosterIdle();
    const raw = await RawMemberTable.copy(stage, connectionString);
    const sum = { transfers: 0, pluginMs: 0, rawMs: 0, rows: 0 };
    for (let wave = 0; wave < WAVES; wave += 1) {
      const startedAt = performance.now();
      sum.transfers += transferSome(host, directory, wave);
      await host.rosterIdle();
      sum.pluginMs += performance.now() - startedAt;
      const written = await raw.catchUp();
      sum.rows += written.rows;
      sum.rawMs += written.ms;
    }
    await checkNothingHeld(stage, connectionString);
    const perSecond = (ms: number): string => ((sum.rows / ms) * 1000).toFixed(0);
    const note = `${sum.transfers} transfers over ${directory.size.schools} schools, ${sum.rows} rows: ${perSecond(sum.pluginMs)} rows/s in ${(sum.pluginMs / 1000).toFixed(1)} s, raw ${perSecond(sum.rawMs)} rows/s in ${(sum.rawMs / 1000).toFixed(1)} s`;
    return { 'storm-ratio': { value: sum.rawMs / sum.pluginMs, floor: 1, note } };
  },
};

function transferSome(host: BenchHost, directory: SyntheticDirectory, wave: number): number {
  let transfers = 0;
  for (const schoolId of directory.schoolIds) {
    const classIds = directory.classIds(schoolId);
    for (const [place, from] of classIds.entries()) {
      const to = classIds[(place + 1) % classIds.length] ?? from;
      for (const studentId of directory.firstStudentIds(from).filter((_, number) => number % WAVES === wave)) {
        directory.transfer(studentId, to);
        host.transferred(schoolId, studentId, from, to);
        transfers += 1;
      }
    }
  }
  return transfers;
}

async function checkNothingHeld(stage: BenchStage, connectionString: string): Promise<void> {
  const held = await rows(await stage.client(connectionString), 'select 1 from chat_member where removal_held limit 1');
  if (held.length > 0) throw new Error('a removal is held: the transfers are not all written');
}
