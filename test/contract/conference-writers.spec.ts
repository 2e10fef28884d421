import { expect } from 'chai';

import { ConferenceEditStore } from '../../src/conferences/conference-edit-store.js';
import { ConferenceStore } from '../../src/conferences/conference-store.js';
import { ConferenceWorkSource } from '../../src/conferences/conference-work-source.js';
import {
  mayStart,
  nextState,
  type ConferenceEvent,
  type ConferenceStanding,
  type EndReason,
  type ConferenceState,
  type Sent,
} from '../../src/conferences/life/conference-state.js';
import { TimetableFollower } from '../../src/conferences/timetable-follower.js';
import type { LaneLease } from '../../src/delivery/work-source.js';
import type { Lesson } from '../../src/host/host-directory.js';
import { refused, succeeded } from '../../src/messenger/messenger-result.js';
import type { MessengerResult } from '../../src/messenger/messenger.js';
import { must } from '../../src/must.js';
import { SENT, STANDINGS } from '../unit/conferences/life/state-table.js';
import { ADMINISTRATOR_ACCOUNT, ConferenceRig, SCHOOL } from './conference-rig.js';

/** A conference in the database, as it was put there. */
interface Put extends ConferenceStanding {
  readonly id: string;
  readonly lesson: Lesson;
  readonly sent: Sent;
  readonly doubtId: string | undefined;
}

/** One of the ways in which a state is written, and the event it stands for. */
interface Writer {
  readonly name: string;
  readonly event: ConferenceEvent['kind'];
  write(put: Put): Promise<void>;
  /** Where it does not ask for the event. */
  readonly not?: (put: Put) => boolean;
}

