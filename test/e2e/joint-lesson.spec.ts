import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';

import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { ConferencesPage } from './conferences-page.js';
import { MessengerState } from './messenger-state.js';
import { NoonSchool } from './noon-school.js';
import type { SchoolPage } from './school-page.js';

const SUBJECT = 'Астрономия';
const TITLE = 'Онлайн-урок: Астрономия, 5А, 6А';
const CREATE = 'Создать онлайн-урок';
const CONNECT = 'Подключиться к онлайн-уроку';
const END = 'Завершить онлайн-урок';

describe('an online lesson for parallel classes, in the browser', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  browser.allow(/status of 40[1349]/);

  let school: NoonSchool;
  let messenger: MessengerState;
  let conferences: ConferencesPage;

  before(async () => {
    school = await NoonSchool.start(browser);
    messenger = new MessengerState(school.host.vkUrl);
    await school.lesson(SUBJECT, '2022a', 'e4', 10);
    await school.lesson(SUBJECT, '2021a', 'e6', 10);
    conferences = new ConferencesPage(await school.signIn('e1'));
    await messenger.titled(/^Классный чат 6А$/);
  });
  after(() => school?.stop());

  const button = (journal: Locator, name: string): Locator => journal.getByRole('button', { name });
  const enabled = (target: Locator): Promise<void> => target.and(target.page().locator(':enabled')).waitFor();
  async function entered(person: SchoolPage, journal: Locator): Promise<string> {
    await enabled(button(journal, CONNECT));
    const [call] = await Promise.all([person.page.waitForEvent('popup'), button(journal, CONNECT).click()]);
    await call.waitForURL(/\/call\/join\//);
    return call.url();
  }
  const join = (page: Page): Locator => page.getByRole('button', { name: 'Присоединить урок' });

  it('joins the lesson of the parallel class in the form, found by its subject', async () => {
    await conferences.open();
    const form = await conferences.add();
    const { page } = conferences.school;
    expect(await join(page).count()).to.equal(0);
    await conferences.chooseChat(form, 'Классный чат 5А');
    await form.getByRole('button', { name: /^Урок/ }).click();
    await conferences.lessons.getByRole('radio', { name: /Астрономия, 5А/ }).check();
    await conferences.lessons.getByRole('button', { name: 'Выбрать', exact: true }).click();
    await join(page).click();
    await conferences.lessons.getByText('Этот урок уже выбран').waitFor();
    expect(await conferences.lessons.getByRole('radio').count()).to.equal(2);
    expect(await conferences.lessons.getByRole('radio', { name: /Астрономия, 5А/ }).isDisabled()).to.equal(true);
    await conferences.lessons.getByRole('radio', { name: /Астрономия, 6А/ }).check();
    await screenshot(page, 'joint-lesson-picker');
    await expectNoAxeViolations(page, 'the lessons to join');
    await conferences.lessons.getByRole('button', { name: 'Выбрать', exact: true }).click();
    await form.getByRole('button', { name: 'Убрать урок: Астрономия, 6А' }).waitFor();
    await form.getByRole('tab', { name: 'Ученики 12' }).waitFor();
    await screenshot(page, 'joint-lesson-form');
    await expectNoAxeViolations(page, 'the form of a joint lesson');
    await conferences.save(form);
    await conferences.line(TITLE).waitFor();
    await conferences.text('вместе с 6А').waitFor();
    await screenshot(page, 'joint-lesson-list');
  });

  it('takes a joined lesson away and brings it back with the keyboard', async () => {
    await conferences.select(TITLE);
    const form = await conferences.editSelected();
    const { page } = conferences.school;
    await form.getByRole('button', { name: 'Убрать урок: Астрономия, 6А' }).focus();
    await page.keyboard.press('Enter');
    await form.getByRole('tab', { name: 'Ученики 6' }).waitFor();
    await join(page).focus();
    await page.keyboard.press('Enter');
    await conferences.lessons.getByRole('radio', { name: /Астрономия, 6А/ }).focus();
    await page.keyboard.press('Space');
    await conferences.lessons.getByRole('button', { name: 'Выбрать', exact: true }).press('Enter');
    await form.getByRole('tab', { name: 'Ученики 12' }).waitFor();
    await form.getByText('Изменений нет.').waitFor();
    await form.getByRole('button', { name: 'Отмена' }).click();
    await form.waitFor({ state: 'detached' });
  });

  it('goes on for the other class when the lesson of one is cancelled in the timetable, and says so', async () => {
    const [head, pupil, other] = await Promise.all(['e1', 'p01', 'p07'].map((id) => school.signIn(id)));
    if (!head || !pupil || !other) throw new Error('nobody signed in');
    const [attended, parallel] = [await school.openLesson(pupil, SUBJECT), await school.openLesson(other, SUBJECT)];
    await head.shortcut('Журнал на урок').click();
    const office = head.window('Журнал на урок');
    await office
      .getByRole('button', { name: /Астрономия/ })
      .filter({ hasText: '5А' })
      .click();
    await button(office, 'Отменить урок').click();
    const question = head.page.getByRole('dialog', { name: 'Отменить урок?' });
    await question.getByRole('button', { name: 'Отменить урок' }).click();
    await attended.getByText('Урок отменён.').waitFor();
    await parallel.getByText(/начнётся/).waitFor();
    await conferences.text('урок отменён, идёт для 6А').waitFor();
    const form = await conferences.editSelected();
    await form.getByText('Урок отменён, онлайн-урок идёт для присоединённых классов.').waitFor();
    await form.getByRole('tab', { name: 'Ученики 6' }).waitFor();
    await screenshot(conferences.school.page, 'joint-lesson-own-off');
    await form.getByRole('button', { name: 'Отмена' }).click();
    await button(office, 'Вернуть урок').click();
    await attended.getByText(/начнётся/).waitFor();
    await conferences.text('вместе с 6А').waitFor();
  });

  it('is begun by one teacher, entered by the pupils of both classes, also from their chat, ended by the other teacher', async () => {
    const [teacher, colleague, pupil, other] = await Promise.all(
      ['e4', 'e6', 'p01', 'p07'].map((id) => school.signIn(id)),
    );
    if (!teacher || !colleague || !pupil || !other) throw new Error('nobody signed in');
    const [led, shared, attended, parallel] = await Promise.all(
      [teacher, colleague, pupil, other].map((person) => school.openLesson(person, SUBJECT)),
    );
    if (!led || !shared || !attended || !parallel) throw new Error('no lesson opened');
    await button(led, CREATE).click();
    const addresses = [
      await entered(pupil, attended),
      await entered(other, parallel),
      await entered(colleague, shared),
    ];
    expect(new Set(addresses).size).to.equal(1);
    expect(await messenger.calls()).to.deep.equal(['active']);
    await screenshot(other.page, 'joint-lesson-pupil');
    const side = await browser.newPage();
    await side.goto(school.host.vkUrl);
    await messenger.signIn(side, 'Мария Белова');
    await side.getByRole('link', { name: /Классный чат 6А/ }).click();
    await side.getByRole('link', { name: 'Присоединиться' }).click();
    expect(side.url()).to.equal(addresses[0]);
    await side.getByRole('button', { name: 'Присоединиться' }).click();
    await side.getByText('1 участник').waitFor();
    await screenshot(side, 'joint-lesson-call');
    await button(shared, END).click();
    const question = colleague.page.getByRole('dialog', { name: `${END}?` });
    await question.getByText('Он общий для нескольких классов').waitFor();
    await screenshot(colleague.page, 'joint-lesson-end');
    await question.getByRole('button', { name: 'Да' }).click();
    await led.getByText('Онлайн-урок завершён.').first().waitFor();
    await side.getByRole('heading', { name: 'Звонок завершён' }).waitFor();
    for (const journal of [attended, parallel]) {
      await journal
        .getByText(/завершён/)
        .first()
        .waitFor();
    }
    expect(await button(parallel, CONNECT).isDisabled()).to.equal(true);
  });

  it('shows itself in a narrow window', async () => {
    const narrow = new ConferencesPage(await school.signIn('e1', 390));
    await school.lesson('Черчение', '2022a', 'e4', 10);
    await school.lesson('Черчение', '2021a', 'e6', 10);
    await narrow.open();
    await narrow.line(TITLE).waitFor();
    const form = await narrow.add();
    const { page } = narrow.school;
    await narrow.chooseChat(form, 'Классный чат 5А');
    for (const [open, lesson] of [
      [form.getByRole('button', { name: /^Урок/ }), /Черчение, 5А/],
      [join(page), /Черчение, 6А/],
    ] as const) {
      await open.click();
      await narrow.lessons.getByRole('radio', { name: lesson }).check();
      await narrow.lessons.getByRole('button', { name: 'Выбрать', exact: true }).click();
    }
    await form.getByRole('button', { name: 'Убрать урок: Черчение, 6А' }).waitFor();
    await expectNoAxeViolations(page, 'the narrow form of a joint lesson');
    await screenshot(page, 'joint-lesson-narrow');
  });
});
