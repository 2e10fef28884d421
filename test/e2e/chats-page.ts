import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';

import type { SchoolPage } from './school-page.js';

const TABS_LIMIT = 60;

/** Registry «Сферум», tab «Чаты», and the windows that it opens. */
export class ChatsPage {
  readonly registry: Locator;
  readonly addition: Locator;
  readonly edition: Locator;
  /** Window «Сотрудники», «Ученики» or «Родители». */
  readonly picker: Locator;
  readonly warning: Locator;

  constructor(
    readonly school: SchoolPage,
    private readonly page: Page = school.page,
  ) {
    this.registry = school.window('Сферум');
    this.addition = school.window('Добавление чата');
    this.edition = school.window('Редактирование чата');
    this.picker = page.locator('sferum-person-picker');
    this.warning = page
      .locator('sferum-modal')
      .filter({ has: page.getByRole('heading', { name: 'Не все участники привязали аккаунт' }) });
  }

  action(name: string): Locator {
    return this.registry.getByRole('toolbar', { name: 'Действия с чатами' }).getByRole('button', { name, exact: true });
  }

  chat(title: string): Locator {
    return this.registry.getByRole('button', { name: title, exact: true });
  }

  /** Types into the search and waits until the list answers it. */
  async find(query: string): Promise<void> {
    const search = this.registry.getByRole('textbox', { name: 'Поиск по названию чата' });
    if ((await search.inputValue()) === query) return;
    const answered = this.page.waitForResponse((response) => {
      const { pathname, searchParams } = new URL(response.url());
      return pathname.endsWith('/api/chats') && (searchParams.get('query') ?? '') === query;
    });
    await search.fill(query);
    await answered;
  }

  /** Finds the chat by its whole title and selects its line. */
  async select(title: string): Promise<void> {
    await this.find(title);
    const named = this.page.getByRole('button', { name: title, exact: true });
    const line = this.page.locator('sferum-chat-list vaadin-grid-cell-content:visible').filter({ has: named });
    await line.waitFor();
    // Beside the title, which would open the chat.
    await line.click({ position: { x: 2, y: 2 } });
    await this.action('Открыть').and(this.page.locator(':not([disabled])')).waitFor();
  }

  async editSelected(): Promise<Locator> {
    await this.action('Изменить').click();
    await this.edition.getByLabel('Наименование чата').waitFor();
    return this.edition;
  }

  /** In the window of a chat: tab, «Добавить», check boxes, «Выбрать». */
  async pick(form: Locator, tab: string, names: readonly string[]): Promise<void> {
    await form.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
    await form.getByRole('tabpanel').getByRole('button', { name: 'Добавить', exact: true }).click();
    await this.picker.getByRole('heading', { name: tab, exact: true }).waitFor();
    for (const name of names) {
      await this.picker.getByRole('textbox').fill(name);
      await this.picker.getByRole('checkbox', { name, exact: true }).check();
    }
    await this.picker.getByRole('button', { name: 'Выбрать', exact: true }).click();
    for (const name of names) await form.getByText(name, { exact: true }).waitFor();
  }

  /** Presses Tab until this has the focus. */
  async tabTo(target: Locator): Promise<void> {
    const focused = target.and(this.page.locator(':focus'));
    for (let pressed = 0; pressed < TABS_LIMIT && (await focused.count()) === 0; pressed += 1) {
      await this.page.keyboard.press('Tab');
    }
    expect(await focused.count(), `Tab reaches ${String(target)}`).to.equal(1);
  }

  /** What the plugin answers whoever is logged in. */
  async ask<T>(method: string, path: string): Promise<{ status: number; body: T }> {
    return this.page.evaluate(
      async (asked) => {
        const response = await fetch(`/plugins/sferum${asked.path}`, { method: asked.method });
        return { status: response.status, body: (await response.json()) as T };
      },
      { method, path },
    );
  }
}
