import { expect } from 'chai';
import type { Locator } from 'playwright-core';

import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { NoonSchool } from './noon-school.js';

/** Pages of the window and of the directory, and more. */
const LESSONS = 1_200;

describe('a day of a large school, in the browser', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  browser.allow(/status of 401/);

  let school: NoonSchool;

  before(async () => {
    school = await NoonSchool.start(browser);
    await fillDay();
  });
  after(() => school?.stop());

  /** Eight lessons after each other in 50 classes, three groups each; some with an online lesson. */
  async function fillDay(): Promise<void> {
    await school.sql('delete from eschool.lesson');
    await school.sql(
      `insert into eschool.school_class (id, organization_id, name, school_year)
       select 'class-' || n, 'school-5', (n / 5 + 1) || substr('АБВГД', n % 5 + 1, 1), '2026' from generate_series(0, 49) n`,
    );
    await school.sql(
      `insert into eschool.lesson (id, organization_id, class_or_group_id, subject, title, teacher_id, room, cancelled,
         starts_at, ends_at)
       select 'day-' || n, 'school-5', 'class-' || n / 3 % 50,
         (array['Математика', 'Русский язык', 'Информатика и вычислительная техника', 'Физика'])[n % 4 + 1], '',
         (array['e4', 'e5', 'e6'])[n % 3 + 1], 100 + n % 40, n = 603, at, at + interval '45 minutes'
       from generate_series(0, ${LESSONS - 1}) n,
         lateral (select date_trunc('hour', now()) + (n / 150 * 60 - 240) * interval '1 minute' as at) slot`,
    );
    await school.sql(
      `insert into eschool.lesson (id, organization_id, class_or_group_id, subject, title, teacher_id, starts_at, ends_at)
       select 'last', 'school-5', 'class-49', 'Астрономия', '', 'e4', at, at + interval '45 minutes'
       from (select max(starts_at) + interval '1 hour' as at from eschool.lesson) late`,
    );
    await school.sql(
      `insert into sferum.conference (organization_id, kind, title, lesson_id, host_id, starts_at, ends_at, created_by,
         state, failure_code)
       select 'school-5', 'lesson', 'Онлайн-урок', id, 'e4', starts_at, ends_at, 'e4', state, failure_code
       from eschool.lesson join (values ('day-0', 'finished', null), ('day-3', 'finished', 'conference.missed'),
         ('day-600', 'active', null), ('day-609', 'starting', 'conference.start-unknown'), ('day-900', 'planned', null),
         ('last', 'planned', null)) made (lesson_id, state, failure_code) on id = lesson_id`,
    );
  }

  async function open(width: number): Promise<{ today: Locator; shot: (name: string) => Promise<void> }> {
    const head = await school.signIn('e1', width);
    await head.openByMenu('Реестры', 'Сферум: онлайн-уроки сегодня');
    const shot = async (name: string): Promise<void> => {
      await screenshot(head.page, `large-day-${name}-${width}`);
      await expectNoAxeViolations(head.page, `a large day, ${name} at ${width}`);
    };
    return { today: head.window('Онлайн-уроки сегодня'), shot };
  }

  for (const width of [1280, 390]) {
    it(`is counted and shown whole, to its last lesson, at ${width}`, async () => {
      const { today, shot } = await open(width);
      await today.getByText(/^уроков 1\s201 · с онлайн-уроком 6 · идут 2 · с ошибкой 2$/).waitFor();
      await shot('first');
      await today.locator('vaadin-grid').hover();
      await today.page().mouse.wheel(0, 1_000_000);
      await today.getByRole('button', { name: 'Астрономия, 10Д' }).waitFor();
      await shot('last');
    });

    it(`is narrowed to how its lessons stand, at ${width}`, async () => {
      const { today, shot } = await open(width);
      await today.getByText(/^уроков 1\s201 /).waitFor();
      const filter = today.getByRole('combobox', { name: 'Какие уроки' });
      const shown = async (title: string, count: number, ...texts: readonly (string | RegExp)[]): Promise<void> => {
        await filter.selectOption({ label: `${title}: ${count}` });
        for (const text of texts) await today.locator('vaadin-grid').getByText(text, { exact: true }).first().waitFor();
        expect(await today.locator('table').getAttribute('aria-rowcount'), title).to.equal(String(count + 1));
      };
      expect(await filter.locator('option').count()).to.equal(7);
      await shown('Запланирован', 2, 'Запланирован', /^Астрономия/);
      await shot('planned');
      await shown('С ошибкой', 2, /^Не состоялась/, /^Сферум не ответил/);
      await shot('problem');
      await shown('Урок отменён', 1, 'Урок отменён');
      await shown('Завершён', 2, 'Завершён');
      await shown('Идёт', 2, 'Идёт', 'Запускается');
      await shot('running');
    });
  }

  it('keeps its counts when an older answer comes after a newer one', async () => {
    const { today } = await open(1280);
    const page = today.page();
    const older = '**/api/lessons/today?query=%D0%A4*';
    await page.route(older, async (route) => {
      await today.getByText(/^уроков 1 /).waitFor();
      await route.continue();
    });
    const search = today.getByRole('textbox', { name: /Поиск по предмету/ });
    const answered = page.waitForResponse(older);
    await Promise.all([page.waitForRequest(older), search.fill('Физика')]);
    await search.fill('Астрономия');
    await (await answered).finished();
    await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
    expect(await today.getByText(/^уроков/).textContent()).to.match(/^уроков 1 /);
    expect(await today.getByRole('button', { name: 'Астрономия, 10Д' }).count()).to.equal(1);
  });
});
