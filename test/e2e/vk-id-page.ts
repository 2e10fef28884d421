import type { Locator, Page } from 'playwright-core';

/** VK ID's sign-in pages, as the stand-in shows them, one method per page. */
export class VkIdPage {
  constructor(private readonly page: Page) {}

  heading(title: string): Locator {
    return this.page.getByRole('heading', { level: 1, name: title, exact: true });
  }

  /** What is wrong with what was typed. */
  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  async givePhone(phone: string): Promise<void> {
    await this.heading('Вход с VK ID').waitFor();
    await this.page.getByLabel('Номер телефона').fill(phone);
    await this.goOn();
  }

  async givePassword(password: string): Promise<void> {
    await this.heading('Введите пароль').waitFor();
    await this.page.getByLabel('Пароль', { exact: true }).fill(password);
    await this.goOn();
  }

  /** @param code another one than the SMS has */
  async giveCode(code?: string): Promise<void> {
    await this.heading('Подтвердите номер').waitFor();
    await this.page.getByLabel('Код из SMS').fill(code ?? (await this.sms()));
    await this.goOn();
  }

  /** The code that the SMS would bring. */
  async sms(): Promise<string> {
    return this.page.locator('code').innerText();
  }

  async chooseProfile(kind: 'Учебный профиль' | 'Основной профиль'): Promise<void> {
    await this.heading('Выберите профиль').waitFor();
    await this.page.getByRole('radio', { name: new RegExp(kind) }).check();
    await this.goOn();
  }

  async fillAbout(about: { givenName: string; familyName: string; role: string; school: string }): Promise<void> {
    await this.heading('Информация о себе').waitFor();
    await this.page.getByLabel('Имя', { exact: true }).fill(about.givenName);
    await this.page.getByLabel('Фамилия').fill(about.familyName);
    await this.page.getByLabel('Кто вы').selectOption({ label: about.role });
    await this.page.getByLabel('Образовательная организация').fill(about.school);
    await this.goOn();
  }

  async confirmData(): Promise<void> {
    await this.heading('Проверьте данные').waitFor();
    await this.goOn();
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('button', { name: 'Отменить' }).click();
  }

  /** From the phone to the end, for an account with a learning profile. */
  async signIn({ phone, password }: { phone: string; password: string }): Promise<void> {
    await this.givePhone(phone);
    await this.givePassword(password);
    await this.giveCode();
    await this.chooseProfile('Учебный профиль');
    await this.confirmData();
  }

  async goOn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Продолжить', exact: true }).click();
  }
}
