import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';

import { startReferenceHost, type ReferenceHost } from '../../fixtures/host/reference-host.js';
import type { Roster, RosterPerson } from '../../fixtures/host/roster/roster.js';
import { smallSchool } from '../../fixtures/school/whole-school.js';
import { StandClient } from '../../fixtures/vk/stand-client.js';
import { expectNoAxeViolations, screenshot, useBrowser } from '../support/browser.js';
import { ChatsPage } from './chats-page.js';
import { LinksPage } from './links-page.js';
import { MessengerState } from './messenger-state.js';
import { SchoolPage } from './school-page.js';
import { VkIdPage } from './vk-id-page.js';
import { WrittenSecrets } from './written-secrets.js';

/** A person at a browser of their own. */
interface Visit {
  readonly page: Page;
  readonly school: SchoolPage;
  readonly vk: VkIdPage;
  readonly window: Locator;
}

const CHAT = 'Классный чат 6А';
/** Of each kind the first half by id. */
const LINKED = 0.5;
const START = 'Привязать учебный аккаунт VK ID';

describe('linking an account', function () {
  this.timeout(60_000);
  const browser = useBrowser();
  // A person who is not signed in, and links that are refused on purpose, are answered with these.
  browser.allow(/status of 40[139]/);

  let folder: string;
  let host: ReferenceHost;
  let messenger: MessengerState;
  let vkStand: StandClient;
  let written: WrittenSecrets;
  let roster: Roster;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sferum-linking-'));
    roster = await smallSchool(new Date());
    host = await startReferenceHost({
      ...{ port: 0, vkPort: 0, dataFolder: folder, durable: false, linked: LINKED },
      roster: { name: 'small school', load: () => Promise.resolve(roster) },
    });
    messenger = new MessengerState(host.vkUrl);
    vkStand = new StandClient(host.vkUrl);
    written = new WrittenSecrets(host.url);
    await messenger.settled({ [CHAT]: inClassChat() });
  });
  after(async () => {
    await host?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const person = (id: string | undefined): RosterPerson => {
    const found = roster.people.find((one) => one.id === id);
    if (found === undefined) throw new Error(`the school has no ${id}`);
    return found;
  };
  const schoolClass = (name: string): Roster['classes'][number] => {
    const found = roster.classes.find((one) => one.name === name);
    if (found === undefined) throw new Error(`the school has no class ${name}`);
    return found;
  };
  /** The chat administrator, the class teacher, and these. */
  const inClassChat = (...pupils: string[]): RosterPerson[] =>
    [...new Set(['e1', schoolClass('6А').classTeacherId, ...pupils])].map(person);

  const visit = async (id: string, width = 1280): Promise<Visit> => {
    const page = await browser.newPage({ width, height: 800 });
    written.watch(page);
    const school = new SchoolPage(page, host.url);
    await school.logIn(nameOf(person(id)));
    return { page, school, vk: new VkIdPage(page), window: school.window('Авторизация в Сферум') };
  };
  const startLinking = async ({ school, window, vk }: Visit): Promise<void> => {
    await school.shortcut('Привязать аккаунт к Сферум').click();
    await window.getByRole('button', { name: START }).click();
    await vk.heading('Вход с VK ID').waitFor();
  };
  const keep = async ({ window }: Visit): Promise<void> => {
    await window.getByRole('button', { name: 'Привязать', exact: true }).click();
    await window.getByRole('heading', { name: 'Аккаунт привязан' }).waitFor();
  };
  const account = (id: string): Promise<{ phone: string; password: string }> => messenger.account(person(id));

  const callbacks: string[] = [];
  let pupil: Visit;

  it('goes from phone to password to code to profile to data, and names what was typed wrong', async () => {
    pupil = await visit('p07');
    const { page, vk, window } = pupil;
    page.on('request', (request) => {
      if (request.url().includes('/link/callback?')) callbacks.push(request.url());
    });
    const { phone, password } = await account('p07');
    await pupil.school.shortcut('Привязать аккаунт к Сферум').click();
    await window.getByRole('button', { name: START }).waitFor();
    await expectNoAxeViolations(page, 'the window before linking');
    await screenshot(page, 'linking start');
    await window.getByRole('button', { name: START }).click();
    await vk.givePhone('12');
    await vk.alert.getByText('Введите номер целиком').waitFor();
    await expectNoAxeViolations(page, 'the page of the phone');
    await vk.givePhone(phone);

    await vk.givePassword('не тот');
    await vk.alert.getByText('Неверный пароль').waitFor();
    await page.getByRole('link', { name: 'Забыли или не установили пароль?' }).waitFor();
    await expectNoAxeViolations(page, 'the page of the password');
    await vk.givePassword(password);

    const sent = await vk.sms();
    await vk.giveCode(sent === '000000' ? '000001' : '000000');
    await vk.alert.getByText('Неверный код').waitFor();
    await expectNoAxeViolations(page, 'the page of the code');
    await page.getByRole('button', { name: 'Отправить код ещё раз' }).click();
    await vk.giveCode(sent);
    await vk.alert.getByText('Код устарел').waitFor();
    await vk.giveCode();

    await vk.heading('Выберите профиль').waitFor();
    await expectNoAxeViolations(page, 'the page of the profiles');
    await vk.chooseProfile('Учебный профиль');
    await page.getByText('Эти данные будут отображаться на платформе').waitFor();
    await expectNoAxeViolations(page, 'the page of the data');
    await vk.confirmData();
  });

  it('shows both sides before the link is kept, and keeps it', async () => {
    const { page, window } = pupil;
    await window.getByRole('heading', { name: 'Это ваш профиль?' }).waitFor();
    await window.getByText('Белова Мария Игоревна').waitFor();
    await window.getByText('Белова Мария', { exact: true }).waitFor();
    expect(await window.getByText('Проверьте, тот ли это профиль').count()).to.equal(0);
    await expectNoAxeViolations(page, 'the window with both sides');
    await screenshot(page, 'linking both sides');
    await keep(pupil);
    await expectNoAxeViolations(page, 'the window after linking');
    await screenshot(page, 'linking done');
    await pupil.school.shortcut('Перейти в Сферум').waitFor();
    await pupil.school.shortcut('Привязать аккаунт к Сферум').waitFor({ state: 'detached' });
    await messenger.settled({ [CHAT]: inClassChat('p07') });
  });

  it('refuses the address of the return a second time and changes nothing', async () => {
    const { page, window } = pupil;
    await page.goto(callbacks[0] ?? '');
    await window.getByText(/уже использован/).waitFor();
    expect(await window.getByText('Аккаунт не привязан').count()).to.equal(0);
    await window.getByRole('heading', { name: 'Аккаунт привязан' }).waitFor();
    await screenshot(page, 'linking replayed');
  });

  it('unlinks in the steps of the manual: the person leaves the chats there and keeps the place here', async () => {
    const { page, school } = pupil;
    await page.goto(host.url);
    const registry = await school.openRegistry();
    await registry.getByRole('button', { name: 'Отвязать учетную запись', exact: true }).click();
    const unlink = school.window('Отвязка аккаунта от Сферума');
    await unlink.getByText('ваше место в этих чатах сохранится').waitFor();
    await expectNoAxeViolations(page, 'the window of unlinking');
    await screenshot(page, 'unlinking');
    await unlink.getByRole('button', { name: 'Отвязать аккаунт от Сферума', exact: true }).click();
    const question = page.getByRole('alertdialog', { name: 'Отвязать аккаунт от Сферума?' });
    await expectNoAxeViolations(page, 'the question of unlinking');
    await question.getByRole('button', { name: 'Нет' }).click();
    await messenger.settled({ [CHAT]: inClassChat('p07') });
    await unlink.getByRole('button', { name: 'Отвязать аккаунт от Сферума', exact: true }).click();
    await question.getByRole('button', { name: 'Да' }).click();
    await unlink.getByText('Аккаунт отвязан').waitFor();
    await screenshot(page, 'unlinked');
    await messenger.settled({ [CHAT]: inClassChat() });
    await school.shortcut('Привязать аккаунт к Сферум').waitFor();
    await registry.getByRole('button', { name: CHAT, exact: true }).waitFor();
  });

  it('comes back into the chats on linking again, which a known browser makes short', async () => {
    const { page, school, vk, window } = pupil;
    const unlink = school.window('Отвязка аккаунта от Сферума');
    await unlink.getByRole('button', { name: 'Привязать снова' }).click();
    await window.getByRole('button', { name: START }).click();
    await vk.chooseProfile('Учебный профиль');
    await vk.confirmData();
    await keep(pupil);
    await messenger.settled({ [CHAT]: inClassChat('p07') });
    await page.close();
  });

  it('goes back by the browser and by the page, and on from there', async () => {
    const visitor = await visit('p10');
    const { page, vk, window } = visitor;
    const { phone, password } = await account('p10');
    await startLinking(visitor);
    await vk.givePhone((await account('g12')).phone);
    await vk.heading('Введите пароль').waitFor();
    await page.goBack();
    await vk.givePhone(phone);
    await vk.givePassword(password);
    await vk.heading('Подтвердите номер').waitFor();
    await page.getByRole('link', { name: 'Назад' }).click();
    await vk.givePassword(password);
    await vk.giveCode();
    await vk.chooseProfile('Учебный профиль');
    await vk.confirmData();
    await window.getByText('Лазарева Кира', { exact: true }).waitFor();
    await page.goBack();
    await vk.heading('Вход уже завершён').or(window).first().waitFor();
    await page.goto(host.url);
    await visitor.school.shortcut('Привязать аккаунт к Сферум').click();
    await window.getByRole('button', { name: 'Отмена', exact: true }).click();
    await window.getByRole('button', { name: START }).waitFor();
    await page.close();
  });

  it('sets a forgotten password and signs in with it', async () => {
    const visitor = await visit('g15');
    const { page, vk } = visitor;
    await startLinking(visitor);
    await vk.givePhone((await account('g15')).phone);
    await page.getByRole('link', { name: 'Забыли или не установили пароль?' }).click();
    await vk.heading('Новый пароль').waitFor();
    await page.getByLabel('Код из SMS').fill(await vk.sms());
    await page.getByLabel('Новый пароль').fill('совсем новый');
    await expectNoAxeViolations(page, 'the page of a new password');
    await page.getByRole('button', { name: 'Сохранить пароль' }).click();
    await vk.givePassword('совсем новый');
    await vk.giveCode();
    await vk.chooseProfile('Учебный профиль');
    await vk.confirmData();
    await keep(visitor);
    await page.close();
  });

  it('creates a learning profile for an account without one', async () => {
    const visitor = await visit('p08');
    const { page, vk } = visitor;
    const { givenName, familyName } = person('p08');
    const [made] = await vkStand.people([
      ...[{ key: 'without learning profile', givenName, familyName, roles: [], organizationName: '' }].map((one) => ({
        ...one,
        learningProfile: false,
      })),
    ]);
    await startLinking(visitor);
    await vk.givePhone(made?.phone ?? '');
    await vk.givePassword(made?.password ?? '');
    await vk.giveCode();
    await vk.heading('Выберите профиль').waitFor();
    await expectNoAxeViolations(page, 'the page without a learning profile');
    await page.getByRole('button', { name: 'Создать учебный профиль' }).click();
    await vk.heading('Информация о себе').waitFor();
    await expectNoAxeViolations(page, 'the page about oneself');
    await vk.fillAbout({ ...{ givenName, familyName }, role: 'Ученик', school: 'Школа № 5' });
    await keep(visitor);
    await messenger.settled({ [CHAT]: inClassChat('p07', 'p08') });
    await page.close();
  });

  it('creates VK ID and learning profile for somebody without an account', async () => {
    const visitor = await visit('p09');
    const { page, vk } = visitor;
    await startLinking(visitor);
    await vk.givePhone('+7 901 555-01-09');
    await vk.giveCode();
    await vk.fillAbout({ givenName: 'Егор', familyName: 'Климов', role: 'Ученик', school: 'Школа № 5' });
    await vk.heading('Учебный профиль').waitFor();
    await expectNoAxeViolations(page, 'the page of the learning profile');
    await page.getByRole('button', { name: 'Создать учебный профиль' }).click();
    await vk.confirmData();
    await keep(visitor);
    await messenger.settled({ [CHAT]: inClassChat('p07', 'p08', 'p09') });
    await page.close();
  });

  it('says that the sign-in was cancelled, and lets it be tried again', async () => {
    const visitor = await visit('p10');
    const { page, vk, window } = visitor;
    await startLinking(visitor);
    await vk.cancel();
    await window.getByText('Вход в VK ID отменён. Аккаунт не привязан; можно попробовать ещё раз.').waitFor();
    await expectNoAxeViolations(page, 'the window after a cancelled sign-in');
    await screenshot(page, 'linking cancelled');
    await window.getByRole('button', { name: START }).click();
    await vk.heading('Вход с VK ID').waitFor();
    await page.close();
  });

  it('names a mismatch of name and role before the link is kept, and «Отмена» keeps nothing', async () => {
    const visitor = await visit('p10');
    const { page, vk, window } = visitor;
    await startLinking(visitor);
    await vk.signIn(await account('g12'));
    await window.getByText('Лазарева Кира Ильинична').waitFor();
    await window.getByText('Лазарева Алла', { exact: true }).waitFor();
    await window.getByText(/Имя в VK ID отличается от имени/).waitFor();
    await window.getByText(/Роль профиля не подходит/).waitFor();
    await expectNoAxeViolations(page, 'the window with a mismatch');
    await screenshot(page, 'linking mismatch');
    await window.getByRole('button', { name: 'Отмена', exact: true }).click();
    await window.getByRole('button', { name: START }).waitFor();
    await messenger.settled({ [CHAT]: inClassChat('p07', 'p08', 'p09') });
    await page.close();
  });

  it('names a profile without a learning part', async () => {
    const visitor = await visit('p10');
    const { page, vk, window } = visitor;
    const { phone, password } = await account('p10');
    await startLinking(visitor);
    await vk.givePhone(phone);
    await vk.givePassword(password);
    await vk.giveCode();
    await vk.chooseProfile('Основной профиль');
    await vk.confirmData();
    await window.getByText(/У профиля нет учебной части/).waitFor();
    await window.getByRole('button', { name: 'Отмена', exact: true }).click();
    await window.getByRole('button', { name: START }).waitFor();
    await page.close();
  });

  it('names a profile that is linked to somebody else', async () => {
    const visitor = await visit('p10');
    const { page, vk, window } = visitor;
    await startLinking(visitor);
    await vk.signIn(await account('p01'));
    await window.getByRole('button', { name: 'Привязать', exact: true }).click();
    await window.getByText(/Этот профиль VK ID уже привязан к другому человеку/).waitFor();
    await window.getByRole('button', { name: START }).waitFor();
    await screenshot(page, 'linking taken');
    await page.close();
  });

  it('can be done by the keyboard alone', async () => {
    const visitor = await visit('e5');
    const { page, vk, window } = visitor;
    const { phone, password } = await account('e5');
    await tabTo(page, 'Привязать аккаунт к Сферум');
    await page.keyboard.press('Enter');
    await window.getByRole('button', { name: START }).waitFor();
    await tabTo(page, START);
    await page.keyboard.press('Enter');
    await vk.heading('Вход с VK ID').waitFor();
    await page.keyboard.type(phone);
    await page.keyboard.press('Enter');
    await vk.heading('Введите пароль').waitFor();
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await vk.heading('Подтвердите номер').waitFor();
    await page.keyboard.type(await vk.sms());
    await page.keyboard.press('Enter');
    for (const title of ['Выберите профиль', 'Проверьте данные']) {
      await vk.heading(title).waitFor();
      await tabTo(page, 'Продолжить');
      await page.keyboard.press('Enter');
    }
    await window.getByRole('button', { name: 'Привязать', exact: true }).waitFor();
    await tabTo(page, 'Привязать');
    await page.keyboard.press('Enter');
    await window.getByRole('heading', { name: 'Аккаунт привязан' }).waitFor();
    await page.close();
  });

  it('fits a phone: every page of VK ID and every window', async () => {
    const visitor = await visit('p11', 390);
    const { page, school, vk, window } = visitor;
    const { phone, password } = await account('p11');
    const fits = async (name: string, shown = page): Promise<void> => {
      const beyond = await shown.locator('html').evaluate(overflow);
      expect(beyond, `${name}: CSS pixels beyond the screen`).to.be.at.most(0);
      await expectNoAxeViolations(shown, `${name} on a phone`);
      await screenshot(shown, `phone ${name}`);
    };
    await school.shortcut('Привязать аккаунт к Сферум').click();
    await window.getByRole('button', { name: START }).waitFor();
    await fits('authorization');
    await window.getByRole('button', { name: START }).click();
    await vk.heading('Вход с VK ID').waitFor();
    await fits('telephone');
    await vk.givePhone(phone);
    await vk.heading('Введите пароль').waitFor();
    await fits('password');
    await vk.givePassword(password);
    await vk.heading('Подтвердите номер').waitFor();
    await fits('code');
    await vk.giveCode();
    await vk.heading('Выберите профиль').waitFor();
    await fits('profiles');
    await vk.chooseProfile('Учебный профиль');
    await vk.heading('Проверьте данные').waitFor();
    await fits('data');
    await vk.confirmData();
    await window.getByRole('button', { name: 'Привязать', exact: true }).waitFor();
    await fits('both sides');
    await keep(visitor);
    await fits('linked');
    await school.close(window);
    const registry = await school.openRegistry();
    await registry.getByRole('button', { name: 'Отвязать учетную запись', exact: true }).click();
    const unlink = school.window('Отвязка аккаунта от Сферума');
    await unlink.getByRole('button', { name: 'Отвязать аккаунт от Сферума', exact: true }).waitFor();
    await fits('unlinking');
    await page.close();

    const teacher = await visit(schoolClass('6А').classTeacherId ?? '', 390);
    const links = new LinksPage(teacher.school);
    await links.open();
    await links.person('Лазарева Кира Ильинична').waitFor();
    await fits('links', teacher.page);
    await links.window.getByRole('tab', { name: 'По классам' }).click();
    await links.window.getByRole('row', { name: /6А/ }).waitFor();
    await fits('links by class', teacher.page);
    await teacher.page.close();
  });

  it('shows an administrator who has linked, by role, class and state, with counts and a list for paper', async () => {
    const { page, school } = await visit('e1');
    const links = new LinksPage(school);
    await links.open();
    await links.person('Белова Мария Игоревна').waitFor();
    const pupils = roster.classMembers.length;
    await links.window.getByText(`10 из ${pupils}`, { exact: true }).waitFor();
    await expectNoAxeViolations(page, 'the links');
    await screenshot(page, 'links');
    await links.filter('Роль', 'Ученики');
    await links.filter('Класс', '6А');
    await links.filter('Состояние', 'Не привязан');
    await links.person('Лазарева Кира Ильинична').waitFor();
    await links.person('Белова Мария Игоревна').waitFor({ state: 'detached' });
    await links.find('Носова');
    await links.person('Носова Ева Максимовна').waitFor();
    await links.person('Лазарева Кира Ильинична').waitFor({ state: 'detached' });
    await links.find('');
    await links.person('Лазарева Кира Ильинична').waitFor();
    const printed = await links.print();
    expect(await printed.getByRole('row').count()).to.equal(3);
    await printed.getByRole('cell', { name: 'Лазарева Кира Ильинична', exact: true }).waitFor();
    await expectNoAxeViolations(printed, 'the list for paper');
    await screenshot(printed, 'links on paper');
    await printed.close();
    await links.window.getByRole('tab', { name: 'По классам' }).click();
    await links.window.getByRole('row', { name: /6А/ }).getByText('4 из 6', { exact: true }).waitFor();
    await expectNoAxeViolations(page, 'the links by class');
    await screenshot(page, 'links by class');
    await page.close();
  });

  it('shows a class teacher their own class only', async () => {
    const { page, school } = await visit(schoolClass('6А').classTeacherId ?? '');
    const links = new LinksPage(school);
    await links.open();
    await links.person('Лазарева Кира Ильинична').waitFor();
    expect(await links.person('Белов Артём Игоревич').count()).to.equal(0);
    expect(await links.window.getByText('Сотрудники').count()).to.equal(0);
    const printed = await links.print();
    await printed.getByRole('cell', { name: 'Белова Мария Игоревна', exact: true }).waitFor();
    expect(await printed.getByText('Белов Артём').count()).to.equal(0);
    await screenshot(printed, 'links of a class on paper');
    await printed.close();
    const { status } = await new ChatsPage(school).ask('GET', `/api/links?classId=${schoolClass('5А').id}`);
    expect(status).to.equal(403);
    await page.close();
    const pupil = await visit('p07');
    expect((await new ChatsPage(pupil.school).ask('GET', '/api/links')).status).to.equal(403);
    await pupil.page.close();
  });

  it('shows that a link was revoked elsewhere, and links again by one click', async () => {
    const administrator = await visit('e1');
    const { page, school, vk, window } = administrator;
    const registry = await school.openRegistry();
    await registry.getByRole('button', { name: CHAT, exact: true }).waitFor();
    const { userId } = await accountId(host.vkUrl, 'e1');
    await vkStand.fault({ method: '*', fault: 'token-dead', userId });
    const parent = await visit('p12');
    await startLinking(parent);
    await parent.vk.signIn(await account('p12'));
    await keep(parent);
    await parent.page.close();

    await registry.getByText('Привязка больше не действует').waitFor({ timeout: 20_000 });
    await school.shortcut('Привязать аккаунт к Сферум').waitFor();
    await expectNoAxeViolations(page, 'the registry with a broken link');
    await screenshot(page, 'link broken registry');
    const links = new LinksPage(school);
    await links.open();
    await links.filter('Состояние', 'Нужно привязать заново');
    await links.person(nameOf(person('e1'))).waitFor();
    await school.close(links.window);
    await school.shortcut('Привязать аккаунт к Сферум').click();
    await window.getByRole('heading', { name: 'Привязка больше не действует' }).waitFor();
    await window.getByRole('button', { name: 'Привязать заново' }).waitFor();
    await expectNoAxeViolations(page, 'the window of a broken link');
    await screenshot(page, 'link broken');
    await school.close(window);

    await vkStand.clearFaults();
    await registry.getByRole('button', { name: 'Привязать заново', exact: true }).click();
    await vk.signIn(await account('e1'));
    await keep(administrator);
    await messenger.settled({ [CHAT]: inClassChat('p07', 'p08', 'p09', 'p11', 'p12') });
    await page.close();
  });

  it('warns the chat administrator that unlinking stops the deliveries of the school', async () => {
    const { page, school } = await visit('e1');
    const registry = await school.openRegistry();
    await registry.getByRole('button', { name: 'Отвязать учетную запись', exact: true }).click();
    const unlink = school.window('Отвязка аккаунта от Сферума');
    await unlink.getByText(/Вы администратор чатов «Сферум»/).waitFor();
    await expectNoAxeViolations(page, 'the window of unlinking for the chat administrator');
    await screenshot(page, 'unlinking the administrator');
    await unlink.getByRole('button', { name: 'Отвязать аккаунт от Сферума', exact: true }).click();
    const question = page.getByRole('alertdialog', { name: 'Отвязать аккаунт от Сферума?' });
    await question.getByRole('button', { name: 'Да' }).click();
    const again = page.getByRole('alertdialog', { name: 'Всё равно отвязать?' });
    await again.waitFor();
    await page.getByText(/не сможет никто: .+\sчат.+ Другого администратора чатов можно выбрать/).waitFor();
    await expectNoAxeViolations(page, 'the second question of unlinking for the chat administrator');
    await screenshot(page, 'unlinking the administrator, second question');
    await again.getByRole('button', { name: 'Нет' }).click();
    await unlink.getByText(/Вы администратор чатов «Сферум»/).waitFor();
    await page.close();
  });

  it('has written no code and no token anywhere: database, logs, answers to the windows', async () => {
    expect(await written.issued(folder)).to.be.greaterThan(2 * 10);
    expect(await written.filesWith(folder, host.connectionString)).to.deep.equal([]);
    expect(await written.answersWith()).to.deep.equal([]);
    // The search does find what is there.
    const { familyName } = person('p07');
    const found = await written.filesWith(folder, host.connectionString, familyName);
    expect(found.filter((path) => path.startsWith('postgres'))).to.not.deep.equal([]);
    expect(await written.answersWith(familyName)).to.not.deep.equal([]);
  });
});

