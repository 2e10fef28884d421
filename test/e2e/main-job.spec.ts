import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import pg from 'pg';
import type { Page } from 'playwright-core';

import { startReferenceHost, type ReferenceHost } from '../../fixtures/host/reference-host.js';
import type { Roster, RosterPerson } from '../../fixtures/host/roster/roster.js';
import { wholeSchool } from '../../fixtures/school/whole-school.js';
import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { MessengerState } from './messenger-state.js';
import { SchoolPage } from './school-page.js';

/** Whom the journey is about, from the shipped school. */
interface Cast {
  readonly administrator: RosterPerson;
  readonly pupil: RosterPerson;
  readonly parent: RosterPerson;
  readonly from: string;
  readonly to: string;
  readonly teacher: RosterPerson;
  readonly lesson: Roster['lessons'][number];
}

describe('the main job', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  // A person who is not signed in, and an action that is refused on purpose, are answered with these.
  browser.allow(/status of 40[13]/);

  let folder: string;
  let host: ReferenceHost;
  let messenger: MessengerState;
  let cast: Cast;
  let school: SchoolPage;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sferum-main-job-'));
    host = await startReferenceHost({ port: 0, vkPort: 0, dataFolder: folder, empty: true, durable: false });
    messenger = new MessengerState(host.vkUrl);
    cast = chooseCast(await wholeSchool(new Date()));
    await lastsFromNow(host, cast.lesson);
    school = new SchoolPage(await browser.newPage(), host.url);
  });
  after(async () => {
    await host?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const accountOf = async (person: RosterPerson): Promise<{ phone: string; password: string }> =>
    messenger.account(person);

  it('lets an administrator choose the chat administrator', async () => {
    await school.logIn(nameOf(cast.administrator));
    expect(await school.shortcut('Перейти в Сферум').count()).to.equal(0);
    await school.chooseChatAdministrator(nameOf(cast.administrator));
  });

  it('links the chat administrator through VK ID and changes their shortcuts', async () => {
    const { phone, password } = await accountOf(cast.administrator);
    await school.linkAccount(phone, password);
    await school.shortcut('Перейти в Сферум').waitFor();
    expect(await school.shortcut('Привязать аккаунт к Сферум').count()).to.equal(0);
  });

  it('makes the default chats, and shows them in the registry with who waits', async () => {
    const registry = await school.openRegistry();
    await registry.getByText(/Чаты обновлены/).waitFor({ timeout: 60_000 });
    await registry.getByText(/81\sчат/).waitFor();
    await registry.getByRole('button', { name: 'Учительский чат', exact: true }).waitFor();
    await expectNoAxeViolations(school.page, 'the registry');
    await screenshot(school.page, 'registry');
    const chats = await messenger.chats();
    expect(chats.length).to.equal(81);
    for (const chat of chats)
      expect(chat.administrators, chat.title).to.deep.equal([messengerName(cast.administrator)]);
  });

  it('keeps people who are not linked waiting, and says why', async () => {
    const registry = school.window('Сферум');
    await registry.getByRole('textbox', { name: 'Поиск по названию чата' }).fill(`Классный чат ${cast.from}`);
    await registry.getByRole('button', { name: `Классный чат ${cast.from}`, exact: true }).dblclick();
    const chat = school.window(`Классный чат ${cast.from}`);
    await chat.getByRole('tab', { name: /Ученики/ }).click();
    await chat.getByText(nameOf(cast.pupil)).first().waitFor();
    await chat
      .getByText(/Ждёт привязки/)
      .first()
      .waitFor();
    await expectNoAxeViolations(school.page, 'a chat');
    await screenshot(school.page, 'chat');
    await school.logOut();
  });

  it('adds a pupil and a parent to their chats when they link', async () => {
    for (const person of [cast.pupil, cast.parent]) {
      const { phone, password } = await accountOf(person);
      const page = new SchoolPage(await browser.newPage(), host.url);
      await page.logIn(nameOf(person));
      await page.linkAccount(phone, password);
    }
    await messenger.settled({
      [`Классный чат ${cast.from}`]: [cast.administrator, cast.pupil],
      [`Родительский чат ${cast.from}`]: [cast.administrator, cast.parent],
    });
  });

  it('moves a transferred pupil and their parent between the chats of both classes', async () => {
    await school.logIn(nameOf(cast.administrator));
    await school.shortcut('Ученики').click();
    const students = school.window('Ученики');
    await students.getByRole('searchbox', { name: 'Поиск ученика' }).fill(cast.pupil.familyName);
    await students.getByRole('button', { name: `Перевести: ${nameOf(cast.pupil)}` }).click();
    const dialog = school.window('Перевести');
    await dialog.getByRole('combobox', { name: 'Класс' }).selectOption({ label: cast.to });
    await dialog.getByRole('button', { name: 'Перевести', exact: true }).click();
    await messenger.settled({
      [`Классный чат ${cast.from}`]: [cast.administrator],
      [`Родительский чат ${cast.from}`]: [cast.administrator],
      [`Классный чат ${cast.to}`]: [cast.administrator, cast.pupil],
      [`Родительский чат ${cast.to}`]: [cast.administrator, cast.parent],
    });
    await school.logOut();
  });

  it('shows the messenger’s side to the pupil', async () => {
    const page = await browser.newPage();
    await page.goto(host.vkUrl);
    await messenger.signIn(page, messengerName(cast.pupil));
    await page.getByText(`Классный чат ${cast.to}`).first().waitFor();
    expect(await page.getByText(`Классный чат ${cast.from}`, { exact: true }).count()).to.equal(0);
    await screenshot(page, 'messenger');
  });

  it('lets a teacher create an online lesson, connect to it and end it; the buttons follow', async () => {
    await school.logIn(nameOf(cast.teacher));
    const journal = await openLesson(school, cast.lesson);
    const create = journal.getByRole('button', { name: 'Создать онлайн-урок' });
    const connect = journal.getByRole('button', { name: 'Подключиться к онлайн-уроку' });
    const end = journal.getByRole('button', { name: 'Завершить онлайн-урок' });
    await expectDisabled(connect);
    await expectDisabled(end);
    await create.click();
    await waitEnabled(connect);
    await expectDisabled(create);
    await expectNoAxeViolations(school.page, 'the journal');
    await screenshot(school.page, 'journal');
    const [call] = await Promise.all([school.page.waitForEvent('popup'), connect.click()]);
    await call.waitForURL(/\/call\/join\//);
    await call.getByRole('heading').first().waitFor();
    await screenshot(call, 'call');
    expect(await messenger.calls()).to.deep.equal(['active']);
    await end.click();
    await school.page
      .getByRole('dialog', { name: 'Завершить онлайн-урок?' })
      .getByRole('button', { name: 'Да' })
      .click();
    await journal.getByText('Онлайн-урок завершён.').first().waitFor();
    await expectDisabled(connect);
    await expectDisabled(end);
    expect(await messenger.calls()).to.deep.equal(['finished']);
    await school.logOut();
  });

  it('obeys a right that a super-administrator switched off: gone from the screen, refused on the server', async () => {
    await school.logIn('Администратор платформы');
    await school.openByMenu('Администрирование', 'Роли');
    await school.window('Роли').getByRole('button', { name: 'Изменить роль «Учитель»' }).click();
    const editor = school.window('Роль «Учитель»');
    await editor.getByRole('button', { name: 'Сферум' }).click();
    await editor.getByRole('switch', { name: /Создание онлайн-урока/ }).click();
    await screenshot(school.page, 'roles');
    await editor.getByRole('button', { name: 'Сохранить' }).click();
    await editor.waitFor({ state: 'detached' });
    await school.logOut();

    await school.logIn(nameOf(cast.teacher));
    const journal = await openLesson(school, cast.lesson);
    await journal.getByRole('button', { name: 'Завершить онлайн-урок' }).waitFor();
    expect(await journal.getByRole('button', { name: 'Создать онлайн-урок' }).count()).to.equal(0);
    const refused = await school.page.evaluate(async (lessonId) => {
      const response = await fetch(`/host/lessons/${lessonId}/buttons/sferum.lesson.create`, { method: 'POST' });
      return { status: response.status, body: (await response.json()) as { error: { code: string } } };
    }, cast.lesson.id);
    expect(refused.status).to.equal(403);
    expect(refused.body.error.code).to.equal('SFERUM_RIGHT_MISSING');
  });
});

function chooseCast(roster: Roster): Cast {
  const people = new Map(roster.people.map((person) => [person.id, person]));
  const person = (id: string | undefined): RosterPerson => {
    const found = id === undefined ? undefined : people.get(id);
    if (found === undefined) throw new Error(`the school has no ${id}`);
    return found;
  };
  const [from, to] = roster.classes.filter(({ name }) => name.startsWith('5'));
  const administrator = roster.employees.find(({ positionTypes }) => positionTypes.includes('administration'));
  const soleParents = (studentId: string): string[] =>
    roster.guardianships
      .filter((tie) => tie.studentId === studentId)
      .map((tie) => tie.guardianId)
      .filter((id) => roster.guardianships.filter((tie) => tie.guardianId === id).length === 1);
  const pupilId = roster.classMembers.find(
    ({ classId, studentId }) => classId === from?.id && soleParents(studentId).length > 0,
  )?.studentId;
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: roster.organizations[0]?.timeZone ?? 'UTC' });
  const lesson = roster.lessons.find(
    ({ startsAt, teacherId }) =>
      today.format(startsAt) === today.format(new Date()) &&
      teacherId !== undefined &&
      teacherId !== administrator?.personId,
  );
  if (from === undefined || to === undefined || lesson === undefined) throw new Error('the school is not as expected');
  return {
    administrator: person(administrator?.personId),
    pupil: person(pupilId),
    parent: person(soleParents(pupilId ?? '')[0]),
    from: from.name,
    to: to.name,
    teacher: person(lesson.teacherId),
    lesson,
  };
}

