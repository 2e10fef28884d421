import { Subject } from 'rxjs';

import type { Notification, Notifications } from '../../src/storage/notifications.js';

/** Notifications that a test sends. */
export class FakeNotifications implements Notifications {
  readonly received = new Subject<Notification>();

  async open(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.received.complete();
    return Promise.resolve();
  }
}
