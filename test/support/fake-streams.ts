import { Subject } from 'rxjs';

import type { EnrollmentEvent, HostStreams, ScheduleEvent } from '../../src/host/host-streams.js';

/** Streams into which a test puts events. */
export class FakeStreams implements HostStreams {
  readonly enrollment = new Subject<EnrollmentEvent>();
  readonly schedule = new Subject<ScheduleEvent>();
  enrollmentSince?: (position: number) => AsyncIterable<EnrollmentEvent>;
  scheduleSince?: (position: number) => AsyncIterable<ScheduleEvent>;
  private position = 0;

  /** Base of the next event. */
  next(organizationId = 'school'): { id: string; position: number; at: Date; organizationId: string } {
    this.position += 1;
    return {
      id: `event-${this.position}`,
      position: this.position,
      at: new Date('2026-11-23T09:00:00Z'),
      organizationId,
    };
  }
}
