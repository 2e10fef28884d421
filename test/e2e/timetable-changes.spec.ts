import { expect } from 'chai';
import type { Locator } from 'playwright-core';

import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { ConferencesPage } from './conferences-page.js';
import { MessengerState } from './messenger-state.js';
import { NoonSchool } from './noon-school.js';
import type { SchoolPage } from './school-page.js';

const SUBJECT = 'Астрономия';
const TITLE = 'Онлайн-урок: Астрономия, 5А';
const CREATE = 'Создать онлайн-урок';
const CONNECT = 'Подключиться к онлайн-уроку';
const MINUTE_MS = 60_000;
/** Other open windows follow within a second; the browser needs a moment to show it. */
const FOLLOW_LIMIT_MS = 3_000;

describe('the timetable changes while an online lesson is planned', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  browser.allow(/status of 40[1349]/);

  let school: NoonSchool;
  let conferences: ConferencesPage;
  let office: Locator;
  let pupil: Locator;
  let pupilPage: SchoolPage;

  before(async () => {
    school = await NoonSchool.start(browser);
    await school.lesson(SUBJECT, '2022a', 'e4', 60);
    await new MessengerState(school.host.vkUrl).titled(/^Классный чат 5А$/);
    conferences = new ConferencesPage(await school.signIn('e1'));
    await conferences.open();
    const form = await conferences.add();
    await conferences.chooseChat(form, 'Классный чат 5А');
    await form.getByRole('button', { name: /^Урок/ }).click();
    await conferences.lessons.getByRole('radio', { name: /Астрономия, 5А/ }).check();
    await conferences.lessons.getByRole('button', { name: 'Выбрать', exact: true }).click();
    await form.getByRole('tab', { name: 'Ученики 6' }).waitFor();
    await conferences.save(form);
    await conferences.line(TITLE).waitFor();
    const director = await school.signIn('e1');
    office = await school.openLesson(director, SUBJECT);
    pupilPage = await school.signIn('p01');
    pupil = await school.openLesson(pupilPage, SUBJECT);
    await pupil.getByText(/начнётся в/).waitFor();
  });
  after(() => school?.stop());

  const button = (journal: Locator, name: string): Locator => journal.getByRole('button', { name, exact: true });
  const ask = (title: string): Locator => office.page().getByRole('dialog', { name: title });
  /** «13:20», so many minutes after now, on the school's clock. */
  const clock = (minutes: number): string => school.clock(new Date(Date.now() + minutes * MINUTE_MS));
  async function shown(what: Locator): Promise<void> {
    await what.first().waitFor({ timeout: FOLLOW_LIMIT_MS });
  }

  it('moves along: everybody’s open windows show the new time', async () => {
    const [from, to] = [clock(120), clock(160)];
    await button(office, 'Перенести').click();
    const dialog = ask('Перенести урок');
    await screenshot(office.page(), 'timetable-move');
    await expectNoAxeViolations(office.page(), 'moving a lesson');
    await dialog.getByLabel('Начало').fill(from);
    await dialog.getByLabel('Конец').fill(to);
    await dialog.getByRole('button', { name: 'Перенести' }).click();
    await dialog.waitFor({ state: 'detached' });
    await shown(pupil.getByText(`Онлайн-урок начнётся в ${from}.`));
    await shown(conferences.text(new RegExp(from)));
    await shown(conferences.text(to));
  });

  it('goes to the new teacher, who leads it; the old one does not', async () => {
    const [old, substitute] = await Promise.all(['e4', 'e6'].map((id) => school.signIn(id)));
    if (old === undefined || substitute === undefined) throw new Error('nobody signed in');
    const before = await school.openLesson(old, SUBJECT);
    await button(before, CREATE).waitFor();
    await button(office, 'Заменить учителя').click();
    const dialog = ask(`Замена: ${SUBJECT}, 5А`);
    await dialog.getByLabel('Учитель').selectOption({ label: school.employee('e6') });
    await dialog.getByRole('button', { name: 'Назначить' }).click();
    await dialog.waitFor({ state: 'detached' });
    await button(before, CREATE).waitFor({ state: 'detached', timeout: FOLLOW_LIMIT_MS });
    await button(await school.openLesson(substitute, SUBJECT), CREATE).waitFor();
    const now = await conferences.ask<{ items: { host?: { personId: string } }[] }>('GET', '/api/conferences');
    expect(now.body.items.map(({ host }) => host?.personId)).to.deep.equal(['e6']);
  });

  it('is cancelled with its lesson, and planned again when the lesson is back', async () => {
    await button(office, 'Отменить урок').click();
    await ask('Отменить урок?').getByRole('button', { name: 'Отменить урок' }).click();
    await shown(pupil.getByText('Урок отменён.'));
    await shown(conferences.text('Отменена'));
    await screenshot(pupilPage.page, 'timetable-cancelled');
    await button(office, 'Вернуть урок').click();
    await shown(conferences.text('Запланирована'));
    await shown(pupil.getByText(/начнётся в/));
    expect(await button(pupil, CONNECT).isDisabled()).to.equal(true);
  });

  it('keeps times set by hand, and shows what the timetable says', async () => {
    await conferences.select(TITLE);
    const form = await conferences.editSelected();
    const byHand = clock(170);
    await conferences.type(form, 'Время окончания', byHand.replace(':', ''));
    await conferences.save(form);
    await shown(conferences.text(byHand));
    const [from, to] = [clock(90), clock(130)];
    await button(office, 'Перенести').click();
    const dialog = ask('Перенести урок');
    await dialog.getByLabel('Начало').fill(from);
    await dialog.getByLabel('Конец').fill(to);
    await dialog.getByRole('button', { name: 'Перенести' }).click();
    await shown(conferences.text(new RegExp(`^В расписании: .*${from}–${to}$`)));
    expect(await conferences.text(byHand).isVisible()).to.equal(true);
    await screenshot(conferences.school.page, 'timetable-by-hand');
  });

  it('goes when its lesson is taken out of the timetable', async () => {
    await button(office, 'Убрать из расписания').click();
    await ask('Убрать урок из расписания?').getByRole('button', { name: 'Убрать' }).click();
    await shown(conferences.text('Отменена'));
    await office.getByRole('button', { name: /К расписанию/ }).waitFor({ state: 'detached' });
  });

  it('lets nobody but administrators change the timetable', async () => {
    const teacher = await school.signIn('e4');
    await school.lesson('Черчение', '2022a', 'e4', 60);
    const journal = await school.openLesson(teacher, 'Черчение');
    await journal.getByText('Кабинет').waitFor();
    expect(await journal.getByRole('toolbar', { name: 'Расписание урока' }).count()).to.equal(0);
  });
});
