import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from 'chai';
import type { Locator } from 'playwright-core';

import { startReferenceHost, type ReferenceHost } from '../../fixtures/host/reference-host.js';
import type { Roster, RosterPerson } from '../../fixtures/host/roster/roster.js';
import { wholeSchool } from '../../fixtures/school/whole-school.js';
import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { ConferencesPage } from './conferences-page.js';
import { MessengerState } from './messenger-state.js';
import { SchoolPage } from './school-page.js';

const DAY_MS = 24 * 60 * 60_000;
const SUBJECT_CHAT = 'Предметный чат для уроков';
const CALL = 'Родительское собрание';
const START_LIMIT_MS = 60_000;
const TITLE_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 100;

describe('the tab «Видеоконференции»', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  // A person who is not signed in, and changes that are refused on purpose, are answered with these.
  browser.allow(/status of 40[0139]/);

  let folder: string;
  let host: ReferenceHost;
  let messenger: MessengerState;
  let roster: Roster;
  let timeZone: string;
  let administrator: RosterPerson;
  let conferences: ConferencesPage;
  let lesson: Roster['lessons'][number];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sferum-conferences-tab-'));
    roster = await wholeSchool(new Date());
    timeZone = roster.organizations[0]?.timeZone ?? '';
    host = await startReferenceHost({ port: 0, vkPort: 0, dataFolder: folder, durable: false });
    messenger = new MessengerState(host.vkUrl);
    administrator = administratorOf(roster);
    lesson = lessonOfGroup(roster);
    conferences = new ConferencesPage(new SchoolPage(await browser.newPage(), host.url));
    await conferences.school.logIn(nameOf(administrator));
    await conferences.school.openRegistry();
    await conferences.registry.getByText(/Чаты обновлены/).waitFor({ timeout: START_LIMIT_MS });
    const chat = {
      requestId: randomUUID(),
      kind: 'subject',
      title: SUBJECT_CHAT,
      groupId: lesson.classOrGroupId,
      members: [],
    };
    expect((await conferences.ask('POST', '/api/chats', chat)).status).to.equal(201);
  });
  after(async () => {
    await host?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const clock = (at: Date): string =>
    new Intl.DateTimeFormat('ru', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);
  const day = (at: Date): string => new Intl.DateTimeFormat('ru', { timeZone }).format(at);

  it('shows the columns of the tab', async () => {
    await conferences.open();
    for (const name of ['Название', 'Тип', 'Чат', 'Начало', 'Окончание', 'Статус', 'Ссылка'])
      await conferences.text(name).waitFor();
    await conferences.registry.getByText('Видеоконференций пока нет.').waitFor();
    await expectNoAxeViolations(conferences.school.page, 'the empty tab');
  });

  it('requires the lesson for «Онлайн-урок» with a chat «Предмет», and fills in name, date and times from it', async () => {
    const form = await conferences.add();
    await form.getByLabel('Тип видеоконференции').selectOption({ label: 'Онлайн-урок' });
    await conferences.chooseChat(form, SUBJECT_CHAT);
    await form.getByRole('tab', { name: `Ученики ${pupils().length}` }).waitFor();
    await form.getByRole('button', { name: 'Сохранить' }).click();
    await form.getByText('Выберите урок.').waitFor();

    const times = `${clock(lesson.startsAt)}–${clock(lesson.endsAt)}`;
    await conferences.chooseLesson(form, day(lesson.startsAt), new RegExp(`^${times} `));
    await expectNoAxeViolations(conferences.school.page, 'the timetable');
    await screenshot(conferences.school.page, 'conference lesson');
    await conferences.lessons.getByRole('button', { name: 'Выбрать', exact: true }).click();
    await conferences.lessons.getByRole('heading').waitFor({ state: 'hidden' });
    expect(await form.getByRole('textbox', { name: /^Дата начала/ }).inputValue()).to.equal(day(lesson.startsAt));
    expect(await conferences.box(form, 'Время начала').inputValue()).to.equal(clock(lesson.startsAt));
    expect(await conferences.box(form, 'Время окончания').inputValue()).to.equal(clock(lesson.endsAt));
    await waitForTitle(form, lesson.subject);
    await expectNoAxeViolations(conferences.school.page, 'the addition');
  });

  it('fills the participants from the chat, with the chat administrator among the employees', async () => {
    const form = conferences.addition;
    await form.getByRole('tab', { name: `Ученики ${pupils().length}` }).waitFor();
    expect(await form.getByRole('tab', { name: /^Родители/ }).count()).to.equal(0);
    await form.getByRole('tab', { name: /^Сотрудники/ }).click();
    await form.getByText(nameOf(administrator), { exact: true }).waitFor();
    expect(await form.getByRole('button', { name: `Удалить: ${nameOf(administrator)}` }).count()).to.equal(0);
    await screenshot(conferences.school.page, 'conference addition');
  });

  it('lets the times be changed by hand, refuses an end before the start, and shows what the timetable says', async () => {
    const form = conferences.addition;
    await conferences.type(form, 'Время окончания', '0001');
    await form.getByRole('button', { name: 'Сохранить' }).click();
    await form.getByText('Должно быть позже времени начала.').waitFor();
    await conferences.pickTime(form, 'Время окончания', '22', '22:30');
    expect(await conferences.box(form, 'Время окончания').inputValue()).to.equal('22:30');
    await conferences.type(form, 'Время окончания', '2345');
    expect(await conferences.box(form, 'Время окончания').inputValue()).to.equal('23:45');
    const date = form.getByRole('textbox', { name: /^Дата начала/ });
    const nextDay = new Date(lesson.startsAt.getTime() + DAY_MS);
    await conferences.pickDay(form, new Intl.DateTimeFormat('sv-SE', { timeZone }).format(nextDay));
    expect(await date.inputValue()).to.equal(day(nextDay));
    await date.fill(day(lesson.startsAt));
    await date.press('Tab');
    const planned = `${day(lesson.startsAt)}, ${clock(lesson.startsAt)}–${clock(lesson.endsAt)}`;
    await form.getByText(`В расписании: ${planned}.`).waitFor();
    await form.getByLabel('Наименование видеоконференции').fill('Открытый урок');
    await conferences.save(form);
    await conferences.line('Открытый урок').waitFor();
    await conferences.text('Запланирована').waitFor();
    await conferences.text(`В расписании: ${planned}`).waitFor();
    expect(await conferences.join('Открытый урок').count()).to.equal(0);
  });

  it('edits a conference, asks before unsaved changes are lost, and goes back to the timetable', async () => {
    const { page } = conferences.school;
    await conferences.select('Открытый урок');
    const form = await conferences.editSelected();
    await form.getByRole('button', { name: 'Взять из расписания' }).click();
    expect(await conferences.box(form, 'Время окончания').inputValue()).to.equal(clock(lesson.endsAt));
    await form.getByRole('button', { name: 'Закрыть окно' }).click();
    await page.getByText('Изменения в видеоконференции не сохранены.').waitFor();
    await page.getByRole('button', { name: 'Остаться' }).click();
    await expectNoAxeViolations(page, 'the edition');
    await conferences.save(form);
    await conferences.text(/^В расписании:/).waitFor({ state: 'detached' });
  });

  it('shows both versions when two people change a conference at once, and loses neither', async () => {
    const other = new ConferencesPage(new SchoolPage(await browser.newPage(), host.url));
    await other.school.logIn(nameOf(administrator));
    await other.open();
    await other.select('Открытый урок');
    const theirs = await other.editSelected();
    const mine = await conferences.editSelected();
    await theirs.getByLabel('Наименование видеоконференции').fill('Открытый урок для родителей');
    await conferences.type(mine, 'Время окончания', '23:30');
    await other.save(theirs);
    const { page } = conferences.school;
    const conflict = page.getByRole('heading', { name: 'Видеоконференцию уже изменили' });
    await conferences.pressSave(mine, conflict);
    await conflict.waitFor();
    await page.getByText('Открытый урок для родителей', { exact: true }).first().waitFor();
    await expectNoAxeViolations(page, 'both versions');
    await screenshot(page, 'conference conflict');
    await page.getByRole('button', { name: 'Сохранить и мои изменения' }).click();
    await mine.waitFor({ state: 'detached' });
    await other.text('23:30').waitFor();
    await other.line('Открытый урок для родителей').waitFor();
    await other.school.page.close();
  });

  it('has no lesson for «Видеозвонок», and shows the parents of a parents’ chat', async () => {
    const form = await conferences.add();
    await form.getByLabel('Тип видеоконференции').selectOption({ label: 'Видеозвонок' });
    expect(await form.getByRole('button', { name: /^Урок/ }).isDisabled()).to.equal(true);
    await conferences.chooseChat(form, 'Родительский чат 1А');
    await form.getByRole('tab', { name: /^Родители [1-9]/ }).click();
    await form.getByRole('button', { name: 'Сохранить' }).click();
    await form.getByText('Введите наименование видеоконференции.').waitFor();
    await form.getByLabel('Наименование видеоконференции').fill(CALL);
    const date = form.getByRole('textbox', { name: /^Дата начала/ });
    await date.fill(day(new Date()));
    await date.press('Tab');
    await conferences.type(form, 'Время начала', clock(new Date()));
    await conferences.type(form, 'Время окончания', '23:59');
    await screenshot(conferences.school.page, 'conference call');
    await conferences.save(form);
  });

  it('shows «Перейти» only while the conference is «Активная»', async () => {
    await conferences.select(CALL);
    await conferences.join(CALL).waitFor({ timeout: START_LIMIT_MS });
    await conferences.text('Активная').waitFor();
    expect(await conferences.join(CALL).getAttribute('href')).to.match(/^http/);
    expect(await messenger.calls()).to.have.length(1);
    await expectNoAxeViolations(conferences.school.page, 'the running conference');
    await screenshot(conferences.school.page, 'conference active');
  });

  it('lets only the end and the people of a running conference be changed', async () => {
    const form = await conferences.editSelected();
    for (const name of ['Чат', 'Время начала']) expect(await conferences.box(form, name).isDisabled()).to.equal(true);
    expect(await conferences.box(form, 'Время окончания').isEnabled()).to.equal(true);
    await form.getByRole('button', { name: 'Отмена' }).click();
    await form.waitFor({ state: 'detached' });
  });

  it('ends a conference after a question, and the link is gone', async () => {
    await conferences.action('Закончить видеоконференцию').click();
    await conferences.question.getByRole('button', { name: 'Да' }).click();
    await conferences.text('Завершена').waitFor({ timeout: START_LIMIT_MS });
    expect(await conferences.join(CALL).count()).to.equal(0);
  });

  it('deletes a conference after a question', async () => {
    await conferences.action('Удалить').click();
    await expectNoAxeViolations(conferences.school.page, 'the question');
    await conferences.question.getByRole('button', { name: 'Да' }).click();
    await conferences.line(CALL).waitFor({ state: 'detached' });
  });

  it('is usable in a narrow window', async () => {
    const page = await browser.newPage({ width: 390 });
    const narrow = new ConferencesPage(new SchoolPage(page, host.url));
    await narrow.school.logIn(nameOf(administrator));
    await narrow.open();
    await narrow.line('Открытый урок для родителей').waitFor();
    await expectNoAxeViolations(page, 'the narrow tab');
    await narrow.select('Открытый урок для родителей');
    const form = await narrow.editSelected();
    await form.getByRole('tab', { name: /^Ученики/ }).waitFor();
    await expectNoAxeViolations(page, 'the narrow form');
    await screenshot(page, 'conference narrow');
  });

  function pupils(): readonly string[] {
    const members = roster.groupMembers.filter(({ groupId }) => groupId === lesson.classOrGroupId);
    return members.map(({ studentId }) => studentId);
  }
});

