import { inject } from 'inversify';
import type { Knex } from 'knex';

import { endDoubts } from '../../delivery/doubt-store-knex.js';
import { SettingsSource } from '../../settings.js';
import { rows, type Bindings } from '../../storage/database.js';
import { notify } from '../../storage/notifications.js';
import type { ConferenceLife, LifeLengths } from './conference-life.js';
import { isDone } from './conference-state.js';
import { planLife, type CallAction } from './life-plan.js';
import { LIFE_COLUMNS, toLife, type LifeRow } from './life-rows.js';

/** A pure change of a conference; `now` is the database's. */
export type LifeChange = (life: ConferenceLife, now: Date, lengths: LifeLengths) => ConferenceLife;

/** A conference as it was left, and what is to be sent for it. */
export interface PlannedLife {
  readonly life: ConferenceLife;
  readonly actions: readonly CallAction[];
}

interface ChangedLife {
  readonly before: ConferenceLife;
  readonly after: ConferenceLife;
  readonly dueBefore: Date | undefined;
  readonly dueAt: Date | undefined;
}

/**
 * The one way in which a conference's state, calls and times of delivery are written: read under the lane's lock, changed
 * by pure functions, written with one statement. Its callers hold the lane's row, and have their own transaction.
 */
export class KnexLifeStore {
  constructor(@inject(SettingsSource) private readonly source: SettingsSource) {}

  /** Those of some ids that are there, after the change. */
  change(
    transaction: Knex,
    organizationId: string,
    conferenceIds: readonly string[],
    change: LifeChange,
  ): Promise<readonly PlannedLife[]> {
    if (conferenceIds.length === 0) return Promise.resolve([]);
    const condition = 'conference.conference_id = any(:conferenceIds::uuid[])';
    return this.changeWhere(transaction, organizationId, condition, { conferenceIds: [...conferenceIds] }, change);
  }

  /** Those that are due, the longest due first, after the change. @param waiting also those that wait for an account */
  changeDue(
    transaction: Knex,
    organizationId: string,
    due: { readonly waiting: boolean; readonly limit: number },
    change: LifeChange,
  ): Promise<readonly PlannedLife[]> {
    const condition = `(conference.due_at <= now() or (:waiting::boolean and conference.waits))`;
    return this.changeWhere(transaction, organizationId, condition, due, change, 'limit :limit');
  }

  private async changeWhere(
    transaction: Knex,
    organizationId: string,
    condition: string,
    bindings: Bindings,
    change: LifeChange,
    limit = '',
  ): Promise<readonly PlannedLife[]> {
    const { graceMinutes, lessonGraceSeconds } = this.source.settings;
    const lengths = { graceMs: graceMinutes * 60_000, lessonGraceMs: lessonGraceSeconds * 1000 };
    const found = await rows<LifeRow>(
      transaction,
      `select ${LIFE_COLUMNS} from conference where conference.organization_id = :organizationId and ${condition}
       order by conference.due_at, conference.conference_id ${limit} for no key update`,
      { organizationId, ...bindings },
    );
    const planned = found.map((row) => {
      const before = toLife(row);
      const after = change(before, row.now, lengths);
      const { actions, nextAt } = planLife(after, row.now, lengths);
      // What is due already keeps its place among the others.
      const dueBefore = row.due_at ?? undefined;
      const stays = actions.length > 0 && dueBefore !== undefined && dueBefore <= row.now;
      return { before, after, actions, dueBefore, dueAt: stays ? dueBefore : nextAt };
    });
    await write(transaction, organizationId, planned);
    return planned.map(({ after, actions }) => ({ life: after, actions }));
  }
}

async function write(transaction: Knex, organizationId: string, planned: readonly ChangedLife[]): Promise<void> {
  const moved = planned.filter((one) => isChanged(one) || one.dueBefore?.getTime() !== one.dueAt?.getTime());
  if (moved.length === 0) return;
  await writeLives(transaction, organizationId, moved);
  await writePosts(transaction, organizationId, moved);
  const left = moved.flatMap(({ before, after }) =>
    before.doubts.filter(({ id }) => !after.doubts.some((one) => one.id === id)),
  );
  await endDoubts(
    transaction,
    organizationId,
    left.map(({ id }) => id),
  );
  await freeLessons(transaction, organizationId, moved);
  if (moved.some(isChanged)) {
    await notify(transaction, { kind: 'change', organizationId, topic: 'conferences' });
  }
}

