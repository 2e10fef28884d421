import type { Locator, Page } from 'playwright-core';

import type { SchoolPage } from './school-page.js';

/** Window «Привязки учётных записей». */
export class LinksPage {
  readonly window: Locator;

  constructor(readonly school: SchoolPage) {
    this.window = school.window('Привязки учётных записей');
  }

  async open(): Promise<void> {
    await this.school.openByMenu('Реестры', 'Сферум: привязки учётных записей');
    await this.window.getByRole('tab', { name: 'Люди' }).waitFor();
  }

  person(name: string): Locator {
    // The grid keeps rows that it does not show.
    return this.window.getByText(name, { exact: true }).filter({ visible: true });
  }

  async filter(label: 'Роль' | 'Класс' | 'Состояние', option: string): Promise<void> {
    await this.window.getByRole('combobox', { name: label, exact: true }).selectOption({ label: option });
  }

  async find(name: string): Promise<void> {
    await this.window.getByRole('textbox', { name: 'Поиск по имени' }).fill(name);
  }

  /** The list for paper, in its own tab. */
  async print(): Promise<Page> {
    const button = this.window.getByRole('button', { name: 'Печать', exact: true });
    const [printed] = await Promise.all([this.school.page.waitForEvent('popup'), button.click()]);
    await printed.getByRole('heading', { level: 1 }).waitFor();
    return printed;
  }
}
