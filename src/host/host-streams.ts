import type { ServiceIdentifier } from 'inversify';
import type { Observable } from 'rxjs';

/**
 * The host's two streams. Hot; an event may come twice or out of order; nothing is replayed unless `since` is offered.
 * An event says where to look, the directory says what is there: emitted after the host committed the change.
 */
interface HostEventBase {
  /** Unique within its stream. */
  readonly id: string;
  /** Grows within its stream; not necessarily by one. */
  readonly position: number;
  readonly at: Date;
  readonly organizationId: string;
}

/** Events were lost between two positions, or the host cannot tell: look at everything again. */
export interface GapEvent extends HostEventBase {
  readonly kind: 'gap';
}

export type EnrollmentEvent =
  | (HostEventBase & {
      readonly kind: 'student.enrolled' | 'student.expelled';
      readonly studentId: string;
      readonly classId: string;
    })
  | (HostEventBase & {
      readonly kind: 'student.transferred';
      readonly studentId: string;
      readonly fromClassId: string;
      readonly toClassId: string;
    })
  | (HostEventBase & {
      readonly kind: 'employee.hired' | 'employee.dismissed' | 'employee.position-changed';
      readonly personId: string;
    })
  | (HostEventBase & {
      readonly kind: 'class.teacher-changed' | 'class.opened' | 'class.renamed' | 'class.closed';
      readonly classId: string;
    })
  | (HostEventBase & { readonly kind: 'group.teacher-changed' | 'group.members-changed'; readonly groupId: string })
  | (HostEventBase & {
      readonly kind: 'guardian.added' | 'guardian.removed';
      readonly studentId: string;
      readonly guardianId: string;
    })
  | (HostEventBase & { readonly kind: 'school-year.turned'; readonly schoolYear: string })
  | GapEvent;

export type ScheduleEvent =
  | (HostEventBase & {
      /** `lesson.added` also for a cancelled lesson that takes place after all. */
      readonly kind: 'lesson.added' | 'lesson.moved' | 'lesson.substituted' | 'lesson.cancelled' | 'lesson.removed';
      readonly lessonId: string;
    })
  | GapEvent;

export interface HostStreams {
  readonly enrollment: Observable<EnrollmentEvent>;
  readonly schedule: Observable<ScheduleEvent>;
  /**
   * Events after a position, the oldest first: what a plugin missed while it was not running. Optional; without it, and for
   * a position that the host does not keep any more (answer with a {@link GapEvent}), everything is looked at anyway.
   */
  enrollmentSince?(position: number): AsyncIterable<EnrollmentEvent>;
  scheduleSince?(position: number): AsyncIterable<ScheduleEvent>;
}
export const HostStreams = Symbol.for('eschool.host.HostStreams') as ServiceIdentifier<HostStreams>;
