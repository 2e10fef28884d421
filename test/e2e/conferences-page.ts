import { setTimeout as wait } from 'node:timers/promises';

import type { Locator } from 'playwright-core';

import type { SchoolPage } from './school-page.js';

const SAVE_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** Registry «Сферум», tab «Видеоконференции», and the windows that it opens. */
export class ConferencesPage {
  readonly registry: Locator;
  readonly addition: Locator;
  readonly edition: Locator;
  /** Window «Урок из расписания». */
  readonly lessons: Locator;
  readonly question: Locator;

  constructor(readonly school: SchoolPage) {
    this.registry = school.window('Сферум');
    this.addition = school.window('Добавление видеоконференции');
    this.edition = school.window('Редактирование видеоконференции');
    this.lessons = school.page.locator('sferum-lesson-picker');
    this.question = school.page.locator('sferum-conference-list sferum-question');
  }

  async open(): Promise<void> {
    await this.school.openRegistry();
    await this.registry.getByRole('tab', { name: 'Видеоконференции' }).click();
    await this.registry.getByRole('textbox', { name: 'Поиск по названию видеоконференции' }).waitFor();
  }

  action(name: string): Locator {
    const toolbar = this.registry.getByRole('toolbar', { name: 'Действия с видеоконференциями' });
    return toolbar.getByRole('button', { name, exact: true });
  }

  /** Text in the table. */
  text(text: string | RegExp): Locator {
    const cells = this.school.page.locator('sferum-conference-list vaadin-grid-cell-content:visible');
    return cells.getByText(text, { exact: true }).first();
  }

  /** The cell of the table with this title. */
  line(title: string): Locator {
    const titles = this.school.page.getByText(title, { exact: true });
    return this.school.page.locator('sferum-conference-list vaadin-grid-cell-content:visible', { has: titles });
  }

  /** Finds by the whole title, and selects its line once the list is the found one. */
  async select(title: string): Promise<void> {
    const field = this.registry.getByRole('textbox', { name: 'Поиск по названию видеоконференции' });
    const found = this.school.page.waitForResponse((answer) => {
      const { pathname, searchParams } = new URL(answer.url());
      return pathname.endsWith('/api/conferences') && searchParams.get('query') === title;
    });
    await field.fill(title);
    await found;
    const change = this.action('Изменить');
    const deadline = Date.now() + SAVE_LIMIT_MS;
    // A click upon the list as it was before the search is forgotten with that list.
    while (!(await change.isEnabled()) && Date.now() < deadline) {
      await this.line(title).click();
      await wait(LOOK_EVERY_MS);
    }
  }

  join(title: string): Locator {
    return this.registry.getByRole('link', { name: `Перейти в «${title}»` });
  }

  async add(): Promise<Locator> {
    await this.action('Добавить').click();
    await this.addition.getByLabel('Наименование видеоконференции').waitFor();
    return this.addition;
  }

  async editSelected(): Promise<Locator> {
    await this.action('Изменить').click();
    await this.edition.getByLabel('Наименование видеоконференции').waitFor();
    return this.edition;
  }

  /** Chooses by the list of chats below the field. */
  async chooseChat(form: Locator, title: string): Promise<void> {
    await this.box(form, 'Чат').fill(title);
    const choices = this.school.page.locator('vaadin-combo-box-item:visible').filter({ hasText: title });
    await choices.first().click();
  }

  async chooseLesson(form: Locator, day: string, lesson: RegExp): Promise<void> {
    await form.getByRole('button', { name: /^Урок/ }).click();
    const field = this.lessons.getByRole('textbox', { name: 'День' });
    await field.fill(day);
    await field.press('Tab');
    await this.lessons.getByRole('radio', { name: lesson, disabled: false }).first().check();
  }

  box(form: Locator, label: string): Locator {
    return form.getByRole('combobox', { name: new RegExp(`^${label}`) });
  }

  async type(form: Locator, label: string, text: string): Promise<void> {
    await this.box(form, label).fill(text);
    await this.box(form, label).press('Tab');
  }

  /** Picks from the list below the field, which shows what begins like `hour`. */
  async pickTime(form: Locator, label: string, hour: string, time: string): Promise<void> {
    await this.box(form, label).fill(hour);
    await this.school.page.locator('vaadin-combo-box-item:visible').getByText(time, { exact: true }).click();
  }

  /** Picks in the browser's own calendar, which answers through a field of its own. @param day `2026-11-24` */
  async pickDay(form: Locator, day: string): Promise<void> {
    await form.locator('.calendar input').evaluate((field: HTMLInputElement, picked) => {
      field.value = picked;
      field.dispatchEvent(new Event('change'));
    }, day);
  }

  /** Presses «Сохранить» where saving is not the end: the time may overlap other lessons, which asks before. */
  async pressSave(form: Locator, next: Locator): Promise<void> {
    await form.getByRole('button', { name: 'Сохранить', exact: true }).click();
    const heading = this.school.page.getByRole('heading', { name: 'Сохранить видеоконференцию?' });
    await heading.or(next).first().waitFor();
    if (!(await heading.isVisible())) return;
    const asked = this.school.page.locator('sferum-modal').filter({ has: heading });
    await asked.getByRole('button', { name: 'Сохранить', exact: true }).click();
  }

  /** Saves, also when a warning asks before. */
  async save(form: Locator): Promise<void> {
    await form.getByRole('button', { name: 'Сохранить', exact: true }).click();
    const heading = this.school.page.getByRole('heading', { name: 'Сохранить видеоконференцию?' });
    const asked = this.school.page.locator('sferum-modal').filter({ has: heading });
    const deadline = Date.now() + SAVE_LIMIT_MS;
    while ((await form.count()) > 0 && Date.now() < deadline) {
      if (await heading.isVisible()) await asked.getByRole('button', { name: 'Сохранить', exact: true }).click();
      await wait(LOOK_EVERY_MS);
    }
    await form.waitFor({ state: 'detached', timeout: LOOK_EVERY_MS });
  }

  /** What the plugin answers whoever is logged in. */
  async ask<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
    return this.school.page.evaluate(
      async (asked) => {
        const headers = { 'content-type': 'application/json' };
        const content = asked.body === undefined ? {} : { headers, body: JSON.stringify(asked.body) };
        const response = await fetch(`/plugins/sferum${asked.path}`, { method: asked.method, ...content });
        return { status: response.status, body: (await response.json()) as T };
      },
      { method, path, body },
    );
  }
}
