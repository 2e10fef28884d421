import type { Browser, BrowserContext } from 'playwright-core';

import { startReferenceHost } from '../../fixtures/host/reference-host.js';
import { SchoolPage } from '../e2e/school-page.js';
import { openBrowser } from '../support/browser.js';
import { openEmptyPage, ROW } from './empty-page.js';
import type { Bench } from './figure.js';
import { median } from './quantiles.js';

const RUNS = 7;
const FILLING_LIMIT_MS = 60_000;

/** From the address of the registry «Сферум» in a browser that has nothing of it yet, until its first chat can be opened. */
export const usableWindowBench: Bench = {
  figures: [{ name: 'usable-window-ms', unit: 'ms', target: { bound: 'below', value: 1_000 } }],
  limitMs: 180_000,
  async measure(stage) {
    const host = await startReferenceHost({
      ...{ port: 0, vkPort: 0, vkRequestsPerSecond: 0, durable: false, warnings: false },
      dataFolder: await stage.emptyFolder(),
    });
    stage.defer(() => host.stop());
    const empty = await openEmptyPage(stage);
    const browser = await openBrowser();
    stage.defer(() => browser.close());
    const signedIn = await signIn(browser, host.url, await administratorOf(host));
    const windows: number[] = [];
    const desktops: number[] = [];
    const empties: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      windows.push(await shownMs(browser, signedIn, `${host.url}/?window=sferum.registry`, FIRST_CHAT));
      desktops.push(await shownMs(browser, signedIn, host.url, START));
      empties.push(await shownMs(browser, signedIn, empty.url, ROW));
    }
    // The first of each starts the browser's own machinery.
    const [value, desktop, floor] = [windows, desktops, empties].map((times) => median(times.slice(1)));
    const note = `median of ${RUNS}, nothing cached, load of the host's page included: the desktop alone ${desktop?.toFixed(0)} ms; floor: an empty page of the same libraries, ${(empty.gzipBytes / 1000).toFixed(0)} kB after gzip -9`;
    return { 'usable-window-ms': { value: value ?? Number.NaN, floor: floor ?? Number.NaN, note } };
  },
};

const FIRST_CHAT = 'Учительский чат';
const START = 'Пуск';

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

async function administratorOf(host: Awaited<ReturnType<typeof startReferenceHost>>): Promise<string> {
  const found = (await host.suggested()).find(({ hint }) => hint.startsWith('администратор чатов'));
  if (found === undefined) throw new Error('the school has no chat administrator');
  return found.name;
}

/** Signs in and waits until the chats are filled. @returns the cookies */
async function signIn(browser: Browser, url: string, name: string): Promise<State> {
  const context = await browser.newContext({ locale: 'ru-RU' });
  const school = new SchoolPage(await context.newPage(), url);
  await school.logIn(name);
  const registry = await school.openRegistry();
  await registry.getByText(/Чаты обновлены/).waitFor({ timeout: FILLING_LIMIT_MS });
  const state = await context.storageState();
  await context.close();
  return state;
}

/** From the start of the navigation until this text is shown, as the page itself counts it. */
async function shownMs(browser: Browser, storageState: State, url: string, text: string): Promise<number> {
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ storageState, locale: 'ru-RU', viewport, bypassCSP: true });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'commit' });
    const shown = await page.waitForFunction(timeOnceShown(text), undefined, { polling: 'raf' });
    return Number(await shown.jsonValue());
  } finally {
    await context.close();
  }
}

/** An expression for the browser, asked in every frame: locators ask less and less often. */
function timeOnceShown(text: string): string {
  return `(() => {
    const inside = (root) => [...root.querySelectorAll('*')].some((element) =>
      (element.shadowRoot !== null && inside(element.shadowRoot)) ||
      (element.localName !== 'option' && element.textContent.trim() === ${JSON.stringify(text)} && element.getClientRects().length > 0));
    return inside(document) && performance.now();
  })()`;
}
