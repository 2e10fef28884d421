import { inject } from 'inversify';
import type { Knex } from 'knex';

import { holdLease } from '../delivery/lane-wake-store-knex.js';
import type { LaneLease } from '../delivery/work-source.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { bookingColumns } from './conference-booking-store-knex.js';
import type { ConferenceBooking, ConferenceCall, ConferenceCallStore } from './conference-call-store.js';
import { toCall, type CallRow } from './conference-rows.js';
import { freeDeletedLessons } from './joined-lesson-store-knex.js';

/** SQL: chats that the link of the row of `conference` was not posted into yet. */
const UNPOSTED = `(
    select conference.chat_id, conference.post_key, false as joined
      where conference.posted_at is null and conference.lesson_takes_place and conference.chat_id is not null
    union all
    select chat_id, post_key, true from joined_lesson joined
      where joined.organization_id = conference.organization_id and joined.conference_id = conference.conference_id
        and joined.posted_at is null and joined.takes_place and chat_id is not null
        and not (conference.lesson_takes_place and joined.chat_id is not distinct from conference.chat_id)
  ) unposted`;
/** Those that are there on the messenger's side. */
const POSTABLE = `${UNPOSTED} join chat on chat.organization_id = conference.organization_id
  and chat.chat_id = unposted.chat_id and chat.remote_id is not null and chat.owner_account is not null`;
/** SQL: {@link LinkPost}s of the row of `conference`, one for each chat. */
const POSTS = `case when conference.state = 'active' then (
    select coalesce(jsonb_agg(to_jsonb(post) order by post."chatId"), '[]')
    from (select distinct on (chat.chat_id) chat.chat_id as "chatId", unposted.joined, chat.remote_id::text as "remoteId",
            chat.owner_account::text as account, unposted.post_key as key
          from ${POSTABLE} order by chat.chat_id, unposted.post_key) post) else '[]' end`;

export class KnexConferenceCallStore implements ConferenceCallStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async due(lease: LaneLease, graceMs: number, limit: number): Promise<readonly ConferenceCall[]> {
    await this.moveOn(lease, graceMs);
    const found = await rows<CallRow>(
      this.database.knex,
      `select conference.conference_id, conference.title, conference.state, conference.call_id, conference.join_link,
              conference.intent_at, conference.owner_account, conference.attempts,
              ${POSTS} as posts
       from conference
       where conference.organization_id = :organizationId and conference.due_at <= now()
         and conference.state in ('starting', 'active', 'ending')
       order by conference.due_at, conference.conference_id
       limit :limit`,
      { organizationId: lease.organizationId, limit },
    );
    return found.map(toCall);
  }

  /** Starts and ends whose time has come. */
  private async moveOn(lease: LaneLease, graceMs: number): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      const moved = await rows(
        transaction,
        `update conference set
           state = case when state = 'planned' and ends_at > now() then 'starting'
                        when state in ('planned', 'starting') then 'finished'
                        else 'ending' end,
           due_at = case when state = 'active' or (state = 'planned' and ends_at > now()) then now() end,
           failure_code = case when state = 'active' then failure_code
                               when ends_at <= now() then coalesce(failure_code, 'conference.missed') end,
           attempts = 0,
           ended_at = case when ends_at <= now() then now() end
         where organization_id = :organizationId and due_at <= now()
           and ((state = 'planned' and starts_at <= now())
             or (state = 'starting' and ends_at <= now())
             or (state = 'active' and ends_at + :graceMs * interval '1 millisecond' <= now()))
         returning 1`,
        { organizationId: lease.organizationId, graceMs },
      );
      if (moved.length > 0) {
        await notify(transaction, { kind: 'change', organizationId: lease.organizationId, topic: 'conferences' });
      }
      await this.rest(transaction, lease.organizationId, graceMs);
    });
  }

  /**
   * A planned one rests until its start; an active one has nothing to do until its end, or until its chat is there to
   * post the link into.
   */
  private async rest(transaction: Knex, organizationId: string, graceMs: number): Promise<void> {
    await rows(
      transaction,
      `update conference set
         due_at = case when state = 'planned' then starts_at
                       else least(conference.ends_at + :graceMs * interval '1 millisecond',
                                  case when exists (select 1 from ${UNPOSTED})
                                       then now() + interval '30 seconds' end) end
       where organization_id = :organizationId and due_at <= now()
         and (state = 'planned' or (state = 'active' and not exists (select 1 from ${POSTABLE})))`,
      { organizationId, graceMs },
    );
  }

  async markIntent(lease: LaneLease, conferenceIds: readonly string[]): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      await rows(
        transaction,
        // An older failure goes: whoever presses again during this start does not start a second one.
        `update conference set intent_at = now(), failure_code = null
         where organization_id = :organizationId and conference_id = any(:conferenceIds::uuid[])`,
        { organizationId: lease.organizationId, conferenceIds: [...conferenceIds] },
      );
    });
  }

  async book(
    lease: LaneLease,
    bookings: readonly (ConferenceBooking & { readonly conferenceId: string })[],
  ): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      for (const booking of bookings) {
        const { conferenceId } = booking;
        await transaction('conference')
          .where({ organization_id: lease.organizationId, conference_id: conferenceId })
          .update(bookingColumns(booking, transaction));
        if ((booking.kind === 'posted' || booking.kind === 'post-refused') && booking.post.joined) {
          await transaction('joined_lesson')
            .where({ organization_id: lease.organizationId, conference_id: conferenceId, chat_id: booking.post.chatId })
            .update({ posted_at: transaction.fn.now() });
        }
        if (booking.kind === 'ended' || booking.kind === 'not-started') {
          await freeDeletedLessons(transaction, lease.organizationId, conferenceId);
        }
      }
      await notify(transaction, { kind: 'change', organizationId: lease.organizationId, topic: 'conferences' });
    });
  }

  async nextDueAt(organizationId: string): Promise<Date | undefined> {
    const next = await rows<{ at: Date | null }>(
      this.database.knex,
      `select min(due_at) as at from conference
       where organization_id = :organizationId and due_at is not null and state not in ('finished', 'cancelled')`,
      { organizationId },
    );
    return next[0]?.at ?? undefined;
  }
}
