import { inject } from 'inversify';

import { askAgain, lockLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { must } from '../must.js';
import type { ChatKind } from '../protocol/protocol.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import type {
  DeliveryMinuteRow,
  FailureGroup,
  HeldChangeRow,
  SynchronizationFacts,
  SynchronizationStore,
  SchoolRow,
  WaitingChatRow,
} from './synchronization-store.js';

const EXAMPLES = 3;

interface HeldRow {
  readonly chat_id: string;
  readonly title: string;
  readonly closing_held: boolean;
  readonly held: number;
  readonly members: number;
  readonly missing: number | null;
  readonly asks: boolean;
}

function heldOf({ closing_held, held, members, missing, asks }: HeldRow): Pick<HeldChangeRow, 'kind' | 'people'> {
  if (closing_held) return { kind: 'archive', people: members };
  if (asks) return { kind: 'candidates', people: members };
  return held > 0 ? { kind: 'removal', people: held } : { kind: 'reading', people: missing ?? 0 };
}

export class KnexSynchronizationStore implements SynchronizationStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async failures(organizationId: string): Promise<readonly FailureGroup[]> {
    const found = await rows<{
      code: string;
      people: string;
      chats: string;
      next_attempt_at: Date | null;
      examples: { chatId: string; title: string }[];
    }>(
      this.database.knex,
      `with failed as (
         select chat_id, failure_code as code, next_attempt_at, 0 as people from chat
         where organization_id = :organizationId and failure_code is not null and state in ('open', 'closing')
           and not (asks and state = 'open')
         union all
         select chat_id, failure.code, failure.next_attempt_at, 0
         from chat_failure failure join chat using (organization_id, chat_id)
         where organization_id = :organizationId and state in ('open', 'closing')
           and not (property = 'reading' and reading_missing is not null and state = 'open')
         union all
         select chat_id, member.failure_code, member.next_attempt_at, 1
         from chat_member member join chat using (organization_id, chat_id)
         where organization_id = :organizationId and member.failure_code is not null and invited_at is null
           and state in ('open', 'closing'))
       select code, sum(people) as people, count(distinct chat_id) as chats, min(failed.next_attempt_at) as next_attempt_at,
              (select jsonb_agg(jsonb_build_object('chatId', example.chat_id, 'title', example.title))
               from (select chat_id, title from chat
                     where organization_id = :organizationId and chat_id = any(array_agg(failed.chat_id))
                     order by title limit ${EXAMPLES}) example) as examples
       from failed group by code order by sum(people) desc, code`,
      { organizationId },
    );
    return found.map((row) => ({
      code: row.code,
      people: Number(row.people),
      chats: Number(row.chats),
      nextAttemptAt: row.next_attempt_at ?? undefined,
      examples: row.examples,
    }));
  }

  async waiting(organizationId: string, limit: number): Promise<readonly WaitingChatRow[]> {
    const found = await rows<{ chat_id: string; title: string; kind: ChatKind; since: Date }>(
      this.database.knex,
      `select chat_id, title, kind, due_at as since from chat
       where organization_id = :organizationId and due_at <= now() and state <> 'closed'
       order by since, chat_id limit :limit`,
      { organizationId, limit },
    );
    return found.map((row) => ({ chatId: row.chat_id, title: row.title, kind: row.kind, since: row.since }));
  }

  async held(organizationId: string): Promise<readonly HeldChangeRow[]> {
    const found = await rows<HeldRow>(
      this.database.knex,
      `select chat_id, title, closing_held, held_count as held, member_count as members, reading_missing as missing, asks
       from chat
       where organization_id = :organizationId and state = 'open'
         and (held_count > 0 or closing_held or reading_missing is not null or asks)
       order by kind_place, source_number, title_key`,
      { organizationId },
    );
    return found.map((row) => ({
      chatId: row.chat_id,
      title: row.title,
      ...heldOf(row),
    }));
  }

  async minutes(organizationId: string, from: Date): Promise<readonly DeliveryMinuteRow[]> {
    const found = await rows<Omit<DeliveryMinuteRow, 'backlog'> & { backlog: number | null }>(
      this.database.knex,
      `select minute as at, requests, calls, failed, refused, backlog from delivery_minute
       where organization_id = :organizationId and minute >= :from order by minute`,
      { organizationId, from },
    );
    return found.map((row) => ({ ...row, backlog: row.backlog ?? undefined }));
  }

  async facts(organizationId: string): Promise<SynchronizationFacts> {
    const found = await rows<{
      delivered: string;
      unlinked: string;
      compared_at: Date | null;
      never: boolean | null;
      check_at: Date | null;
    }>(
      this.database.knex,
      `select
         (select count(*) from chat where organization_id = :organizationId and remote_id is not null) as delivered,
         (select count(distinct person_id) from chat_member
          join chat using (organization_id, chat_id)
          left join account_link link using (person_id)
          where organization_id = :organizationId and chat.state = 'open' and wanted_role is not null
            and link.person_id is null) as unlinked,
         (select min(compared_at) from chat
          where organization_id = :organizationId and state = 'open' and remote_id is not null) as compared_at,
         (select bool_or(compared_at is null) from chat
          where organization_id = :organizationId and state = 'open' and remote_id is not null) as never,
         (select check_at from organization where organization_id = :organizationId) as check_at`,
      { organizationId },
    );
    const row = must(found[0], 'the counts');
    return {
      delivered: Number(row.delivered),
      unlinkedPeople: Number(row.unlinked),
      comparedAt: row.never ? undefined : (row.compared_at ?? undefined),
      checkAt: row.check_at ?? undefined,
    };
  }

  retry(organizationId: string, code: string): Promise<number> {
    return this.database.knex.transaction(async (transaction) => {
      await lockLanes(transaction, [organizationId]);
      const chats = await rows<{ chat_id: string }>(
        transaction,
        `with people as (
           update chat_member set failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
           where organization_id = :organizationId and failure_code = :code and invited_at is null
           returning chat_id
         ), properties as (
           delete from chat_failure where organization_id = :organizationId and code = :code and property <> 'twin'
           returning chat_id)
         update chat set
           failure_code = case when failure_code = :code then null else failure_code end,
           failure_class = case when failure_code = :code then null else failure_class end,
           next_attempt_at = case when failure_code = :code then null else next_attempt_at end,
           attempts = case when failure_code = :code then 0 else attempts end,
           due_at = now(), revision = revision + 1, priority = 0
         where organization_id = :organizationId and state in ('open', 'closing')
           and ((failure_code = :code and not asks) or chat_id in (select chat_id from people)
                or chat_id in (select chat_id from properties))
         returning chat_id`,
        { organizationId, code },
      );
      await wakeLanes(transaction, chats.length === 0 ? [] : [organizationId]);
      await askAgain(transaction, organizationId);
      await notify(transaction, { kind: 'change', organizationId, topic: 'chats' });
      await notify(transaction, { kind: 'change', organizationId, topic: 'progress' });
      return chats.length;
    });
  }

  async beginCheck(organizationId: string, coolDownMs: number): Promise<boolean> {
    const begun = await rows(
      this.database.knex,
      `update organization set check_at = now()
       where organization_id = :organizationId
         and (check_at is null or check_at <= now() - :coolDownMs * interval '1 millisecond')
       returning 1`,
      { organizationId, coolDownMs },
    );
    return begun.length > 0;
  }

  async schools(limit: number): Promise<{ readonly total: number; readonly items: readonly SchoolRow[] }> {
    const found = await rows<{
      total: string;
      organization_id: string;
      name: string;
      stop_code: string | null;
      chats: string;
      waiting: string;
      failed: string;
      oldest: Date | null;
    }>(
      this.database.knex,
      `select count(*) over () as total, organization_id, name, stop_code, coalesce(chats, 0) as chats,
              coalesce(waiting, 0) as waiting, coalesce(failed, 0) as failed, oldest
       from organization
       left join delivery_lane using (organization_id)
       left join (
         select organization_id, count(*) as chats, count(*) filter (where due_at <= now()) as waiting,
                sum(failed_count) + count(*) filter (where failure_code is not null) as failed,
                min(due_at) filter (where due_at <= now()) as oldest
         from chat where state = 'open' group by organization_id) counted using (organization_id)
       order by stop_code is null, failed desc nulls last, oldest nulls last, name, organization_id
       limit :limit`,
      { limit },
    );
    return {
      total: Number(found[0]?.total ?? 0),
      items: found.map((row) => ({
        organizationId: row.organization_id,
        name: row.name,
        stopCode: row.stop_code ?? undefined,
        chats: Number(row.chats),
        waitingChats: Number(row.waiting),
        failed: Number(row.failed),
        oldest: row.oldest ?? undefined,
      })),
    };
  }
}