/** Presses Tab until a control of this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < 40; pressed += 1) {
    if ((await page.locator('html').evaluate(focusedControl)) === name) return;
    await page.keyboard.press('Tab');
  }
  expect(await page.locator('html').evaluate(focusedControl), 'what Tab reaches').to.equal(name);
}

interface Focused {
  readonly shadowRoot: { readonly activeElement: Focused | null } | null;
  readonly textContent: string | null;
}

/** Text of the control that has the focus, wherever it stands; empty on the page itself. Runs in the browser. */
function focusedControl({
  ownerDocument,
}: {
  readonly ownerDocument: { readonly activeElement: Focused | null; readonly body: Focused };
}): string {
  let focused = ownerDocument.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused === ownerDocument.body ? '' : (focused?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** How far the page can be scrolled sideways, CSS pixels. Runs in the browser. */
function overflow({
  scrollWidth,
  clientWidth,
}: {
  readonly scrollWidth: number;
  readonly clientWidth: number;
}): number {
  return scrollWidth - clientWidth;
}

async function accountId(vkUrl: string, key: string): Promise<{ userId: number }> {
  return (await (await fetch(`${vkUrl}/control/accounts/${key}`)).json()) as { userId: number };
}

function nameOf({ familyName, givenName, middleName }: RosterPerson): string {
  return [familyName, givenName, middleName].filter((part) => part !== undefined).join(' ');
}
