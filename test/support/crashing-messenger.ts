import type { MessengerCall, MessengerCredential, MessengerResult } from '../../src/messenger/messenger.js';
import { MemoryMessenger } from './memory-messenger.js';

/** The process dies here. */
export class Crash extends Error {}

/** A messenger after one of whose requests the process dies: what the request did stays, its answer is never booked. */
export class CrashingMessenger extends MemoryMessenger {
  /** The process dies after so many more requests; undefined: it lives. */
  crashAfter: number | undefined;

  override async send(
    credential: MessengerCredential,
    calls: readonly MessengerCall[],
    signal?: AbortSignal,
  ): Promise<readonly MessengerResult[]> {
    const results = await super.send(credential, calls, signal);
    if (this.crashAfter !== undefined) {
      this.crashAfter -= 1;
      if (this.crashAfter <= 0) {
        this.crashAfter = undefined;
        throw new Crash('the process died');
      }
    }
    return results;
  }
}
