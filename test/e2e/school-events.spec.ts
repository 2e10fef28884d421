import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import pg from 'pg';
import type { Locator } from 'playwright-core';

import { startReferenceHost, type ReferenceHost } from '../../fixtures/host/reference-host.js';
import type { Roster, RosterPerson } from '../../fixtures/host/roster/roster.js';
import { wholeSchool } from '../../fixtures/school/whole-school.js';
import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { ChatsPage } from './chats-page.js';
import { MessengerState } from './messenger-state.js';
import { SchoolPage } from './school-page.js';

/** Every event of the enrolment stream, made by hand in the host's windows, arrives on the messenger's side. */
describe('what the school’s office changes', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  browser.allow(/status of 40[139]/);

  let folder: string;
  let host: ReferenceHost;
  let messenger: MessengerState;
  let roster: Roster;
  let school: SchoolPage;
  let administrator: RosterPerson;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sferum-events-'));
    roster = await wholeSchool(new Date());
    host = await startReferenceHost({ port: 0, vkPort: 0, dataFolder: folder, durable: false, linked: 1 });
    messenger = new MessengerState(host.vkUrl);
    const [first] = roster.employees
      .filter(({ positionTypes }) => positionTypes.includes('administration'))
      .map(({ personId }) => personId)
      .sort();
    administrator = personOf(first);
    school = new SchoolPage(await browser.newPage(), host.url);
    await school.logIn(nameOf(administrator));
    const registry = await school.openRegistry();
    await registry.getByText(/Чаты обновлены/).waitFor({ timeout: 60_000 });
    await school.close(registry);
  });
  after(async () => {
    await host?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function personOf(id: string | undefined): RosterPerson {
    const found = roster.people.find((person) => person.id === id);
    if (found === undefined) throw new Error(`nobody is ${id ?? 'undefined'}`);
    return found;
  }

  function pupilsOf(className: string): readonly RosterPerson[] {
    const { id } = roster.classes.find(({ name }) => name === className) ?? {};
    return roster.classMembers.filter(({ classId }) => classId === id).map(({ studentId }) => personOf(studentId));
  }

  function teacherOf(className: string): RosterPerson {
    return personOf(roster.classes.find(({ name }) => name === className)?.classTeacherId);
  }

  function parentsOf(pupils: readonly RosterPerson[]): readonly RosterPerson[] {
    const ids = new Set(pupils.map(({ id }) => id));
    const parents = roster.guardianships.filter(({ studentId }) => ids.has(studentId));
    return [...new Set(parents.map(({ guardianId }) => guardianId))].map(personOf);
  }

  /** Everybody once, as a chat has them. */
  function together(...people: readonly RosterPerson[]): readonly RosterPerson[] {
    return [...new Map([administrator, ...people].map((person) => [person.id, person])).values()];
  }

  async function open(title: string): Promise<Locator> {
    await school.openByMenu('Реестры', title);
    return school.window(title);
  }

  async function events(): Promise<readonly string[]> {
    const client = new pg.Client(host.connectionString);
    await client.connect();
    try {
      const { rows } = await client.query<{ kind: string }>(
        `select body->>'kind' as kind from eschool.event where stream = 'enrollment' order by position`,
      );
      return rows.map(({ kind }) => kind);
    } finally {
      await client.end();
    }
  }

  it('gives a class another class teacher', async () => {
    const classes = await open('Классы');
    await classes.getByRole('button', { name: 'Руководитель: 1А', exact: true }).waitFor();
    await screenshot(school.page, 'host-classes');
    await expectNoAxeViolations(school.page, 'classes');
    const teacher = teacherOf('2А');
    await classes.getByRole('button', { name: 'Руководитель: 1А', exact: true }).click();
    const dialog = school.page.getByRole('dialog', { name: 'Руководитель 1А', exact: true });
    const option = dialog.getByRole('option', { name: new RegExp(`^${nameOf(teacher)}`) });
    await dialog.getByLabel('Учитель').selectOption((await option.getAttribute('value')) ?? '');
    await dialog.getByRole('button', { name: 'Назначить' }).click();
    await dialog.waitFor({ state: 'detached' });
    await messenger.settled({ 'Классный чат 1А': together(teacher, ...pupilsOf('1А')) });
    await messenger.administered('Классный чат 1А', together(teacher));
  });

  it('renames a class, and its chats with it', async () => {
    const classes = school.window('Классы');
    await classes.getByRole('button', { name: 'Переименовать: 1Б', exact: true }).click();
    const dialog = school.page.getByRole('dialog', { name: 'Переименовать 1Б', exact: true });
    await dialog.getByLabel('Название').fill('1Ю');
    await dialog.getByRole('button', { name: 'Переименовать' }).click();
    await dialog.waitFor({ state: 'detached' });
    await messenger.settled({ 'Классный чат 1Ю': together(teacherOf('1Б'), ...pupilsOf('1Б')) });
  });

  it('opens a class, which gets its chats, and closes it, which archives them', async () => {
    const classes = school.window('Классы');
    await classes.getByRole('button', { name: 'Открыть класс' }).click();
    const dialog = school.page.getByRole('dialog', { name: 'Открыть класс', exact: true });
    await dialog.getByLabel('Название').fill('0К');
    await dialog.getByRole('button', { name: 'Открыть', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await messenger.settled({ 'Классный чат 0К': together(), 'Родительский чат 0К': together() });
    await classes.getByRole('button', { name: 'Закрыть: 0К', exact: true }).click();
    await school.page.getByRole('button', { name: 'Закрыть класс', exact: true }).click();
    await messenger.titled(/^Классный чат 0К \(\d{4}\/\d\d\)$/);
  });

  it('gives a pupil another parent, and takes one away', async () => {
    const pupil = pupilsOf('3А')[0];
    if (pupil === undefined) throw new Error('3А is empty');
    const parents = parentsOf(pupilsOf('3А'));
    const stranger = parentsOf(pupilsOf('11А')).find(({ id }) => !parents.some((parent) => parent.id === id));
    if (stranger === undefined) throw new Error('nobody is a parent of 11А only');
    const students = await open('Ученики');
    await students.getByRole('searchbox', { name: 'Поиск ученика' }).fill(nameOf(pupil));
    await students.getByRole('button', { name: `Родители: ${nameOf(pupil)}`, exact: true }).click();
    const dialog = school.page.getByRole('dialog', { name: 'Родители', exact: true });
    await dialog.getByLabel('Добавить родителя').fill(nameOf(stranger));
    await dialog.getByRole('button', { name: `Добавить: ${nameOf(stranger)}`, exact: true }).click();
    await dialog.getByRole('button', { name: `Убрать: ${nameOf(stranger)}`, exact: true }).waitFor();
    await screenshot(school.page, 'host-guardians');
    const chat = 'Родительский чат 3А';
    await messenger.settled({ [chat]: together(teacherOf('3А'), ...parents, stranger) });
    await dialog.getByRole('button', { name: `Убрать: ${nameOf(stranger)}`, exact: true }).click();
    await messenger.settled({ [chat]: together(teacherOf('3А'), ...parents) });
    await dialog.getByRole('button', { name: 'Готово' }).click();
    await school.close(students);
  });

  it('changes a group’s pupils and teacher, and its subject chat follows', async () => {
    const group = roster.groups[0];
    if (group === undefined) throw new Error('there is no group');
    const chats = new ChatsPage(school);
    await school.openRegistry();
    await chats.action('Добавить').click();
    await chats.addition.getByLabel('Наименование чата').fill('Предмет группы');
    await chats.addition.getByLabel('Тип чата').selectOption({ label: 'Предмет' });
    await chats.addition.getByLabel('Предмет/Группа (Класс)').fill(group.name);
    await school.page
      .getByRole('option', { name: new RegExp(group.name) })
      .first()
      .click();
    await chats.addition.getByRole('button', { name: 'Сохранить' }).click();
    await chats.addition.waitFor({ state: 'detached' });
    const pupils = roster.groupMembers.filter(({ groupId }) => groupId === group.id);
    const people = pupils.map(({ studentId }) => personOf(studentId));
    await messenger.settled({ 'Предмет группы': together(personOf(group.teacherId), ...people) });
    await school.close(chats.registry);
    const groups = await open('Учебные группы');
    await groups.getByRole('button', { name: `Состав: ${group.name}`, exact: true }).click();
    const members = school.page.getByRole('dialog', { name: `Состав группы ${group.name}`, exact: true });
    const leaving = people[0];
    if (leaving === undefined) throw new Error('the group is empty');
    await members.getByRole('checkbox', { name: new RegExp(`^${nameOf(leaving)}`) }).uncheck();
    await screenshot(school.page, 'host-group-members');
    await expectNoAxeViolations(school.page, 'a group’s members');
    await members.getByRole('button', { name: 'Сохранить состав' }).click();
    await members.waitFor({ state: 'detached' });
    await messenger.settled({ 'Предмет группы': together(personOf(group.teacherId), ...people.slice(1)) });
    await groups.getByRole('button', { name: `Учитель: ${group.name}`, exact: true }).click();
    const dialog = school.page.getByRole('dialog', { name: `Учитель группы ${group.name}`, exact: true });
    await dialog.getByLabel('Учитель').selectOption('');
    await dialog.getByRole('button', { name: 'Назначить' }).click();
    await messenger.settled({ 'Предмет группы': together(...people.slice(1)) });
    await school.close(groups);
  });

  it('changes somebody’s position, and the teachers’ chat follows', async () => {
    const teacher = personOf(
      roster.employees.find(
        ({ personId, positionTypes }) => positionTypes.join() === 'teaching' && personId !== administrator.id,
      )?.personId,
    );
    const employees = await open('Сотрудники');
    await employees.getByRole('searchbox', { name: 'Поиск сотрудника' }).fill(nameOf(teacher));
    await employees.getByRole('button', { name: `Должность: ${nameOf(teacher)}`, exact: true }).click();
    const dialog = school.page.getByRole('dialog', { name: 'Должность', exact: true });
    await dialog.getByLabel('Тип должности').selectOption({ label: 'Другие сотрудники' });
    await dialog.getByRole('button', { name: 'Изменить' }).click();
    await dialog.waitFor({ state: 'detached' });
    const staff = roster.employees
      .filter(({ positionTypes }) => positionTypes.some((type) => type !== 'other'))
      .map(({ personId }) => personOf(personId))
      .filter(({ id }) => id !== teacher.id);
    await messenger.settled({ 'Учительский чат': together(...staff) });
    await school.close(employees);
  });

  it('turns the school year: last year’s chats go into the archive, this year’s are made', async () => {
    const classes = school.window('Классы');
    await classes.getByRole('button', { name: 'Новый учебный год…' }).click();
    const dialog = school.page.getByRole('dialog', { name: 'Новый учебный год', exact: true });
    await dialog.getByLabel('Что будет с классом 11А').waitFor();
    await screenshot(school.page, 'host-school-year');
    await expectNoAxeViolations(school.page, 'the new school year');
    await dialog.getByRole('button', { name: 'Начать учебный год' }).click();
    await dialog.waitFor({ state: 'detached', timeout: 60_000 });
    await messenger.titled(/^Классный чат 5А \(\d{4}\/\d\d\)$/);
    await messenger.settled({ 'Классный чат 6А': together(teacherOf('5А'), ...pupilsOf('5А')) });
    const registry = await school.openRegistry();
    await registry.getByRole('combobox', { name: 'Состояние чата' }).selectOption({ label: 'В архиве' });
    // The archive is longer than the window, and only rows in sight are drawn; cells that were are kept, hidden.
    const chats = new ChatsPage(school);
    await chats.find('Классный чат 5А');
    await registry
      .locator('vaadin-grid-cell-content:visible')
      .getByRole('button', { name: /^Классный чат 5А \(/ })
      .first()
      .click();
    const archived = school.page.getByRole('dialog', { name: /^Классный чат 5А \(/ });
    await archived.getByText('Чат в архиве').waitFor();
    await screenshot(school.page, 'chat-archived');
    await expectNoAxeViolations(school.page, 'an archived chat');
    await archived.getByRole('button', { name: 'Продолжить этот чат' }).click();
    await school.page.getByRole('button', { name: 'Да', exact: true }).click();
    await school.page.getByText('Чат снова действует.').waitFor();
    await chats.school.close(school.page.getByRole('dialog', { name: 'Классный чат 6А', exact: true }));
  });

  it('told the plugin of every kind of event', async () => {
    const kinds = new Set(await events());
    expect([...kinds]).to.include.members([
      ...['class.teacher-changed', 'class.renamed', 'class.opened', 'class.closed'],
      ...['guardian.added', 'guardian.removed', 'group.members-changed', 'group.teacher-changed'],
      ...['employee.position-changed', 'school-year.turned'],
    ]);
  });
});

function nameOf({ familyName, givenName, middleName }: RosterPerson): string {
  return [familyName, givenName, middleName].filter((part) => part !== undefined).join(' ');
}
