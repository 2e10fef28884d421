import type { Knex } from 'knex';

import type { ConferenceBooking, LinkPost } from './conference-call-store.js';

const CLEAR_FAILURE = { failure_code: null, attempts: 0 };

/**
 * Columns of the conference's row that a result touches. An end asked for meanwhile is never undone; a call that came
 * after it is ended.
 */
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
        state: knex.raw(`case when state in ('starting', 'active') then 'active' else 'ending' end`),
        due_at: knex.fn.now(),
      };
    case 'not-started':
      return {
        intent_at: null,
        failure_code: booking.code,
        attempts: knex.raw('attempts + 1'),
        state: knex.raw(`case when state = 'ending' then 'finished' else state end`),
        due_at: knex.raw(`case when state = 'starting' then least(now() + ? * interval '1 millisecond', ends_at) end`, [
          booking.againInMs ?? null,
        ]),
      };
    case 'start-unknown':
      return {
        intent_at: knex.raw('coalesce(intent_at, now())'),
        failure_code: booking.code,
        attempts: knex.raw('attempts + 1'),
        due_at: knex.raw(`case when state = 'starting' then ends_at when state = 'ending' then now() end`),
      };
    case 'ended':
      return {
        ...CLEAR_FAILURE,
        failure_code: booking.code ?? null,
        state: 'finished',
        due_at: null,
        intent_at: null,
        ended_at: knex.raw('coalesce(ended_at, now())'),
        // A deleted one sets its lesson free.
        lesson_id: knex.raw('case when deleted_at is null then lesson_id end'),
      };
    case 'posted':
      return { ...CLEAR_FAILURE, ...postedInto(booking.post, knex) };
    case 'post-refused':
      return { failure_code: booking.code, ...postedInto(booking.post, knex) };
    case 'failed':
      return {
        failure_code: booking.code,
        attempts: knex.raw('attempts + 1'),
        // Whatever fails, an active one is looked at when its time is over.
        due_at: knex.raw(
          `least(now() + ? * interval '1 millisecond',
                 case when state = 'active' then greatest(ends_at, now() + interval '1 minute') end)`,
          [booking.againInMs],
        ),
      };
    case 'again':
      return { intent_at: null, due_at: knex.fn.now() };
  }
}

/** Joined lessons keep for themselves whether the link is in their chat. */
function postedInto({ joined }: LinkPost, knex: Knex): Record<string, unknown> {
  return joined ? {} : { posted_at: knex.fn.now() };
}
