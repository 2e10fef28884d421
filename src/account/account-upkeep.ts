import { inject } from 'inversify';

import { HostClock, HostLogger } from '../host/host-services.js';
import { GoneOwnerUpkeep } from './gone-owner-upkeep.js';
import { LinkAttemptStore } from './link-attempt-store.js';
import { StoredRevocationWorker } from './revocation-worker.js';
import type { RevocationWorker } from './revocation-worker.js';
import { SealedSecretStore } from './sealed-secret-store.js';

const LOOK_EVERY_MS = 5 * 60_000;
/** How long a stop waits for a directory that does not answer. */
const STOP_LIMIT_MS = 2_000;

/**
 * The account's background work: takes tokens back, seals stored secrets with the current key, clears sign-ins that
 * nobody came back to, ends links of people whom no school has.
 */
export class AccountUpkeep implements RevocationWorker {
  private cancelLook: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private ownerLook: Promise<void> | undefined;
  private stopped = true;

  constructor(
    @inject(StoredRevocationWorker) private readonly revocations: RevocationWorker,
    @inject(SealedSecretStore) private readonly secrets: SealedSecretStore,
    @inject(LinkAttemptStore) private readonly attempts: LinkAttemptStore,
    @inject(GoneOwnerUpkeep) private readonly goneOwners: GoneOwnerUpkeep,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.revocations.start();
    this.look();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelLook?.();
    await this.revocations.stop();
    await this.running;
    await this.ownerLookEnded();
  }

  /** A look that is left behind can write nothing more: the database is closed next. */
  private async ownerLookEnded(): Promise<void> {
    if (this.ownerLook === undefined) return;
    let cancelLimit = (): void => undefined;
    const limit = new Promise<void>((resolve) => {
      cancelLimit = this.clock.after(STOP_LIMIT_MS, resolve);
    });
    await Promise.race([this.ownerLook, limit]);
    cancelLimit();
  }

  private look(): void {
    this.ownerLook ??= this.goneOwners.lookWhenDue().finally(() => (this.ownerLook = undefined));
    this.running = this.work()
      .catch((error: unknown) => this.logger.error('stored sign-ins cannot be kept up', { error: String(error) }))
      .finally(() => {
        if (!this.stopped) this.cancelLook = this.clock.after(LOOK_EVERY_MS, () => this.look());
      });
  }

  private async work(): Promise<void> {
    await this.attempts.clearOld();
    let resealed = 0;
    for (let some = -1; some !== 0 && !this.stopped; resealed += some) some = await this.secrets.resealSome();
    if (resealed > 0) this.logger.info('stored secrets were sealed with the current key', { resealed });
  }
}
