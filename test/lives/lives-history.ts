import type { ExpectedChat } from './lives-oracle.js';

/** What had to be at any time of a life: chats that are over may stay with the people they had, and with nobody else. */
export class LivesHistory {
  private readonly everMembers = new Map<string, { readonly chat: ExpectedChat; readonly members: Set<number> }>();

  remember(chats: readonly ExpectedChat[]): void {
    for (const chat of chats) {
      const members = this.everMembers.get(chat.key)?.members ?? new Set<number>();
      for (const id of chat.members.keys()) members.add(id);
      for (const id of [chat.driver, ...chat.tolerated]) members.add(id);
      this.everMembers.set(chat.key, { chat, members });
    }
  }

  /** Chats that had to be once and have not to be now. */
  over(
    now: readonly ExpectedChat[],
  ): readonly { readonly chat: ExpectedChat; readonly members: ReadonlySet<number> }[] {
    const keys = new Set(now.map(({ key }) => key));
    return [...this.everMembers.values()].filter(({ chat }) => !keys.has(chat.key));
  }
}
