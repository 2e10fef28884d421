import { expect } from 'chai';
import type { Locator } from 'playwright-core';

import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { ConferencesPage } from './conferences-page.js';
import { NoonSchool } from './noon-school.js';
import type { SchoolPage } from './school-page.js';

const CLASS = '2022a';
const SUBJECT = 'Астрономия';
const CREATE = 'Создать онлайн-урок';
const CONNECT = 'Подключиться к онлайн-уроку';
const END = 'Завершить онлайн-урок';
/** Other open windows follow within a second, and the browser needs a moment to show it. */
const FOLLOW_LIMIT_MS = 2_000;

describe('a day with online lessons', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  browser.allow(/status of 40[1349]/);

  let school: NoonSchool;
  let lessonId: string;

  before(async () => {
    school = await NoonSchool.start(browser);
    lessonId = await school.lesson(SUBJECT, CLASS, 'e4', 40);
  });
  after(() => school?.stop());

  const signIn = (id: string, width?: number): Promise<SchoolPage> => school.signIn(id, width);

  /** The lesson, and its online lesson where there is one, begin in so many minutes. */
  async function lessonIn(minutes: number): Promise<void> {
    const times = `now() + $1 * interval '1 minute', ends_at = now() + ($1 + 40) * interval '1 minute'`;
    await school.sql(`update eschool.lesson set starts_at = ${times} where id = $2`, [minutes, lessonId]);
    await school.sql(`update sferum.conference set starts_at = ${times} where lesson_id = $2`, [minutes, lessonId]);
  }

  const button = (journal: Locator, name: string): Locator => journal.getByRole('button', { name });
  const enabled = (target: Locator): Promise<void> =>
    target.and(target.page().locator(':enabled')).waitFor({ timeout: FOLLOW_LIMIT_MS + 10_000 });

  it('shows the lesson’s states to a pupil: not created, planned, counted down, running, over', async () => {
    const [teacher, pupil] = await Promise.all([signIn('e4'), signIn('p01')]);
    const [led, attended] = [await school.openLesson(teacher, SUBJECT), await school.openLesson(pupil, SUBJECT)];
    const connect = button(attended, CONNECT);
    await attended.getByText('ещё не создан').first().waitFor();
    expect(await connect.isDisabled()).to.equal(true);
    expect([await button(attended, CREATE).count(), await button(attended, END).count()]).to.deep.equal([0, 0]);

    await school.sql(
      `insert into sferum.conference (organization_id, kind, title, chat_id, lesson_id, host_id, starts_at, ends_at, created_by)
       select 'school-5', 'lesson', 'Астрономия, 5А', chat_id, $1, 'e4', now(), now() + interval '40 minutes', 'e4'
       from sferum.chat where kind = 'class' and source_id = '${CLASS}'`,
      [lessonId],
    );
    await lessonIn(40);
    await attended
      .getByText(/начнётся в \d\d:\d\d/i)
      .first()
      .waitFor();
    await screenshot(pupil.page, 'lesson-planned');
    await lessonIn(9);
    await attended
      .getByText(/через \d мин/i)
      .first()
      .waitFor();
    await screenshot(pupil.page, 'lesson-soon');
    await expectNoAxeViolations(pupil.page, 'a lesson that begins soon');

    await button(led, CREATE).click();
    await enabled(button(led, CONNECT));
    const shownAt = Date.now();
    await enabled(connect);
    expect(Date.now() - shownAt, 'the pupil’s window follows').to.be.below(FOLLOW_LIMIT_MS);
    await screenshot(pupil.page, 'lesson-now');
    const [call] = await Promise.all([pupil.page.waitForEvent('popup'), connect.click()]);
    await call.waitForURL(/\/call\/join\//);

    await button(led, END).click();
    await teacher.page
      .getByRole('dialog', { name: `${END}?` })
      .getByRole('button', { name: 'Да' })
      .click();
    await led.getByText('Онлайн-урок завершён.').first().waitFor();
    await attended
      .getByText(/завершён/)
      .first()
      .waitFor({ timeout: FOLLOW_LIMIT_MS });
    expect(await connect.isDisabled()).to.equal(true);
    await screenshot(pupil.page, 'lesson-over');
  });

  it('says why an online lesson does not start while deliveries stand still, until when, and whom to ask', async () => {
    const stopped = 'Черчение';
    await school.lesson(stopped, CLASS, 'e4', -5);
    const [teacher, pupil] = [await signIn('e4'), await signIn('p01', 390)];
    const [led, attended] = [await school.openLesson(teacher, stopped), await school.openLesson(pupil, stopped)];
    await school.sql(
      `update sferum.delivery_lane set stop_code = 'vk.9', stop_until = now() + interval '20 minutes',
         due_at = now() + interval '20 minutes'`,
    );
    await button(led, CREATE).click();
    await led
      .getByText(/ещё не начался\..*приостановлена.*Следующая попытка в \d\d:\d\d\. Обратитесь к/)
      .first()
      .waitFor();
    await attended
      .getByText(/ещё не начался\. Следующая попытка в \d\d:\d\d\.$/)
      .first()
      .waitFor();
    await screenshot(teacher.page, 'lesson-standstill');
    await screenshot(pupil.page, 'lesson-standstill-pupil');
    await expectNoAxeViolations(teacher.page, 'a lesson that does not start');
    await school.sql(`update sferum.delivery_lane set stop_code = null, stop_until = null, due_at = now()`);
    await enabled(button(attended, CONNECT));
  });

  it('shows no button to a teacher of another class, nor lets them press one', async () => {
    const stranger = await signIn('e6');
    await stranger.shortcut('Журнал на урок').click();
    const states = await stranger.page.evaluate(async (id) => {
      const view = (await (await fetch(`/host/lessons/${id}`)).json()) as { buttons?: { visible: boolean }[] };
      const pressed = await fetch(`/host/lessons/${id}/buttons/sferum.lesson.create`, { method: 'POST' });
      return { visible: (view.buttons ?? []).filter(({ visible }) => visible).length, status: pressed.status };
    }, lessonId);
    expect(states).to.deep.equal({ visible: 0, status: 409 });
  });

  it('reminds whoever takes part a few minutes before, once, with a way there', async () => {
    await school.sql(
      `insert into sferum.conference (organization_id, kind, title, chat_id, host_id, starts_at, ends_at, created_by)
       select 'school-5', 'call', 'Собрание 5А', chat_id, 'e3', now() + interval '3 minutes',
              now() + interval '40 minutes', 'e3'
       from sferum.chat where kind = 'class' and source_id = '${CLASS}'`,
    );
    const pupil = await signIn('p02');
    const reminder = pupil.page.getByRole('status').filter({ hasText: /Через \d минут.?: Собрание 5А/ });
    await reminder.waitFor();
    await screenshot(pupil.page, 'reminder');
    await expectNoAxeViolations(pupil.page, 'a reminder');
    await reminder.getByRole('button', { name: 'Открыть' }).click();
    await pupil.window('Сферум').getByRole('tab', { name: 'Видеоконференции', selected: true }).waitFor();
    await reminder.waitFor({ state: 'detached' });
    const other = await signIn('p08');
    await other.shortcut('Сферум').waitFor();
    expect(await other.page.getByText('Собрание 5А').count()).to.equal(0);
  });

  it('gives a person the address of their calendar, and takes it back', async () => {
    const conferences = new ConferencesPage(await signIn('p02'));
    await conferences.open();
    await conferences.action('Календарь').click();
    const dialog = conferences.school.page.locator('sferum-calendar-dialog');
    await dialog.getByRole('button', { name: 'Создать адрес' }).click();
    const field = dialog.getByLabel('Адрес календаря');
    const address = await field.inputValue();
    await screenshot(conferences.school.page, 'calendar');
    await expectNoAxeViolations(conferences.school.page, 'the calendar');
    const calendar = await fetch(address);
    expect(await calendar.text()).to.include('SUMMARY:Собрание 5А');
    await dialog.getByRole('button', { name: 'Отключить' }).click();
    await dialog.getByText('Адрес ещё не создан.').waitFor();
    expect((await fetch(address)).status).to.equal(404);
    await conferences.school.page.keyboard.press('Escape');
    await dialog.getByRole('heading').waitFor({ state: 'hidden' });
  });

  it('shows the day’s lessons with their states to the head of studies', async () => {
    for (const width of [1280, 390]) {
      const head = await signIn('e1', width);
      await head.openByMenu('Реестры', 'Сферум: онлайн-уроки сегодня');
      const today = head.window('Онлайн-уроки сегодня');
      await today.getByText(/уроков \d/).waitFor();
      await today.getByRole('textbox', { name: /Поиск по предмету/ }).fill('Астрономия');
      await today
        .getByRole('button', { name: /Астрономия/ })
        .first()
        .waitFor();
      await today.getByText(/^уроков 1 /).waitFor();
      await today.getByText('Завершён', { exact: true }).first().waitFor();
      await today.getByRole('combobox', { name: 'Какие уроки' }).selectOption({ label: 'Запланирован: 0' });
      await today.getByText('Ничего не найдено.').waitFor();
      await today.getByRole('combobox', { name: 'Какие уроки' }).selectOption({ label: 'Завершён: 1' });
      await today
        .getByRole('button', { name: /Астрономия/ })
        .first()
        .waitFor();
      await screenshot(head.page, `lessons-today-${width}`);
      await expectNoAxeViolations(head.page, `lessons of today at ${width}`);
      await today.getByRole('textbox', { name: /Поиск по предмету/ }).fill('Такого нет');
      await today.getByText('Ничего не найдено.').waitFor();
    }
  });
});
