import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { FeedPositionStore } from '../feed/feed-position-store.js';
import { OrganizationLooks } from '../feed/organization-looks.js';
import { HostClock, HostLogger } from '../host/host-services.js';
import { HostStreams, type EnrollmentEvent } from '../host/host-streams.js';
import { RosterReader } from './roster-reader.js';
import { emptyScope, everythingScope, scopeOf, widen, type RosterScope } from './roster-scope.js';
import { RosterSynchronizer } from './roster-synchronizer.js';

/** Turns the enrolment stream into looks at the roster. */
export interface EnrollmentFeed {
  /** Subscribes, then looks at every organisation once; resolves when the looks have begun. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Looks at an organisation soon; equal waiting looks become one. */
  look(organizationId: string, scope: RosterScope): void;
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>;
}
export const EnrollmentFeed = Symbol('EnrollmentFeed') as ServiceIdentifier<EnrollmentFeed>;

const EVERYTHING_EVERY_MS = 24 * 3_600_000;

export class CoalescingEnrollmentFeed implements EnrollmentFeed {
  private readonly looks: OrganizationLooks<EnrollmentEvent, RosterScope>;

  constructor(
    @inject(HostStreams) streams: HostStreams,
    @inject(RosterReader) reader: RosterReader,
    @inject(RosterSynchronizer) synchronizer: RosterSynchronizer,
    @inject(FeedPositionStore) positions: FeedPositionStore,
    @inject(HostClock) clock: HostClock,
    @inject(HostLogger) logger: HostLogger,
  ) {
    this.looks = new OrganizationLooks(
      {
        stream: 'enrollment',
        events: streams.enrollment,
        since: streams.enrollmentSince?.bind(streams),
        scopeOf,
        everything: everythingScope,
        wider,
        organizations: () => idsOf(reader),
        everythingEveryMs: EVERYTHING_EVERY_MS,
        look: (organizationId, scope) => synchronizer.synchronize(organizationId, scope),
      },
      positions,
      clock,
      logger,
    );
  }

  start(): Promise<void> {
    return this.looks.start();
  }

  stop(): Promise<void> {
    return this.looks.stop();
  }

  look(organizationId: string, scope: RosterScope): void {
    this.looks.look(organizationId, scope);
  }

  idle(): Promise<void> {
    return this.looks.idle();
  }
}

function wider(waiting: RosterScope, more: RosterScope): RosterScope {
  const both = emptyScope();
  widen(both, waiting);
  widen(both, more);
  return both;
}

async function* idsOf(reader: RosterReader): AsyncIterable<string> {
  for await (const { id } of reader.organizations()) yield id;
}
