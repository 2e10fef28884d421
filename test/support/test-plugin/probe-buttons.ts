import type {
  ButtonEffect,
  LessonJournalButtonContribution,
  LessonJournalButtonState,
  LessonJournalContext,
} from '../../../src/host/contribution-points.js';

class ProbeError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export class GreetButton implements LessonJournalButtonContribution {
  readonly id = 'probe.greet';
  readonly title = 'Поздороваться';
  readonly order = 1;

  async state({ session }: LessonJournalContext): Promise<LessonJournalButtonState> {
    return { visible: true, enabled: session.rights.has('probe.lesson.greet') };
  }

  async press({ session, lessonId }: LessonJournalContext): Promise<readonly ButtonEffect[]> {
    if (!session.rights.has('probe.lesson.greet')) throw new ProbeError('PROBE_RIGHT_MISSING', 'Здороваться нельзя.');
    return [{ kind: 'message', level: 'success', text: `Привет, ${lessonId}` }];
  }
}

/** Throws whatever it is asked. */
export class BrokenButton implements LessonJournalButtonContribution {
  readonly id = 'probe.broken';
  readonly title = 'Сломанная';
  readonly order = 2;

  async state(): Promise<LessonJournalButtonState> {
    throw new Error('state of the broken button');
  }

  async press(): Promise<readonly ButtonEffect[]> {
    throw new Error('press of the broken button');
  }
}
