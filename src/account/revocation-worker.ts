import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import type { Subscription } from 'rxjs';

import { backoffMs } from '../delivery/backoff.js';
import { IdentityProviderError } from '../errors.js';
import { HostClock, HostLogger } from '../host/host-services.js';
import { IdentityProvider, type TokenSet } from '../messenger/identity-provider.js';
import { Notifications } from '../storage/notifications.js';
import { RevocationStore, type RevocationTask } from './revocation-store.js';

/** Takes tokens of ended links back at the provider, again and again until it says yes. */
export interface RevocationWorker {
  start(): void;
  stop(): Promise<void>;
}
export const RevocationWorker = Symbol('RevocationWorker') as ServiceIdentifier<RevocationWorker>;

const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 30_000;
/** While somebody signs in with the profile: their yes or no comes within minutes. */
const SIGNING_IN_PAUSE_MS = 60_000;
/** A token that ends sooner is renewed before it is used. */
const RENEW_BEFORE_MS = 60_000;
/** The provider does not know the tokens any more. Any other refusal is about the request and may pass. */
const GONE = new Set(['invalid_token', 'invalid_grant']);

export class StoredRevocationWorker implements RevocationWorker {
  private subscription: Subscription | undefined;
  private cancelLook: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private again = false;

  constructor(
    @inject(RevocationStore) private readonly store: RevocationStore,
    @inject(IdentityProvider) private readonly provider: IdentityProvider,
    @inject(Notifications) private readonly notifications: Notifications,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  start(): void {
    if (this.subscription !== undefined) return;
    this.subscription = this.notifications.received.subscribe((notification) => {
      if (notification.kind === 'revocation' || notification.kind === 'resumed') this.look();
    });
    this.lookLater();
    this.look();
  }

  async stop(): Promise<void> {
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    this.cancelLook?.();
    await this.running;
  }

  private lookLater(): void {
    this.cancelLook = this.clock.after(LOOK_EVERY_MS, () => {
      this.look();
      this.lookLater();
    });
  }

  private look(): void {
    this.again = true;
    this.running ??= this.work()
      .catch((error: unknown) => this.logger.error('revocations cannot be read', { error: String(error) }))
      .finally(() => {
        this.running = undefined;
      });
  }

  private async work(): Promise<void> {
    while (this.again && this.subscription !== undefined) {
      this.again = false;
      const task = await this.store.take(LEASE_MS);
      if (task === undefined) continue;
      this.again = true;
      await this.carryOut(task);
    }
  }

  private async carryOut(task: RevocationTask): Promise<void> {
    if (task.profile === 'signing-in') return this.store.postpone(task.id, SIGNING_IN_PAUSE_MS);
    try {
      if (task.profile === 'due') await this.provider.revoke(await this.usable(task));
      await this.store.end(task.id);
    } catch (error) {
      if (!(error instanceof IdentityProviderError)) throw error;
      this.logger.warn('tokens could not be taken back', { providerCode: error.providerCode, outcome: error.outcome });
      if (error.outcome === 'refused' && GONE.has(error.providerCode)) await this.store.end(task.id);
      else await this.store.postpone(task.id, backoffMs(task.attempts, Math.random()));
    }
  }

  /** The provider takes rights back for a living access token only. */
  private async usable({ id, tokens }: RevocationTask): Promise<TokenSet> {
    if (tokens.lifeMs > RENEW_BEFORE_MS) return tokens;
    const renewed = await this.provider.refresh(tokens);
    await this.store.renew(id, renewed);
    return renewed;
  }
}