async function writeLives(transaction: Knex, organizationId: string, moved: readonly ChangedLife[]): Promise<void> {
  const written = moved.map(({ after, dueAt }) => ({
    conference_id: after.conferenceId,
    state: after.state,
    ended_by: after.endedBy ?? null,
    ended_at: after.endedAt ?? null,
    call_id: after.call?.id ?? null,
    join_link: after.call?.joinLink ?? null,
    owner_account: after.call?.account ?? null,
    failure_code: after.failureCode ?? null,
    attempts: after.attempts,
    rest_until: after.restUntil ?? null,
    held: after.held,
    waits: after.waits,
    due_at: dueAt ?? null,
    deleted: after.deleted,
  }));
  await rows(
    transaction,
    `update conference set
       state = life.state, ended_by = life.ended_by, ended_at = life.ended_at, call_id = life.call_id,
       join_link = life.join_link, owner_account = life.owner_account, failure_code = life.failure_code,
       attempts = life.attempts, rest_until = life.rest_until, held = life.held, waits = life.waits,
       due_at = life.due_at, deleted_at = case when life.deleted then coalesce(deleted_at, now()) end
     from jsonb_to_recordset(:written::jsonb) as life(conference_id uuid, state text, ended_by text, ended_at timestamptz,
       call_id text, join_link text, owner_account bigint, failure_code text, attempts integer, rest_until timestamptz,
       held boolean, waits boolean, due_at timestamptz, deleted boolean)
     where conference.organization_id = :organizationId and conference.conference_id = life.conference_id`,
    { organizationId, written: JSON.stringify(written) },
  );
}

/** A new call begins with no posts. */
async function writePosts(transaction: Knex, organizationId: string, moved: readonly ChangedLife[]): Promise<void> {
  const afresh = moved
    .filter(({ before, after }) => before.call !== undefined && after.call === undefined)
    .map(({ after }) => after.conferenceId);
  if (afresh.length > 0) {
    await rows(
      transaction,
      `delete from conference_post
       where organization_id = :organizationId and conference_id = any(:afresh::uuid[])`,
      { organizationId, afresh },
    );
  }
  const written = moved.flatMap(({ before, after }) =>
    after.chats
      .filter(({ chatId, post }) => post !== before.chats.find((chat) => chat.chatId === chatId)?.post)
      .flatMap(({ chatId, post }) =>
        post === undefined
          ? []
          : {
              ...{ conference_id: after.conferenceId, chat_id: chatId, posted_at: post.postedAt ?? null },
              ...{ failure_code: post.failureCode ?? null, attempts: post.attempts, due_at: post.dueAt ?? null },
              account: post.account ?? null,
            },
      ),
  );
  if (written.length === 0) return;
  await rows(
    transaction,
    `insert into conference_post (organization_id, conference_id, chat_id, posted_at, failure_code, attempts, due_at, account)
     select :organizationId, conference_id, chat_id, posted_at, failure_code, attempts, due_at, account
     from jsonb_to_recordset(:written::jsonb) as post(conference_id uuid, chat_id uuid, posted_at timestamptz,
       failure_code text, attempts integer, due_at timestamptz, account bigint)
     on conflict (organization_id, conference_id, chat_id) do update set
       posted_at = excluded.posted_at, failure_code = excluded.failure_code, attempts = excluded.attempts,
       due_at = excluded.due_at, account = excluded.account`,
    { organizationId, written: JSON.stringify(written) },
  );
}

/** A deleted conference frees its lessons when its call is over for sure. */
async function freeLessons(transaction: Knex, organizationId: string, moved: readonly ChangedLife[]): Promise<void> {
  const freed = moved
    .filter(({ after }) => after.deleted && isDone(after.state))
    .map(({ after }) => after.conferenceId);
  if (freed.length === 0) return;
  await rows(
    transaction,
    `with freed as (
       update conference set lesson_id = null
       where organization_id = :organizationId and conference_id = any(:freed::uuid[]))
     delete from joined_lesson where organization_id = :organizationId and conference_id = any(:freed::uuid[])`,
    { organizationId, freed },
  );
}

function isChanged({ before, after }: ChangedLife): boolean {
  return before !== after && JSON.stringify(before) !== JSON.stringify(after);
}