function nameOf({ familyName, givenName, middleName }: RosterPerson): string {
  return [familyName, givenName, middleName].filter((part) => part !== undefined).join(' ');
}

/** As the messenger writes names. */
function messengerName({ givenName, familyName }: RosterPerson): string {
  return `${givenName} ${familyName}`;
}

/** An online lesson begins until its lesson ends, and a test runs at any hour. */
async function lastsFromNow(host: ReferenceHost, lesson: Roster['lessons'][number]): Promise<void> {
  const client = new pg.Client(host.connectionString);
  await client.connect();
  try {
    const endsAt = `greatest(ends_at, now() + interval '40 minutes')`;
    const { rowCount } = await client.query(`update eschool.lesson set ends_at = ${endsAt} where id = $1`, [lesson.id]);
    expect(rowCount, 'the lesson is there').to.equal(1);
  } finally {
    await client.end();
  }
}

type Button = ReturnType<Page['getByRole']>;

async function openLesson(school: SchoolPage, lesson: Roster['lessons'][number]): Promise<Button> {
  await school.shortcut('Журнал на урок').click();
  const journal = school.window('Журнал на урок');
  const time = new Intl.DateTimeFormat('ru-RU', { timeZone: 'Europe/Moscow', timeStyle: 'short' }).format(
    lesson.startsAt,
  );
  await journal
    .getByRole('button', { name: new RegExp(`${time}[^]*${lesson.subject}|${lesson.subject}[^]*${time}`) })
    .first()
    .click();
  await journal.getByRole('toolbar', { name: 'Действия урока' }).waitFor();
  return journal;
}

async function expectDisabled(button: Button): Promise<void> {
  await button.waitFor();
  expect(await button.isDisabled()).to.equal(true);
}

async function waitEnabled(button: Button): Promise<void> {
  await button.and(button.page().locator(':enabled')).waitFor({ timeout: 15_000 });
}
