import { setTimeout as wait } from 'node:timers/promises';

import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { z } from 'zod';

import type { RosterPerson } from '../../fixtures/host/roster/roster.js';

const State = z.object({
  chats: z.array(
    z.object({
      title: z.string(),
      members: z.array(z.object({ user_id: z.number(), name: z.string(), is_admin: z.boolean() })),
    }),
  ),
  calls: z.array(z.object({ call_id: z.string(), state: z.string() })),
  requests: z.record(z.string(), z.number()),
});

export interface SeenChat {
  readonly title: string;
  /** Names, sorted. */
  readonly members: readonly string[];
  readonly administrators: readonly string[];
}

const LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 100;

/** The messenger's side, as the stand-in dumps it. */
export class MessengerState {
  constructor(private readonly url: string) {}

  async chats(): Promise<readonly SeenChat[]> {
    const { chats } = await this.read();
    return chats.map(({ title, members }) => ({
      title,
      members: members.map(({ name }) => name).sort(),
      administrators: members
        .filter((member) => member.is_admin)
        .map(({ name }) => name)
        .sort(),
    }));
  }

  async calls(): Promise<readonly string[]> {
    return (await this.read()).calls.map(({ state }) => state);
  }

  /** Waits until these chats have exactly these members, and fails with what they have when they do not. */
  async settled(expected: Readonly<Record<string, readonly RosterPerson[]>>, limitMs = LIMIT_MS): Promise<void> {
    const wanted = Object.fromEntries(
      Object.entries(expected).map(([title, people]) => [
        title,
        people.map(({ givenName, familyName }) => `${givenName} ${familyName}`).sort(),
      ]),
    );
    const deadline = Date.now() + limitMs;
    for (;;) {
      const chats = await this.chats();
      const seen = Object.fromEntries(
        Object.keys(wanted).map((title) => [title, chats.find((chat) => chat.title === title)?.members]),
      );
      if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
      if (Date.now() > deadline) expect(seen).to.deep.equal(wanted);
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Waits until there is a chat with such a title. */
  async titled(title: RegExp): Promise<void> {
    const deadline = Date.now() + LIMIT_MS;
    for (;;) {
      const titles = (await this.chats()).map((chat) => chat.title);
      if (titles.some((one) => title.test(one))) return;
      if (Date.now() > deadline) expect(titles.join(', ')).to.match(title);
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Waits until this chat has exactly these administrators, and fails with those it has when it does not. */
  async administered(title: string, people: readonly RosterPerson[]): Promise<void> {
    const wanted = people.map(({ givenName, familyName }) => `${givenName} ${familyName}`).sort();
    const deadline = Date.now() + LIMIT_MS;
    for (;;) {
      const seen = (await this.chats()).find((chat) => chat.title === title)?.administrators;
      if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
      if (Date.now() > deadline) expect(seen, `administrators of ${title}`).to.deep.equal(wanted);
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Waits until nobody but the chat's owner, the administrator, is in this chat. */
  async gone(title: string, limitMs: number): Promise<void> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const left = (await this.chats()).find((chat) => chat.title === title)?.members ?? [];
      if (left.length <= 1) return;
      if (Date.now() > deadline) expect(left, `members of ${title}`).to.have.length(0);
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Phone and password of a person's account at VK. */
  async account({ id }: RosterPerson): Promise<{ phone: string; password: string }> {
    const response = await fetch(`${this.url}/control/accounts/${encodeURIComponent(id)}`);
    return z.object({ phone: z.string(), password: z.string() }).parse(await response.json());
  }

  /** Signs in on the messenger's page by the stand-in's list of accounts. */
  async signIn(page: Page, name: string): Promise<void> {
    await page.getByRole('searchbox').first().fill(name);
    await page.getByRole('button', { name: 'Найти' }).click();
    await page
      .getByRole('button', { name: new RegExp(name) })
      .or(page.getByRole('link', { name: new RegExp(name) }))
      .first()
      .click();
  }

  private async read(): Promise<z.infer<typeof State>> {
    return State.parse(await (await fetch(`${this.url}/state`)).json());
  }
}