/** Waits until the default name has this part. */
async function waitForTitle(form: Locator, part: string): Promise<void> {
  const title = form.getByLabel('Наименование видеоконференции');
  const deadline = Date.now() + TITLE_LIMIT_MS;
  while (!(await title.inputValue()).includes(part) && Date.now() < deadline) await wait(LOOK_EVERY_MS);
  expect(await title.inputValue()).to.include(part);
}

/** The first lesson of a study group that starts in more than a day. */
function lessonOfGroup({ lessons, groups }: Roster): Roster['lessons'][number] {
  const ids = new Set(groups.filter(({ teacherId }) => teacherId !== undefined).map(({ id }) => id));
  const later = lessons.filter(({ startsAt }) => startsAt.getTime() > Date.now() + DAY_MS / 2);
  const found = later.find(({ classOrGroupId }) => ids.has(classOrGroupId));
  if (found === undefined) throw new Error('no study group has a lesson ahead');
  return found;
}

function administratorOf({ employees, people }: Roster): RosterPerson {
  const [id] = employees
    .filter(({ positionTypes }) => positionTypes.includes('administration'))
    .map(({ personId }) => personId)
    .sort();
  const person = people.find((one) => one.id === id);
  if (person === undefined) throw new Error('the school has no administration');
  return person;
}

function nameOf({ familyName, givenName, middleName }: RosterPerson): string {
  return [familyName, givenName, middleName].filter((part) => part !== undefined).join(' ');
}
