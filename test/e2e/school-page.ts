import { type Locator, type Page } from 'playwright-core';

/** The reference host's desktop, as a person at the keyboard sees it. */
export class SchoolPage {
  constructor(
    readonly page: Page,
    private readonly url: string,
  ) {}

  async logIn(name: string): Promise<void> {
    await this.page.goto(this.url);
    await this.page.getByRole('searchbox', { name: 'Поиск человека' }).fill(name);
    await this.page
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .first()
      .click();
    await this.page.getByRole('button', { name: 'Пуск' }).waitFor();
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Выйти' }).click();
    await this.page.getByRole('searchbox', { name: 'Поиск человека' }).waitFor();
  }

  shortcut(title: string): Locator {
    const shortcuts = this.page.getByRole('navigation', { name: 'Ярлыки' });
    return shortcuts
      .getByRole('button', { name: title, exact: true })
      .or(shortcuts.getByRole('link', { name: title, exact: true }));
  }

  window(title: string): Locator {
    return this.page.getByRole('dialog', { name: title, exact: true });
  }

  async openByMenu(...path: string[]): Promise<void> {
    await this.page.getByRole('button', { name: 'Пуск' }).click();
    for (const title of path) await this.page.getByRole('menuitem', { name: title, exact: true }).click();
  }

  async close(window: Locator): Promise<void> {
    await window.getByRole('button', { name: 'Закрыть окно' }).click();
    await window.waitFor({ state: 'detached' });
  }

  /** «Настройки организации»: chooses the chat administrator. */
  async chooseChatAdministrator(name: string): Promise<void> {
    await this.openByMenu('Администрирование', 'Настройки организации');
    const settings = this.window('Настройки организации');
    await settings.getByRole('button', { name: 'Выбрать: Администратор чатов «Сферум»' }).click();
    const registry = this.window('Администраторы');
    await registry.getByRole('radio', { name: new RegExp(name) }).check();
    await registry.getByRole('button', { name: 'Выбрать', exact: true }).click();
    await settings.getByRole('button', { name: 'Сохранить' }).click();
    await this.page
      .getByRole('status')
      .filter({ hasText: /сохран/i })
      .first()
      .waitFor();
    await this.close(settings);
  }

  /** From the shortcut through VK ID (account with a learning profile) and back, until the link is kept. */
  async linkAccount(phone: string, password: string): Promise<void> {
    await this.shortcut('Привязать аккаунт к Сферум').click();
    const authorization = this.window('Авторизация в Сферум');
    await authorization.getByRole('button', { name: 'Привязать учебный аккаунт VK ID' }).click();
    await this.signInAtVk(phone, password);
    await authorization.getByRole('button', { name: 'Привязать', exact: true }).click();
    await authorization.getByRole('button', { name: 'Перейти в Сферум' }).waitFor();
    await this.close(authorization);
  }

  private async signInAtVk(phone: string, password: string): Promise<void> {
    const { page } = this;
    const goOn = page.getByRole('button', { name: 'Продолжить', exact: true });
    await page.getByLabel('Номер телефона').fill(phone);
    await goOn.click();
    await page.getByLabel('Пароль', { exact: true }).fill(password);
    await goOn.click();
    const code = await page.locator('code').innerText();
    await page.getByLabel('Код из SMS').fill(code);
    await goOn.click();
    await page.getByRole('radio', { name: /Учебный профиль/i }).check();
    await goOn.click();
    await goOn.click();
  }

  /** Registry «Сферум», tab «Чаты». */
  async openRegistry(): Promise<Locator> {
    await this.shortcut('Сферум').click();
    return this.window('Сферум');
  }
}
