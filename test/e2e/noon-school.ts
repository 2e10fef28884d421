import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import type { Locator } from 'playwright-core';

import { startReferenceHost, type ReferenceHost } from '../../fixtures/host/reference-host.js';
import type { Roster } from '../../fixtures/host/roster/roster.js';
import { smallSchool } from '../../fixtures/school/whole-school.js';
import type { useBrowser } from '../support/browser.js';
import { NOON_ZONE } from '../support/noon-zone.js';
import { SchoolPage } from './school-page.js';

/** The small school on a day at noon, everybody linked; lessons are put in by hand. */
export class NoonSchool {
  private constructor(
    private readonly browser: ReturnType<typeof useBrowser>,
    private readonly folder: string,
    private readonly roster: Roster,
    readonly host: ReferenceHost,
  ) {}

  static async start(browser: ReturnType<typeof useBrowser>): Promise<NoonSchool> {
    const folder = await mkdtemp(join(tmpdir(), 'sferum-noon-school-'));
    const small = await smallSchool(new Date());
    const roster = { ...small, organizations: small.organizations.map((one) => ({ ...one, timeZone: NOON_ZONE })) };
    const host = await startReferenceHost({
      ...{ port: 0, vkPort: 0, dataFolder: folder, durable: false, linked: 1 },
      // A lesson that is removed is not waited for.
      pluginSettings: { lessonGraceSeconds: 0 },
      roster: { name: 'the small school at noon', load: () => Promise.resolve(roster) },
    });
    return new NoonSchool(browser, folder, roster, host);
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async sql(statement: string, values: readonly unknown[] = []): Promise<void> {
    const client = new pg.Client(this.host.connectionString);
    await client.connect();
    try {
      await client.query(statement, [...values]);
    } finally {
      await client.end();
    }
  }

  /** @returns id of a lesson of 40 minutes that begins in so many minutes */
  async lesson(subject: string, classId: string, teacherId: string, startsInMinutes: number): Promise<string> {
    const id = randomUUID();
    await this.sql(
      `insert into eschool.lesson (id, organization_id, class_or_group_id, subject, title, teacher_id, starts_at, ends_at)
       values ($1, 'school-5', $2, $3, $3, $4, date_trunc('minute', now()) + $5 * interval '1 minute',
         date_trunc('minute', now()) + ($5 + 40) * interval '1 minute')`,
      [id, classId, subject, teacherId, startsInMinutes],
    );
    return id;
  }

  nameOf(id: string): string {
    const person = this.roster.people.find((one) => one.id === id);
    return `${person?.familyName ?? ''} ${person?.givenName ?? ''}`;
  }

  /** As lists of employees name them: «Поляков Денис Андреевич, Учитель физической культуры». */
  employee(id: string): string {
    const person = this.roster.people.find((one) => one.id === id);
    const name = [person?.familyName, person?.givenName, person?.middleName].filter((part) => part !== undefined);
    return `${name.join(' ')}, ${this.roster.employees.find(({ personId }) => personId === id)?.position ?? ''}`;
  }

  clock(at: Date): string {
    return new Intl.DateTimeFormat('ru', { timeZone: NOON_ZONE, hour: '2-digit', minute: '2-digit' }).format(at);
  }

  async signIn(id: string, width = 1280): Promise<SchoolPage> {
    const school = new SchoolPage(await this.browser.newPage({ width }), this.host.url);
    await school.logIn(this.nameOf(id));
    return school;
  }

  /** «Журнал на урок» of a lesson of this subject that this person has. */
  async openLesson(school: SchoolPage, subject: string): Promise<Locator> {
    await school.shortcut('Журнал на урок').click();
    const journal = school.window('Журнал на урок');
    await journal
      .getByRole('button', { name: new RegExp(subject) })
      .first()
      .click();
    await journal
      .getByRole('heading', { name: new RegExp(subject) })
      .first()
      .waitFor();
    return journal;
  }
}
