import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { expect } from 'chai';
import pg from 'pg';
import type { Locator } from 'playwright-core';

import { startReferenceHost, type ReferenceHost } from '../../fixtures/host/reference-host.js';
import type { Roster } from '../../fixtures/host/roster/roster.js';
import { wholeSchool } from '../../fixtures/school/whole-school.js';
import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { ChatsPage } from './chats-page.js';
import { SchoolPage } from './school-page.js';

const FILLING_LIMIT_MS = 90_000;
const FILLING_PAUSE_MS = 500;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

describe('what is in doubt about a chat', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  browser.allow(/status of 40[19]/);

  let folder: string;
  let host: ReferenceHost;
  let roster: Roster;
  let chats: ChatsPage;
  let school: SchoolPage;
  let state: Locator;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sferum-doubts-'));
    roster = await wholeSchool(new Date());
    host = await startReferenceHost({ port: 0, vkPort: 0, dataFolder: folder, durable: false });
    school = new SchoolPage(await browser.newPage(), host.url);
    chats = new ChatsPage(school);
    await school.logIn(administratorName());
    state = school.window('Состояние синхронизации');
    await filled();
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

  async function sql<T>(statement: string): Promise<T[]> {
    const client = new pg.Client(host.connectionString);
    await client.connect();
    try {
      const answers = (await client.query(`set search_path = sferum; ${statement}`)) as unknown as { rows: T[] }[];
      return answers.at(-1)?.rows ?? [];
    } finally {
      await client.end();
    }
  }

  /** Every chat is there, and nothing is on its way. */
  async function filled(): Promise<void> {
    const until = Date.now() + FILLING_LIMIT_MS;
    const unfilled = `select 1 from chat where state = 'open' and (remote_id is null or due_at <= now())
      union all select 1 where not exists (select 1 from chat)`;
    while ((await sql(unfilled)).length > 0) {
      if (Date.now() > until) throw new Error('The chats of the school are not filled.');
      await setTimeout(FILLING_PAUSE_MS);
    }
  }

  async function open(title: string): Promise<Locator> {
    await school.openRegistry();
    await chats.find(title);
    await chats.chat(title).click();
    const window = school.window(title);
    await window.getByRole('tabpanel').waitFor();
    return window;
  }

  async function closeAll(window: Locator): Promise<void> {
    await school.page.setViewportSize(WIDE);
    await school.close(window);
    await school.close(school.window('Сферум'));
  }

  /** Pictures of both widths, and what axe says of each. */
  async function lookAt(name: string): Promise<void> {
    for (const [width, size] of Object.entries({ wide: WIDE, narrow: NARROW })) {
      await school.page.setViewportSize(size);
      await screenshot(school.page, `doubt-${name}-${width}`);
      await expectNoAxeViolations(school.page, `${name}, ${width}`);
    }
    await school.page.setViewportSize(WIDE);
  }

  /** The messenger has listed the owner and one member only. */
  async function holdReading(title: string): Promise<void> {
    await sql(`
      update chat set read_offset = 0, read_accounts = array[owner_account], read_total = 1,
        read_started_at = now(), due_at = now() + interval '9 minutes', reading_missing = (
          select count(*) from chat_member member where member.organization_id = chat.organization_id
            and member.chat_id = chat.chat_id and delivered_account <> owner_account)
      where title = '${title}';
      insert into chat_failure (organization_id, chat_id, property, code, class, next_attempt_at)
      select organization_id, chat_id, 'reading', 'chat.reading-held', 'retry', now() + interval '9 minutes'
      from chat where title = '${title}'`);
  }

  /** The database has forgotten the chat, and a stranger came into it. */
  async function forget(title: string, candidates: boolean): Promise<void> {
    await sql(`
      ${
        candidates
          ? `insert into chat_candidate (organization_id, chat_id, remote_id, account, title, owner_account, accounts, next_offset)
             select organization_id, chat_id, remote_id, owner_account, remote_title, owner_account,
               (select array_agg(delivered_account) || 999999::bigint from (
                 select delivered_account from chat_member member where member.organization_id = chat.organization_id
                   and member.chat_id = chat.chat_id and delivered_account is not null limit 4) few), null
             from chat where title = '${title}';`
          : ''
      }
      update chat_member set delivered_account = null, delivered_role = null
      where chat_id = (select chat_id from chat where title = '${title}');
      update chat set remote_id = null, owner_account = null, remote_title = null, invite_link = null, asks = true,
        failure_code = '${candidates ? 'chat.candidates' : 'chat.creation-unknown'}', failure_class = 'refused'
      where title = '${title}'`);
  }

  it('shows a list that leaves out most of a chat, and reads it again by the keyboard', async () => {
    await holdReading('Классный чат 1А');
    const chat = await open('Классный чат 1А');
    await chat.getByText('Список участников из Сферума не принят').waitFor();
    await lookAt('reading');
    await chat.getByText(/^Кого нет в списке: /).click();
    await lookAt('reading-names');
    await school.page.setViewportSize(NARROW);
    await chat.getByRole('tabpanel').getByText(administratorName()).scrollIntoViewIfNeeded();
    await screenshot(school.page, 'doubt-reading-table-narrow');
    await school.page.setViewportSize(WIDE);
    const again = chat.getByRole('button', { name: 'Прочитать ещё раз' });
    await chats.tabTo(again);
    await school.page.keyboard.press('Enter');
    await school.page.getByText('Список читается ещё раз.').waitFor();
    await chat.getByText('Список участников из Сферума не принят').waitFor({ state: 'detached' });
    expect(
      await chat.getByRole('heading', { name: 'Классный чат 1А' }).and(school.page.locator(':focus')).count(),
    ).to.equal(1);
    await chat.getByText('В порядке').first().waitFor({ timeout: 30_000 });
    await closeAll(chat);
  });

  it('stands among the decisions, and is confirmed by one of two clicks', async () => {
    await holdReading('Классный чат 1Б');
    await forget('Классный чат 2А', true);
    await school.openByMenu('Администрирование', 'Сферум: состояние синхронизации');
    await state.getByText(/^Список из Сферума не принят: /).waitFor();
    await state.getByText(/^Не ясно, какой чат в Сферуме — этот/).waitFor();
    await lookAt('held');
    await state.getByRole('button', { name: 'Посмотреть и решить' }).first().click();
    const chat = school.window('Классный чат 1Б');
    await chat.getByRole('button', { name: 'Список верен' }).dblclick();
    await school.page.getByText('Решено: этих людей добавят в чат ещё раз.').waitFor();
    await chat.getByText('Список участников из Сферума не принят').waitFor({ state: 'detached' });
    expect(await chat.getByText('ничего не сделано').count()).to.equal(0);
    await school.close(chat);
    await school.close(state);
  });

  it('shows the chat that may be this one, asks before a second one, and takes it over', async () => {
    const chat = await open('Классный чат 2А');
    await chat.getByText('Не ясно, какой чат в Сферуме — этот').waitFor();
    await lookAt('candidate');
    await chat.getByRole('button', { name: 'Создать новый' }).click();
    const question = school.page.getByRole('alertdialog', { name: 'Создать новый чат?' });
    await question.waitFor();
    await lookAt('candidate-question');
    await school.page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    await chat.getByRole('button', { name: /^Это наш чат/ }).click();
    await chat.getByText('Не ясно, какой чат в Сферуме — этот').waitFor({ state: 'detached' });
    await chat.getByText('В порядке').first().waitFor({ timeout: 60_000 });
    await closeAll(chat);
  });

  it('says that nothing was done where somebody else has decided meanwhile', async () => {
    await holdReading('Классный чат 2В');
    const chat = await open('Классный чат 2В');
    const confirm = chat.getByRole('button', { name: 'Список верен' });
    await confirm.waitFor();
    await sql(`update chat set reading_missing = null where title = 'Классный чат 2В'`);
    await confirm.click();
    await chat.getByText('Чат тем временем изменился, ничего не сделано').waitFor();
    await confirm.waitFor({ state: 'detached' });
    await closeAll(chat);
  });

  it('shows a creation that nobody can look after', async () => {
    await forget('Классный чат 3А', false);
    const chat = await open('Классный чат 3А');
    await chat.getByText('Неизвестно, создан ли чат в Сферуме').waitFor();
    await lookAt('unknown');
    await closeAll(chat);
  });

  it('says quietly what is being checked', async () => {
    await sql(`
      insert into delivery_doubt (organization_id, doubt_id, subject_id, kind, account, accounts, person_ids, sent_at, until, looked)
      select organization_id, gen_random_uuid(), chat_id, 'member.add', owner_account, array[delivered_account],
        array[person_id], now() - interval '1 minute', now() + interval '1 hour', true
      from chat join lateral (select person_id, delivered_account from chat_member member
        where member.organization_id = chat.organization_id and member.chat_id = chat.chat_id
          and delivered_account is not null and person_kind = 'student' order by person_id limit 1) one on true
      where title = 'Классный чат 3Б'`);
    const chat = await open('Классный чат 3Б');
    await chat.getByText('проверяется', { exact: true }).waitFor();
    await chat.getByRole('tab', { name: /^Ученики/ }).click();
    await chat.getByText('Проверяется', { exact: true }).waitFor();
    await lookAt('checking');
    await closeAll(chat);
    await school.openRegistry();
    await chats.find('Классный чат 3');
    await school.window('Сферум').getByText('проверяется', { exact: true }).first().waitFor();
    await lookAt('checking-list');
    await school.close(school.window('Сферум'));
  });

  it('logs who left by themselves, and takes it back', async () => {
    await sql(`
      with run as (
        insert into synchronization_run (organization_id, cause, removed)
        select organization_id, 'comparison', 1 from chat where title = 'Классный чат 4А'
        returning organization_id, run_id), gone as (
        select member.* from chat_member member join chat using (organization_id, chat_id)
        where chat.title = 'Классный чат 4А' and person_kind = 'student' and delivered_account is not null limit 1), left_it as (
        update chat_member member set hand = 'left' from gone
        where member.chat_id = gone.chat_id and member.person_id = gone.person_id)
      insert into membership_change (organization_id, run_id, chat_id, person_id, person_kind, before_role, after_role)
      select run.organization_id, run.run_id, gone.chat_id, gone.person_id, 'student', 'member', null from run, gone`);
    await school.openByMenu('Администрирование', 'Сферум: состояние синхронизации');
    await state.getByRole('tab', { name: 'Журнал сверок' }).click();
    await state.getByText('Сверка со списками Сферума').first().waitFor();
    await state.getByRole('button', { name: 'Подробнее' }).first().click();
    await state.getByText('Вышли из чата в Сферуме').waitFor();
    await lookAt('comparison');
    await state.getByRole('button', { name: 'Отменить эту синхронизацию' }).click();
    await state.getByText('Вышедшие из чатов в Сферуме будут добавлены').waitFor();
    await state.getByRole('button', { name: 'Да', exact: true }).click();
    await state.getByText(/Отменено изменений: 1/).waitFor();
    expect(await sql(`select 1 from chat_member where hand = 'left'`)).to.deep.equal([]);
    await school.close(state);
  });
});