describe('every writer of a conference’s state', () => {
  let rig: ConferenceRig;
  let lease: LaneLease;
  before(async () => {
    rig = await ConferenceRig.start({ lessonGraceSeconds: 0 });
    lease = await rig.take();
  });
  after(() => rig?.stop());

  async function put({ state, endedBy }: ConferenceStanding, sent: Sent): Promise<Put> {
    const lesson = rig.lesson({}, 60);
    const called = sent === 'call' || sent === 'end';
    const [row] = await rig.sql<{ id: string }>(
      `insert into conference (organization_id, kind, title, lesson_id, lesson_title, host_id, starts_at, ends_at, state,
         ended_by, call_id, join_link, owner_account, created_by)
       values (:school, 'lesson', 'Урок', :lessonId, 'Дроби', 'e4', :startsAt, :endsAt, :state, :endedBy, :callId, :joinLink,
         :account, 'e4') returning conference_id as id`,
      {
        ...{ school: SCHOOL, lessonId: lesson.id, startsAt: lesson.startsAt, endsAt: lesson.endsAt, state },
        ...{ endedBy: endedBy ?? null, callId: called ? 'call' : null },
        ...{ joinLink: called ? 'https://link.example/' : null, account: called ? ADMINISTRATOR_ACCOUNT : null },
      },
    );
    const { id } = must(row, 'conference');
    const doubts = await rig.sql<{ doubt_id: string }>(
      `insert into delivery_doubt (organization_id, doubt_id, subject_id, kind, account, until)
       select :school, gen_random_uuid(), :id::uuid, kind, 900, now() + interval '1 minute'
       from unnest(:kinds::text[]) as kind returning doubt_id`,
      { school: SCHOOL, id, kinds: sent === 'start' || sent === 'end' ? [`call.${sent}`] : [] },
    );
    return { id, lesson, state, endedBy, sent, doubtId: doubts[0]?.doubt_id };
  }

  async function standing(id: string): Promise<ConferenceStanding> {
    const [row] = await rig.sql<{ state: ConferenceState; ended_by: EndReason | null }>(
      'select state, ended_by from conference where conference_id = :id::uuid',
      { id },
    );
    const { state, ended_by: endedBy } = must(row, 'conference');
    return { state, endedBy: endedBy ?? undefined };
  }

  function settle(put: Put, kind: 'start' | 'end', result: MessengerResult): Promise<void> {
    const context = kind === 'start' ? { kind } : { kind, callId: 'call', account: ADMINISTRATOR_ACCOUNT };
    const call = kind === 'start' ? { kind: 'call.start' as const } : { kind: 'call.end' as const, callId: 'call' };
    const item = { call, account: ADMINISTRATOR_ACCOUNT, subjectId: put.id, context };
    return rig.get(ConferenceWorkSource).settle(lease, [{ item, result, doubtId: put.doubtId, sure: true }]);
  }

  async function follow({ lesson }: Put): Promise<void> {
    await rig.get(TimetableFollower).follow(SCHOOL, new Set([lesson.id]));
  }

  const WRITERS: readonly Writer[] = [
    {
      name: 'a start by hand',
      event: 'start',
      write: ({ id }) => rig.get(ConferenceStore).start(SCHOOL, id),
      not: (put) => !mayStart({ ...put, failureCode: undefined, inTime: true }) || put.sent === 'start',
    },
    {
      name: '«Создать онлайн-урок»',
      event: 'start',
      write: async ({ lesson }) => {
        await rig.lessonConferences.create(rig.session(), lesson.id);
      },
      // A cancelled one is left alone, and another one made; what ends is refused.
      not: ({ state, sent }) =>
        !['planned', 'starting', 'finished'].includes(state) || (state === 'planned' && sent === 'start'),
    },
    { name: 'an end by hand', event: 'end', write: ({ id }) => rig.get(ConferenceStore).end(SCHOOL, id) },
    { name: 'a deletion', event: 'end', write: ({ id }) => rig.get(ConferenceEditStore).remove(SCHOOL, id) },
    {
      name: 'a lesson that is cancelled',
      event: 'cancel',
      write: async (put) => {
        rig.change(put.lesson.id, { cancelled: true });
        await follow(put);
      },
    },
    {
      name: 'a lesson that is removed',
      event: 'cancel',
      write: async (put) => {
        rig.change(put.lesson.id, undefined);
        await follow(put);
      },
    },
    { name: 'a lesson that takes place', event: 'restore', write: follow },
    {
      name: 'a call that was made',
      event: 'started',
      write: (put) =>
        settle(put, 'start', succeeded('call.start', { callId: 'late', joinLink: 'https://late.example/' })),
    },
    {
      name: 'a call that was not made',
      event: 'not-started',
      write: (put) => settle(put, 'start', refused({ class: 'retry', code: 'vk.10', scope: 'call', effect: 'none' })),
    },
    { name: 'a call that was ended', event: 'ended', write: (put) => settle(put, 'end', succeeded('call.end', {})) },
    {
      name: 'the end of its time',
      event: 'expire',
      write: async ({ id }) => {
        await rig.sql(
          `update conference set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour', due_at = now()
           where conference_id = :id::uuid`,
          { id },
        );
        await rig.get(ConferenceWorkSource).next(lease, ADMINISTRATOR_ACCOUNT, 25);
      },
    },
  ];

  /** What the rule says; at the end of its time an end for which nothing is to be sent is over at once. */
  function expected(put: Put, { event, not }: Writer): ConferenceStanding {
    if (not?.(put) === true) return { state: put.state, endedBy: put.endedBy };
    const next = nextState(put, { kind: event }, put.sent);
    const nothingToSend = next.state === 'ending' && (put.sent === 'nothing' || put.sent === 'start');
    if (event !== 'expire' || !nothingToSend) return next;
    return nextState(next, { kind: 'ended' }, put.sent);
  }

  for (const writer of WRITERS) {
    it(`does as the rule says, from every standing and whatever was sent: ${writer.name}`, async function () {
      this.timeout(60_000);
      for (const from of STANDINGS) {
        for (const sent of SENT) {
          const conference = await put(from, sent);
          const what = `${from.state} ${from.endedBy ?? ''} ${sent}`;
          await writer.write(conference).catch((error: { code?: string }) => {
            if (error.code !== 'SFERUM_CONFERENCE_STATE') throw error;
          });
          const { state, endedBy } = expected(conference, writer);
          expect(await standing(conference.id), what).to.deep.equal({ state, endedBy });
          await rig.sql('delete from conference');
          await rig.sql('delete from delivery_doubt');
        }
      }
    });
  }
});
