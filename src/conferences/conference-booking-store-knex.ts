import type { Knex } from 'knex';

import type { ConferenceBooking } from './conference-store.js';

const CLEAR_FAILURE = { failure_code: null, attempts: 0 };

/** Columns of the conference's row that a result touches. An end asked for meanwhile is never undone. */
export function bookingColumns(booking: ConferenceBooking, knex: Knex): Record<string, unknown> {
  switch (booking.kind) {
    case 'started':
      return {
        ...CLEAR_FAILURE,
        call_id: booking.callId ?? null,
        join_link: booking.joinLink,
        owner_account: booking.account,
        intent_at: null,
        // An active one is due at once for posting its link, then at its end.
        state: knex.raw(`case when state = 'starting' then 'active' else state end`),
        due_at: knex.fn.now(),
      };
    case 'not-started':
      return {
        intent_at: null,
        failure_code: booking.code,
        attempts: knex.raw('attempts + 1'),
        state: knex.raw(`case when state = 'ending' then 'finished' else state end`),
        due_at: booking.dueAt ?? null,
      };
    case 'start-unknown':
      return { failure_code: booking.code, due_at: knex.ref('ends_at'), attempts: knex.raw('attempts + 1') };
    case 'ended':
      return { ...CLEAR_FAILURE, state: 'finished', due_at: null, ended_at: knex.raw('coalesce(ended_at, now())') };
    case 'posted':
      return { ...CLEAR_FAILURE, posted_at: knex.fn.now() };
    case 'post-refused':
      return { failure_code: booking.code, posted_at: knex.fn.now() };
    case 'failed':
      return { failure_code: booking.code, attempts: knex.raw('attempts + 1'), due_at: booking.dueAt };
  }
}
