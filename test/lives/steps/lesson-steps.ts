import { randomUUID } from 'node:crypto';

import type { Life } from '../life.js';
import { anyOrganization, maybeOneOf, type StepKind, type WeightedStep } from './life-step.js';
import type { SchoolLesson } from '../host/outside-host-school.js';

const MINUTE = 60_000;

const addLesson: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const sources = [...life.school.classesOf(organizationId), ...life.school.groupsOf(organizationId)];
  const source = maybeOneOf(life, sources);
  if (!source || life.school.lessons.size > 4) return undefined;
  return {
    text: `a lesson of ${source.id} in ${organizationId} comes into the timetable`,
    async take() {
      const id = life.school.newId('lesson');
      const startsAt = new Date(hostNow(life) + life.choices.between(-10, 5) * MINUTE);
      const teacherId = source.teacherId ?? life.windows.headOf(organizationId);
      life.school.lessons.set(id, {
        id,
        organizationId,
        classOrGroupId: source.id,
        subject: 'Алгебра',
        teacherId,
        startsAt,
        endsAt: new Date(startsAt.getTime() + 45 * MINUTE),
        cancelled: false,
      });
      life.host.streams.schedule({ kind: 'lesson.added', organizationId, lessonId: id });
      if (life.choices.chance(0.7)) await press(life, id);
    },
  };
};

const create: StepKind = (life) => {
  const lesson = maybeOneOf(
    life,
    [...life.school.lessons.values()].filter(({ cancelled }) => !cancelled),
  );
  if (!lesson) return undefined;
  return { text: `an online lesson of ${lesson.id} is asked for`, take: () => press(life, lesson.id) };
};

async function press(life: Life, lessonId: string): Promise<void> {
  const lesson = life.lessons.lesson(lessonId);
  const head = life.windows.headOf(lesson.organizationId);
  const teacher = teaches(life, lesson) ?? head;
  await life.lessons.create(lesson, life.choices.chance(0.4) ? [teacher, head] : [teacher]);
}

const connect: StepKind = (life) => {
  const lesson = maybeOneOf(life, pressed(life));
  if (!lesson) return undefined;
  return {
    text: `somebody connects to the online lesson of ${lesson.id}`,
    take: () => life.lessons.connect(lesson, teaches(life, lesson) ?? life.windows.headOf(lesson.organizationId)),
  };
};

const end: StepKind = (life) => {
  const lesson = maybeOneOf(life, pressed(life));
  if (!lesson) return undefined;
  const twice = life.choices.chance(0.3);
  return {
    text: `the online lesson of ${lesson.id} is ended${twice ? ' twice' : ''}`,
    async take() {
      const head = life.windows.headOf(lesson.organizationId);
      await life.lessons.end(lesson, teaches(life, lesson) ?? head);
      if (twice) await life.lessons.end(lesson, head);
    },
  };
};

const move: StepKind = (life) => {
  const lesson = maybeOneOf(life, [...life.school.lessons.values()]);
  if (!lesson) return undefined;
  const byMs = life.choices.oneOf([-5, 5, 10]) * MINUTE;
  return {
    text: `the lesson ${lesson.id} is moved by ${byMs / MINUTE} minutes`,
    async take() {
      lesson.startsAt = new Date(lesson.startsAt.getTime() + byMs);
      lesson.endsAt = new Date(lesson.endsAt.getTime() + byMs);
      const { organizationId, id } = lesson;
      life.host.streams.schedule({ kind: 'lesson.moved', organizationId, lessonId: id });
    },
  };
};

const cancel: StepKind = (life) => {
  const lesson = maybeOneOf(
    life,
    [...life.school.lessons.values()].filter(({ cancelled }) => !cancelled),
  );
  if (!lesson) return undefined;
  return {
    text: `the lesson ${lesson.id} is cancelled`,
    async take() {
      lesson.cancelled = true;
      const { organizationId, id } = lesson;
      life.host.streams.schedule({ kind: 'lesson.cancelled', organizationId, lessonId: id });
    },
  };
};

const publishAgain: StepKind = (life) => {
  const lesson = maybeOneOf(life, [...life.school.lessons.values()]);
  if (!lesson) return undefined;
  return {
    text: `the lesson ${lesson.id} is removed and added again under a new id`,
    async take() {
      const { organizationId } = lesson;
      const id = life.school.newId('lesson');
      life.school.lessons.delete(lesson.id);
      life.school.lessons.set(id, { ...lesson, id });
      life.host.streams.schedule({ kind: 'lesson.removed', organizationId, lessonId: lesson.id });
      life.host.streams.schedule({ kind: 'lesson.added', organizationId, lessonId: id });
    },
  };
};

const meet: StepKind = async (life) => {
  const organizationId = anyOrganization(life);
  const chat = maybeOneOf(life, await life.windows.chats(organizationId));
  if (!chat || life.lessons.openMeetings.length > 1) return undefined;
  const times = life.choices.chance(0.3) ? 2 : 1;
  return {
    text: `a video call of ${chat.id} «${chat.title}» in ${organizationId} is made${times > 1 ? ', and saved twice' : ''}`,
    take: () =>
      life.lessons.meet(
        organizationId,
        {
          requestId: randomUUID(),
          kind: 'call',
          title: `Встреча ${life.said.length}`,
          chatId: chat.id,
          ...formTimes(hostNow(life)),
        },
        times,
      ),
  };
};

const endMeeting: StepKind = (life) => {
  const meeting = maybeOneOf(life, life.lessons.openMeetings);
  if (!meeting) return undefined;
  return { text: `the video call ${meeting[0]} is ended`, take: () => life.lessons.endMeeting(meeting[0]) };
};

/** As the form says it, by the school's clock: begun a minute ago, an hour long. */
function formTimes(now: number): { date: string; startTime: string; endTime: string } {
  const clock = (at: number) => new Date(at + 3 * 60 * MINUTE).toISOString();
  const start = clock(now - MINUTE);
  const end = clock(now + 60 * MINUTE);
  return { date: start.slice(0, 10), startTime: start.slice(11, 16), endTime: end.slice(11, 16) };
}

function hostNow(life: Life): number {
  return Date.now() + life.clockSkewMs;
}

function pressed(life: Life): SchoolLesson[] {
  return life.lessons.pressed.flatMap((id) => life.school.lessons.get(id) ?? []);
}

function teaches(life: Life, lesson: SchoolLesson): string | undefined {
  const { teacherId, organizationId } = lesson;
  return teacherId !== undefined && life.school.employee(organizationId, teacherId) ? teacherId : undefined;
}

export const LESSON_STEPS: Readonly<Record<string, WeightedStep>> = {
  addLesson: { weight: 3, draw: addLesson },
  create: { weight: 1, draw: create },
  connect: { weight: 1, draw: connect },
  end: { weight: 1.5, draw: end },
  moveLesson: { weight: 0.7, draw: move },
  cancelLesson: { weight: 0.7, draw: cancel },
  meet: { weight: 1, draw: meet },
  endMeeting: { weight: 1, draw: endMeeting },
  publishAgain: { weight: 0.5, draw: publishAgain },
};
