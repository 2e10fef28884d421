import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'chai';
import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Page } from 'playwright-core';

import { npmChromium } from './npm-chromium.js';

export interface PageOptions {
  /** CSS pixels; 1280 × 800 unless told. */
  readonly width?: number;
  readonly height?: number;
  /** Time zone of the computer; lessons are shown in the school's own. */
  readonly timeZone?: string;
  /** Console errors that belong to the test, for example of a request that is refused on purpose. */
  readonly allow?: readonly RegExp[];
}

export interface BrowserInUse {
  /** A page with cookies of its own. Console errors and uncaught errors in it, and in tabs it opens, fail the test. */
  newPage(options?: PageOptions): Promise<Page>;
  /** From now on such console errors are expected in the pages of this test. */
  allow(pattern: RegExp): void;
}

/** To be called in a `describe`: one browser for its tests, and no error in any page goes unseen. */
export function useBrowser(): BrowserInUse {
  const contexts: BrowserContext[] = [];
  const allowed: RegExp[] = [];
  const errors: string[] = [];
  let browser: Browser | undefined;

  before(async function () {
    this.timeout(60_000);
    browser = await openBrowser();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await picturesOf(contexts, this.currentTest.fullTitle());
    const unexpected = errors.splice(0).filter((error) => !allowed.some((pattern) => pattern.test(error)));
    expect(unexpected.join('\n'), 'errors in the browser').to.equal('');
  });
  after(async () => browser?.close());

  return {
    async newPage(options = {}) {
      if (!browser)
        throw new Error('The browser opens before the tests of this suite: ask for pages in a test or hook.');
      allowed.push(...(options.allow ?? []));
      const context = await openContext(browser, options);
      contexts.push(context);
      context.on('page', (page) => watch(page, errors));
      return context.newPage();
    },
    allow: (pattern) => void allowed.push(pattern),
  };
}

/**
 * Starts Chromium without a window: the one `CHROMIUM_PATH` names, else an installed one, else the one from npm.
 * @throws Error naming what was tried, when none starts
 */
export async function openBrowser(): Promise<Browser> {
  const failures: string[] = [];
  for await (const candidate of candidates()) {
    try {
      return await chromium.launch({ ...candidate, args: QUIET_ARGUMENTS });
    } catch (error) {
      failures.push(`${candidate.executablePath}: ${String(error).split('\n').slice(0, 8).join('\n')}`);
    }
  }
  throw new Error(`No Chromium starts. Set CHROMIUM_PATH to one that does.\n${failures.join('\n')}`);
}

/**
 * @param name of what is looked at, for the message
 * @throws AssertionError listing each violation with the elements it is about
 */
export async function expectNoAxeViolations(page: Page, name: string): Promise<void> {
  // No page here has frames, so the results need not be put together in a page of their own; and what passes is not reported.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze();
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help} – ${nodes.map((node) => node.html).join(' | ')}`,
  );
  expect(found.join('\n'), `accessibility of ${name}`).to.equal('');
}

/** @returns path of the picture, in `.data/screenshots` */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = join('.data', 'screenshots');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120)}.png`);
  await page.screenshot({ path });
  return path;
}

const QUIET_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

type Candidate = LaunchOptions & { readonly executablePath: string };

async function* candidates(): AsyncGenerator<Candidate> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    yield { executablePath: named };
    return;
  }
  for (const executablePath of installed()) yield { executablePath };
  const { executablePath, fontSettings, libraries } = await npmChromium();
  const env = { ...definedEnvironment(), FONTCONFIG_FILE: fontSettings };
  yield { executablePath, env };
  yield { executablePath, env: { ...env, LD_LIBRARY_PATH: libraries } };
}

function installed(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
  return names.flatMap((name) =>
    folders
      .map((folder) => join(folder, name))
      .filter(existsSync)
      .slice(0, 1),
  );
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function openContext(browser: Browser, options: PageOptions): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    locale: 'ru-RU',
    timezoneId: options.timeZone ?? 'Europe/Moscow',
    reducedMotion: 'reduce',
  });
}

function watch(page: Page, errors: string[]): void {
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${page.url()}: ${message.text()} (${message.location().url})`);
  });
}

async function picturesOf(contexts: readonly BrowserContext[], title: string): Promise<void> {
  const pages = contexts.flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) await screenshot(page, `failed ${title} ${index + 1}`);
}
