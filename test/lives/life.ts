import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { LifeDatabase } from './life-databases.js';
import type { copyOfWindowFacts, LifeFacts } from './life-facts.js';
import { LifeLessons } from './life-lessons.js';
import { LifeWindows } from './life-windows.js';
import { snapshotOf, type MessengerEvents } from './lives-comparison.js';
import { LivesHistory } from './lives-history.js';
import { expectedChats } from './lives-oracle.js';
import { OutsideHost } from './host/outside-host.js';
import { OutsideHostDirectory } from './host/outside-host-directory.js';
import { must, type OutsideHostSchool } from './host/outside-host-school.js';
import { OutsideMessenger } from './messenger/outside-messenger.js';
import { OutsideMessengerFaults } from './messenger/outside-messenger-faults.js';
import { OutsideMessengerIdentity } from './messenger/outside-messenger-identity.js';
import {
  drawQuirks,
  OutsideMessengerWorld,
  PLAIN_QUIRKS,
  type OutsideChat,
} from './messenger/outside-messenger-world.js';
import type { SeededChoices } from './seeded-choices.js';

export const CLIENT_LIMIT_MS = 600;
const REQUESTS_PER_SECOND = 20;

/** One life: the schools, the messenger, the plugin's processes, and what is true of them. */
export class Life {
  readonly messenger: OutsideMessenger;
  readonly host: OutsideHost;
  readonly windows: LifeWindows;
  readonly lessons: LifeLessons;
  readonly history = new LivesHistory();
  readonly facts: LifeFacts;
  readonly foreign = new Map<OutsideChat, string>();
  readonly strangers = new Map<OutsideChat, Set<number>>();
  readonly leavers = new Map<OutsideChat, Set<number>>();
  /** People who signed in and whose link was refused so far. */
  readonly pendingLinks = new Set<string>();
  /** What went wrong on the way, beside the end state. */
  readonly troubles: string[] = [];
  readonly said: string[] = [];
  readonly formerAdministrators = new Set<string>();
  /** Schools whose chats have had another owner's successor. */
  readonly takenOver = new Set<string>();
  /** Schools whose year turned in this life. */
  readonly turned = new Set<string>();
  clockSkewMs = 0;
  /** What the windows' side was when the database was backed up; absent: there is no backup. */
  backup: ReturnType<typeof copyOfWindowFacts> | undefined;
  restored = false;
  /** Person → the account whose tokens have to be revoked, because the person unlinked it. */
  readonly unlinked = new Map<string, number>();
  /** School and class name → the classes that had it at any time. */
  readonly namesEver = new Map<string, Set<string>>();
  private readonly accounts = new Map<string, number>();
  private lastAccount = 0;

  constructor(
    /** A branch of its own for every step: what one step draws, by whatever it finds, does not move the next ones. */
    public choices: SeededChoices,
    readonly school: OutsideHostSchool,
    readonly database: LifeDatabase,
    allRights: readonly string[],
    private readonly print: (line: string) => void,
    quirky: boolean,
  ) {
    const world = new OutsideMessengerWorld(
      quirky ? drawQuirks(choices.branch('quirks')) : PLAIN_QUIRKS,
      choices.branch('world'),
    );
    const identity = new OutsideMessengerIdentity((id) => must(world.accounts.get(id), `account ${id}`).name);
    const faults = new OutsideMessengerFaults(choices.branch('faults'));
    this.messenger = new OutsideMessenger(world, identity, faults, choices.branch('shapes'), REQUESTS_PER_SECOND + 2);
    const directory = new OutsideHostDirectory(school, choices.branch('directory'));
    this.host = new OutsideHost(school, directory, choices.branch('host'), {
      connectionString: database.connectionString,
      settings: () => this.settings(),
      offersSince: choices.chance(0.4),
      allRights,
    });
    this.windows = new LifeWindows(this.host);
    this.lessons = new LifeLessons(this);
    this.facts = {
      school,
      links: new Map(),
      hands: new Map(),
      handChats: [],
      drivers: new Map(),
      chatYears: new Map(),
      continuing: new Set(),
    };
  }

  private readonly tokenKey = randomBytes(32).toString('base64');

  private settings(): Readonly<Record<string, unknown>> {
    return {
      vkApplicationId: '51500000',
      vkIdUrl: this.messenger.address,
      vkApiUrl: `${this.messenger.address}/method`,
      vkRequestsPerSecond: REQUESTS_PER_SECOND,
      vkTimeoutMs: CLIENT_LIMIT_MS,
      // Longer than any effect of this messenger comes after the limit.
      vkLateEffectMs: 4_000,
      tokenKeys: [{ id: 'one', key: this.tokenKey }],
    };
  }

  get world(): OutsideMessengerWorld {
    return this.messenger.world;
  }

  get events(): MessengerEvents {
    return { foreign: this.foreign, strangers: this.strangers, leavers: this.leavers, quirks: this.world.quirks };
  }

  say(line: string): void {
    this.said.push(line);
    this.print(line);
  }

  async pause(least: number, most: number): Promise<void> {
    await delay(this.choices.between(least, most));
  }

  /** To be called after every change of what must be. */
  remember(): void {
    for (const { organizationId, name, id } of this.school.classes.values()) {
      const key = `${organizationId}/${name}`;
      this.namesEver.set(key, (this.namesEver.get(key) ?? new Set()).add(id));
    }
    this.history.remember(expectedChats(this.facts));
  }

  /** Chats that the plugin made, those that are over included. */
  ownChats(): readonly OutsideChat[] {
    return this.world.chats.filter((chat) => !this.foreign.has(chat));
  }

  accountOf(personId: string): number {
    const known = this.accounts.get(personId);
    return known ?? this.newProfile(personId);
  }

  /** The person has another profile from now on. */
  newProfile(personId: string): number {
    const { givenName, familyName } = must(this.school.people.get(personId), personId);
    const id = this.newAccountId();
    this.world.addAccount(id, `${givenName} ${familyName}`);
    this.accounts.set(personId, id);
    return id;
  }

  takeProfileOf(personId: string, formerId: string): void {
    this.accounts.set(personId, this.accountOf(formerId));
  }

  /** The same text with the person behind every account that stands in it. */
  withNames(text: string): string {
    const people = new Map([...this.accounts].map(([personId, id]) => [String(id), personId]));
    return text.replace(/\b\d{9,12}\b/g, (id) => `${id} (${people.get(id) ?? 'nobody of the schools now'})`);
  }

  newStranger(): number {
    const id = this.newAccountId();
    this.world.addAccount(id, 'Посторонний Человек');
    return id;
  }

  makeForeignChat(ownerId: number, title: string, memberIds: readonly number[]): OutsideChat {
    const account = (id: number) => must(this.world.accounts.get(id), `account ${id}`);
    const chat = this.world.createChat(account(ownerId), title, memberIds.map(account));
    this.foreign.set(chat, snapshotOf(chat));
    return chat;
  }

  private newAccountId(): number {
    this.lastAccount += this.choices.between(1, 50);
    return (this.choices.chance(0.4) ? 200_000_000_000 : 300_000_000) + this.lastAccount;
  }
}
