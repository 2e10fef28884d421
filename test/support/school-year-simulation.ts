import { expect } from 'chai';

import type { SchoolModel } from './school-model.js';

const HOUR_MS = 3_600_000;
/** Hours in which something happens, of a day of school and of the first days of September. */
const EVENTS_PER_DAY = 0.7;
const EVENTS_OF_RUSH = 12;
const TROUBLE_SHARE = 0.15;

export interface Cast {
  readonly students: readonly string[];
  readonly guardians: readonly string[];
  readonly employees: readonly string[];
}

/** A school year, hour by hour: the rush of September, transfers of January, sign-ins, troubles, the turn of the year. */
export class SchoolYear {
  events = 0;
  private year = 2027;
  private troubled = false;

  constructor(
    private readonly model: SchoolModel,
    private readonly seed: number,
    private readonly cast: Cast,
  ) {
    this.state = seed;
  }

  private state: number;

  /** @returns hours that were checked */
  async run(from: Date, to: Date): Promise<number> {
    await this.model.deliver();
    let hours = 0;
    for (let at = from.getTime(); at < to.getTime(); at += HOUR_MS) {
      const hour = new Date(at);
      const happened = await this.hour(hour);
      if (happened) await this.deliver();
      await this.check(hour, happened);
      hours += 1;
    }
    return hours;
  }

  private async hour(at: Date): Promise<boolean> {
    const working = at.getUTCHours() >= 8 && at.getUTCHours() < 16;
    if (at.getUTCMonth() === 8 && at.getUTCDate() === 1 && at.getUTCHours() === 6) await this.turn(at);
    const rush = at.getUTCMonth() === 8 && at.getUTCDate() <= 3;
    const chance = (rush ? EVENTS_OF_RUSH : EVENTS_PER_DAY) / 8;
    if (!working || this.random() >= chance) return at.getUTCHours() === 6 && rush;
    await this.happen();
    this.events += 1;
    return true;
  }

  /** The classes go on under new names; every other year somebody wants the same chats to go on. */
  private async turn(at: Date): Promise<void> {
    this.year = at.getUTCFullYear() + 1;
    const continues = at.getUTCFullYear() % 2 === 1;
    await this.model.server.ask('PUT', '/api/synchronization/school-year', { continues });
    this.model.directory.classRows = this.model.directory.classRows.map((row) => ({
      ...row,
      name: `${Number.parseInt(row.name, 10) + 1}${row.name.replace(/^\d+/, '')}`,
      schoolYear: String(this.year),
    }));
    await this.model.event({ kind: 'school-year.turned', schoolYear: String(this.year) });
  }

  private async happen(): Promise<void> {
    const { directory } = this.model;
    const studentId = this.one(this.cast.students);
    switch (Math.floor(this.random() * 5)) {
      case 0: {
        const from = directory.classMembers.find((row) => row.studentId === studentId)?.classId;
        const to = this.one(directory.classRows).id;
        const others = directory.classMembers.filter((row) => row.studentId !== studentId);
        directory.classMembers = [...others, { classId: to, studentId }];
        if (from === undefined) return this.model.event({ kind: 'student.enrolled', studentId, classId: to });
        return this.model.event({ kind: 'student.transferred', studentId, fromClassId: from, toClassId: to });
      }
      case 1: {
        const guardianId = this.one(this.cast.guardians);
        directory.guardianships = [...directory.guardianships, { studentId, guardianId }];
        return this.model.event({ kind: 'guardian.added', studentId, guardianId });
      }
      case 2: {
        const personId = this.one(this.cast.employees);
        const teaches = this.random() < 0.7;
        directory.employeeRows = directory.employeeRows.map((row) =>
          row.personId === personId ? { ...row, positionTypes: [teaches ? 'teaching' : 'other'] } : row,
        );
        return this.model.event({ kind: 'employee.position-changed', personId });
      }
      default: {
        const personId = this.one([...this.cast.students, ...this.cast.guardians, ...this.cast.employees]);
        return this.model.isLinked(personId) && this.random() < 0.3
          ? this.model.unlink(personId)
          : this.model.link(personId);
      }
    }
  }

  /** Now and then the process dies, or the messenger is down for the hour. */
  private async deliver(): Promise<void> {
    this.troubled = this.random() < TROUBLE_SHARE;
    if (!this.troubled) return void (await this.heal());
    if (this.random() < 0.5) {
      await this.model.deliver(1 + Math.floor(this.random() * 2));
      return;
    }
    this.model.messenger.fault = () => ({ class: 'retry', code: 'test.down' });
    await this.model.deliver();
    delete this.model.messenger.fault;
  }

  private async heal(): Promise<void> {
    await this.model.server.letTimePass();
    await this.model.deliver();
    await this.model.server.letTimePass();
    await this.model.deliver();
  }

  /** Always: no chat is made twice. After a calm hour: every chat is exactly right, held removals confirmed. */
  private async check(at: Date, happened: boolean): Promise<void> {
    const where = `seed ${this.seed}, ${at.toISOString()}`;
    if (!happened) {
      if (!this.troubled) return;
      // The next calm hour makes good what the trouble left.
      this.troubled = false;
      await this.heal();
    }
    expect(await this.model.orphans(), `${where}: chats nobody knows of`).to.deep.equal([]);
    if (this.troubled) return;
    // Events alone have to bring it about: a pass over everything would hide one that was not followed.
    await this.model.confirmHeld();
    await this.heal();
    expect(await this.model.actual(), where).to.deep.equal(this.model.expected());
  }

  private one<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  /** mulberry32: small, and the same everywhere. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
