import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import pg from 'pg';
import type { Locator } from 'playwright-core';

import { startReferenceHost, type ReferenceHost } from '../../fixtures/host/reference-host.js';
import type { Roster } from '../../fixtures/host/roster/roster.js';
import { wholeSchool } from '../../fixtures/school/whole-school.js';
import { StandClient } from '../../fixtures/vk/stand-client.js';
import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { ChatsPage } from './chats-page.js';
import { SchoolPage } from './school-page.js';

describe('the window «Состояние синхронизации»', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  browser.allow(/status of 40[139]/);

  let folder: string;
  let host: ReferenceHost;
  let stand: StandClient;
  let roster: Roster;
  let chats: ChatsPage;
  let school: SchoolPage;
  let state: Locator;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sferum-synchronization-'));
    roster = await wholeSchool(new Date());
    host = await startReferenceHost({ port: 0, vkPort: 0, dataFolder: folder, durable: false });
    stand = new StandClient(host.vkUrl);
    school = new SchoolPage(await browser.newPage(), host.url);
    chats = new ChatsPage(school);
    await school.logIn(administratorName());
    state = school.window('Состояние синхронизации');
  });
  after(async () => {
    await host?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function administratorName(): string {
    const { personId } = roster.employees
      .filter(({ positionTypes }) => positionTypes.includes('administration'))
      .sort((a, b) => (a.personId < b.personId ? -1 : 1))[0] ?? { personId: '' };
    const person = roster.people.find(({ id }) => id === personId);
    return `${person?.familyName ?? ''} ${person?.givenName ?? ''}`;
  }

  async function sql(statement: string): Promise<void> {
    const client = new pg.Client(host.connectionString);
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }

  async function calm(): Promise<void> {
    await state.getByRole('heading', { name: 'Чаты обновлены' }).waitFor({ timeout: 60_000 });
  }

  async function tab(name: string): Promise<void> {
    await state.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  }

  it('shows the first filling, and then a calm school with its last hour', async () => {
    await school.openByMenu('Администрирование', 'Сферум: состояние синхронизации');
    await calm();
    await state.getByText('Ошибок нет', { exact: true }).waitFor();
    await state.getByRole('img', { name: /За последний час выполнено вызовов: [1-9]/ }).waitFor();
    await state.getByText('Решений не ждёт ничего.').waitFor();
    await expectNoAxeViolations(school.page, 'the window, calm');
    await screenshot(school.page, 'synchronization-calm');
  });

  it('shows a lane that a captcha stopped, and lets it go on by a click', async () => {
    await stand.fault({ method: 'execute', fault: 'captcha' });
    await state.getByRole('button', { name: 'Проверить все чаты' }).click();
    const alert = state.getByRole('alert');
    await alert.getByRole('button', { name: 'Продолжить сейчас' }).waitFor();
    await screenshot(school.page, 'synchronization-stopped');
    await stand.clearFaults();
    await alert.getByRole('button', { name: 'Продолжить сейчас' }).click();
    await calm();
    await state.getByText(/сверено со Сферумом: \d/).waitFor();
    expect(await state.getByRole('button', { name: 'Проверить все чаты' }).isDisabled()).to.equal(true);
  });

  it('synchronises one chat after a preview', async () => {
    await school.openRegistry();
    await chats.find('Классный чат 1А');
    await chats.chat('Классный чат 1А').click();
    const chat = school.window('Классный чат 1А');
    await chat.getByRole('button', { name: 'Синхронизировать' }).click();
    await chat.getByText('Расхождений, известных заранее, нет.').waitFor();
    await screenshot(school.page, 'synchronization-preview');
    await expectNoAxeViolations(school.page, 'the preview');
    await chat.getByRole('button', { name: 'Синхронизировать' }).last().click();
    await school.page.getByText('Чат синхронизируется.').waitFor();
    await chat.getByRole('button', { name: 'Синхронизировать' }).first().click();
    await chat.getByText('Чат только что синхронизировали').waitFor();
    await school.page.keyboard.press('Escape');
    await school.close(chat);
    await school.close(school.window('Сферум'));
  });

  it('groups errors by their cause, and tries a cause again', async () => {
    await stand.fault({ method: 'execute', fault: 'http-502-html' });
    await sql(`update sferum.chat set due_at = now(), read_offset = 0, revision = revision + 1`);
    await sql(`update sferum.delivery_lane set due_at = now()`);
    await tab('Ошибки');
    const again = state.getByRole('button', { name: 'Повторить сейчас' }).first();
    await again.waitFor({ timeout: 60_000 });
    await expectNoAxeViolations(school.page, 'errors');
    await screenshot(school.page, 'synchronization-errors');
    await stand.clearFaults();
    await again.click();
    await state.getByText('Ошибок нет.').waitFor({ timeout: 60_000 });
    await calm();
  });

  it('logs a pass that changed something, shows it, and takes it back', async () => {
    const lost = `select chat_id from sferum.chat where title = 'Классный чат 2Б'`;
    await sql(
      `update sferum.chat_member set rule_role = null, reasons = '{}'
       where chat_id = (${lost}) and person_kind = 'student'`,
    );
    await sql(`update sferum.organization set check_at = null`);
    await school.close(state);
    await school.openByMenu('Администрирование', 'Сферум: состояние синхронизации');
    await state.getByRole('button', { name: 'Проверить все чаты' }).click();
    await tab('Журнал сверок');
    await state.getByRole('button', { name: 'Подробнее' }).first().click();
    await state.getByRole('heading', { name: 'Классный чат 2Б' }).waitFor();
    await screenshot(school.page, 'synchronization-run');
    await expectNoAxeViolations(school.page, 'a run');
    await state.getByRole('button', { name: 'Отменить эту синхронизацию' }).click();
    await state.getByRole('button', { name: 'Да', exact: true }).click();
    await state.getByText(/Отменено изменений: \d/).waitFor();
    await state.getByText(/отменена \d/).waitFor();
    await screenshot(school.page, 'synchronization-undone');
  });

  it('keeps the school’s choice for the next school year, and a chat’s own', async () => {
    const choice = state.getByRole('checkbox', { name: /продолжать чаты вместе с классом/ });
    await choice.check();
    await school.openRegistry();
    await chats.find('Классный чат 3А');
    await chats.chat('Классный чат 3А').click();
    const chat = school.window('Классный чат 3А');
    const own = chat.getByRole('checkbox', { name: 'Продолжить этот чат в следующем учебном году' });
    expect(await own.isChecked()).to.equal(true);
    await own.uncheck();
    await school.page.getByText('После учебного года чат уйдёт в архив.').waitFor();
    await screenshot(school.page, 'chat-next-year');
    await school.close(chat);
    await school.close(school.window('Сферум'));
    await choice.uncheck();
  });

  it('is usable on a narrow screen', async () => {
    await school.page.setViewportSize({ width: 390, height: 844 });
    await school.close(state);
    await school.openByMenu('Администрирование', 'Сферум: состояние синхронизации');
    await state.getByRole('img', { name: /За последний час/ }).waitFor();
    await screenshot(school.page, 'synchronization-narrow');
    await expectNoAxeViolations(school.page, 'the window, narrow');
  });

  it('is not there for a teacher, and refused on the server', async () => {
    const teacher = new ChatsPage(new SchoolPage(await browser.newPage(), host.url));
    const { personId } = roster.employees.find(({ positionTypes }) => positionTypes.join() === 'teaching') ?? {};
    const person = roster.people.find(({ id }) => id === personId);
    await teacher.school.logIn(`${person?.familyName ?? ''} ${person?.givenName ?? ''}`);
    await teacher.school.page.getByRole('button', { name: 'Пуск' }).click();
    expect(await teacher.school.page.getByText('Сферум: состояние синхронизации').count()).to.equal(0);
    for (const [method, path] of [
      ['GET', '/api/synchronization'],
      ['POST', '/api/synchronization/check'],
    ] as const) {
      expect((await teacher.ask(method, path)).status).to.equal(403);
    }
  });
});
