import { inject } from 'inversify';
import type { Knex } from 'knex';

import { wakeLanes } from '../delivery/lane-wake-store-knex.js';
import type { PersonKind } from '../host/host-directory.js';
import { Messenger, type MemberRole } from '../messenger/messenger.js';
import { must } from '../must.js';
import { Database, rows } from '../storage/database.js';
import { A_PERSON_WAITS, markChatsDue } from './chat-due-store-knex.js';
import { madeTitle } from './chat-title-store-knex.js';
import type { Run, RunChange, RunStore, UndoOutcome } from './run-store.js';

interface RunRow {
  readonly run_id: string;
  readonly cause: Run['cause'];
  readonly by: string | null;
  readonly at: Date;
  readonly added: number;
  readonly removed: number;
  readonly archived: number;
  readonly undone_at: Date | null;
  readonly undone_by: string | null;
}

interface ChangeRow {
  readonly chat_id: string;
  readonly title: string;
  readonly person_id: string;
  readonly person_kind: PersonKind;
  readonly before_role: MemberRole | null;
  readonly after_role: MemberRole | null;
}

/** Changes of a run that still stand as it left them, in chats that are open. */
const STANDING = `from membership_change change
  join chat on chat.organization_id = change.organization_id and chat.chat_id = change.chat_id and chat.state = 'open'
  left join chat_member member on member.organization_id = change.organization_id
    and member.chat_id = change.chat_id and member.person_id = change.person_id
  where change.organization_id = :organizationId and change.run_id = :runId::uuid
    and member.rule_role is not distinct from change.after_role and member.hand is null`;

/** One statement: what was taken out is kept, what came is taken out, a lost administration is given back. */
const TAKE_BACK = `with standing as (
  select change.chat_id, change.person_id, change.person_kind, before_role, after_role ${STANDING}
), kept as (
  insert into chat_member as member (organization_id, chat_id, person_id, person_kind, hand, hand_role)
  select :organizationId, chat_id, person_id, person_kind, 'kept', before_role from standing where after_role is null
  on conflict (organization_id, chat_id, person_id) do update set hand = 'kept', hand_role = excluded.hand_role
  returning member.chat_id
), removed as (
  update chat_member member set hand = 'removed'
  from standing
  where member.organization_id = :organizationId and member.chat_id = standing.chat_id
    and member.person_id = standing.person_id and before_role is null
    and not 'chat-administrator' = any(member.reasons)
  returning member.chat_id
), promoted as (
  update chat_member member set hand_role = 'admin'
  from standing
  where member.organization_id = :organizationId and member.chat_id = standing.chat_id
    and member.person_id = standing.person_id and before_role = 'admin' and after_role = 'member'
  returning member.chat_id
), returned as (
  -- A comparison took them for people who left by themselves.
  update chat_member member set hand = null, readded_at = null
  from membership_change change, synchronization_run run
  where change.organization_id = :organizationId and change.run_id = :runId::uuid
    and run.organization_id = change.organization_id and run.run_id = change.run_id and run.cause = 'comparison'
    and member.organization_id = :organizationId and member.chat_id = change.chat_id
    and member.person_id = change.person_id and member.hand = 'left'
  returning member.chat_id
)
select chat_id from kept union all select chat_id from removed union all select chat_id from promoted
union all select chat_id from returned`;

