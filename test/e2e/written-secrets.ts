import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

import pg from 'pg';
import type { Page } from 'playwright-core';

/** How codes and tokens of VK ID begin. */
const SECRET = 'vk2.a.';
/** The stand-in's own books: they are VK's side. */
const VK_FOLDER = 'vk';

/** What a run of the reference host left on the disk and sent to the windows. */
export class WrittenSecrets {
  private readonly answers: Promise<{ readonly url: string; readonly text: string }>[] = [];

  /** @param url of the host, whose answers are kept */
  constructor(private readonly url: string) {}

  /** Keeps what the host answers this page from now on. */
  watch(page: Page): void {
    page.on('response', (response) => {
      if (!response.url().startsWith(this.url)) return;
      const { pathname } = new URL(response.url());
      if (pathname.endsWith('/api/events')) return; // A stream has no end.
      const text = response.text().catch(() => '');
      this.answers.push(text.then((body) => ({ url: pathname, text: body })));
    });
  }

  /** Codes and tokens that VK ID gave out, by its own books. */
  async issued(dataFolder: string): Promise<number> {
    const books = await Promise.all(
      ['snapshot.ndjson', 'journal.ndjson'].map((name) => readFile(join(dataFolder, VK_FOLDER, name), 'utf8')),
    );
    return new Set(books.join('').match(/"vk2\.a\.[\w-]+"/g)).size;
  }

  /** Answers that carry this text. */
  async answersWith(text = SECRET): Promise<string[]> {
    return (await Promise.all(this.answers)).filter((answer) => answer.text.includes(text)).map(({ url }) => url);
  }

  /** Files of the run, the database's own included, that carry this text. */
  async filesWith(dataFolder: string, connectionString: string, text = SECRET): Promise<string[]> {
    await writeEverything(connectionString);
    const found: string[] = [];
    for (const entry of await readdir(dataFolder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name).slice(dataFolder.length + 1);
      if (!entry.isFile() || path.startsWith(`${VK_FOLDER}${sep}`)) continue;
      if ((await readFile(join(dataFolder, path))).includes(text)) found.push(path);
    }
    return found;
  }
}

/** Brings what the database still has in memory to the disk. */
async function writeEverything(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