export class KnexRunStore implements RunStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(Messenger) private readonly messenger: Messenger,
  ) {}

  async list(organizationId: string, limit: number): Promise<readonly Run[]> {
    const found = await rows<RunRow>(
      this.database.knex,
      `select run_id, cause, by, at, added, removed, cardinality(archived) as archived, undone_at, undone_by
       from synchronization_run where organization_id = :organizationId order by at desc, run_id limit :limit`,
      { organizationId, limit },
    );
    return found.map(toRun);
  }

  async changes(organizationId: string, runId: string, limit: number): Promise<readonly RunChange[] | undefined> {
    const run = await rows(
      this.database.knex,
      'select 1 from synchronization_run where organization_id = :organizationId and run_id = :runId::uuid',
      { organizationId, runId },
    );
    if (run.length === 0) return undefined;
    const found = await rows<ChangeRow>(
      this.database.knex,
      `select change.chat_id, title, person_id, person_kind, before_role, after_role
       from membership_change change join chat using (organization_id, chat_id)
       where organization_id = :organizationId and run_id = :runId::uuid
       order by kind_place, source_number, title_key, person_id
       limit :limit`,
      { organizationId, runId, limit },
    );
    return found.map(toChange);
  }

  undo(organizationId: string, runId: string, by: string): Promise<UndoOutcome> {
    return this.database.knex.transaction(async (transaction): Promise<UndoOutcome> => {
      await rows(transaction, 'select 1 from organization where organization_id = :organizationId for update', {
        organizationId,
      });
      const run = await rows<{ undone_at: Date | null; archived: string[] }>(
        transaction,
        `select undone_at, archived from synchronization_run
         where organization_id = :organizationId and run_id = :runId::uuid for update`,
        { organizationId, runId },
      );
      if (run[0] === undefined) return { kind: 'missing' };
      if (run[0].undone_at !== null) return { kind: 'already' };
      await wakeLanes(transaction, [organizationId]);
      const { titleLength } = this.messenger.abilities;
      const reopened = await reopen(transaction, organizationId, run[0].archived, titleLength);
      const taken = await rows<{ chat_id: string }>(transaction, TAKE_BACK, { organizationId, runId });
      const chatIds = [...new Set([...reopened, ...taken.map((row) => row.chat_id)])];
      await markChatsDue(transaction, organizationId, chatIds, A_PERSON_WAITS);
      const all = await this.bookUndo(transaction, organizationId, runId, by);
      const done = taken.length + reopened.length;
      return { kind: 'done', taken: done, left: all + run[0].archived.length - done };
    });
  }

  /** @returns how many memberships the run changed */
  private async bookUndo(transaction: Knex, organizationId: string, runId: string, by: string): Promise<number> {
    const booked = await rows<{ changes: string }>(
      transaction,
      `update synchronization_run set undone_at = now(), undone_by = :by
       where organization_id = :organizationId and run_id = :runId::uuid
       returning (select count(*) from membership_change change
                  where change.organization_id = :organizationId and change.run_id = :runId::uuid) as changes`,
      { organizationId, runId, by },
    );
    return Number(must(booked[0], 'the run').changes);
  }
}

/** Chats whose class or group has no newer chat open again, and stay open. */
async function reopen(
  transaction: Knex,
  organizationId: string,
  chatIds: readonly string[],
  titleLength: number,
): Promise<string[]> {
  const reopened = await rows<{ chat_id: string }>(
    transaction,
    `update chat set state = 'open', kept_open = true, archived_at = null
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[]) and state = 'archived'
       and not exists (select 1 from chat newer
                       where newer.organization_id = :organizationId and newer.kind = chat.kind
                         and newer.source_id = chat.source_id and newer.state = 'open'
                         and chat.kind in ('class', 'guardians'))
     returning chat_id`,
    { organizationId, chatIds: [...chatIds] },
  );
  for (const { chat_id: chatId } of reopened) {
    const title = await madeTitle(transaction, { organizationId, chatId }, undefined, titleLength);
    await rows(
      transaction,
      `update chat set title = :title, archived_title = null
       where organization_id = :organizationId and chat_id = :chatId::uuid`,
      { organizationId, chatId, title },
    );
  }
  return reopened.map((row) => row.chat_id);
}

function toRun(row: RunRow): Run {
  return {
    runId: row.run_id,
    cause: row.cause,
    by: row.by ?? undefined,
    at: row.at,
    added: row.added,
    removed: row.removed,
    archived: row.archived,
    undone:
      row.undone_at === null ? undefined : { at: row.undone_at, by: must(row.undone_by, 'who took the run back') },
  };
}

function toChange(row: ChangeRow): RunChange {
  return {
    chatId: row.chat_id,
    chatTitle: row.title,
    personId: row.person_id,
    personKind: row.person_kind,
    before: row.before_role ?? undefined,
    after: row.after_role ?? undefined,
  };
}
