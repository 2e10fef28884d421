import { inject } from 'inversify';
import type { Knex } from 'knex';

import { lockLanes, resumeLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { Database, rows } from '../storage/database.js';
import { AN_EVENT, BULK, markChatsDue } from './chat-due-store-knex.js';
import type { ChatRuleStore, RuleWrite, RuleWriteResult } from './chat-rule-store.js';
import { writeRuledMembers } from './ruled-member-store-knex.js';
import type { YearlyChat } from './school-year-rules.js';
import { beginRun, endRun } from './run-log-store-knex.js';
import { writeYearTurn, yearlyChat, type OpenChatRow } from './school-year-store-knex.js';

export class KnexChatRuleStore implements ChatRuleStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async version(organizationId: string): Promise<string> {
    const found = await rows<{ sync_version: string }>(
      this.database.knex,
      'select sync_version from organization where organization_id = :organizationId',
      { organizationId },
    );
    return found[0]?.sync_version ?? '0';
  }

  async openChats(organizationId: string, sourceIds: readonly string[] | 'all'): Promise<readonly YearlyChat[]> {
    const found = await rows<OpenChatRow>(
      this.database.knex,
      `select chat_id, kind, source_id, school_year, title, kept_open, closing_held,
              coalesce(continues, continues_chats) as continues
       from chat join organization using (organization_id)
       where organization_id = :organizationId and (state = 'open' or close_after > now())
         and (kind in ('subject', 'other') or (kind <> 'teachers' and (:all or source_id = any(:sourceIds::text[]))))`,
      { organizationId, all: sourceIds === 'all', sourceIds: sourceIds === 'all' ? [] : [...sourceIds] },
    );
    return found.map(yearlyChat);
  }

  async write(write: RuleWrite): Promise<RuleWriteResult> {
    return this.database.knex.transaction(async (transaction) => {
      const administrator = await this.writeOrganization(transaction, write);
      if (administrator === undefined) return { stale: true, changed: 0, held: 0 };
      const organizationId = write.organization.id;
      await lockLanes(transaction, [organizationId]);
      const turned = await writeYearTurn(transaction, organizationId, write.turn);
      const { ids, titled } = await this.writeChats(transaction, write);
      const scoped = [
        ...write.chats.map((chat, index) => ({ chatId: ids[index] ?? '', members: chat.members })),
        ...write.handMade,
      ];
      const run = await beginRun(transaction, write, turned.archived);
      const touched = await writeRuledMembers(transaction, organizationId, scoped, run);
      await endRun(transaction, organizationId, run);
      const changed = [...new Set([...turned.changed, ...titled, ...touched.map((row) => row.chat_id)])];
      await markChatsDue(transaction, organizationId, changed, write.complete ? BULK : AN_EVENT);
      if (administrator.changed) await resumeLanes(transaction, [organizationId]);
      else if (changed.length > 0) await wakeLanes(transaction, [organizationId]);
      return { stale: false, changed: changed.length, held: touched.filter((row) => row.held).length };
    });
  }

  /** @returns undefined when somebody wrote from a newer read */
  private async writeOrganization(transaction: Knex, write: RuleWrite): Promise<{ changed: boolean } | undefined> {
    const { organization, version, complete } = write;
    const bindings = {
      id: organization.id,
      name: organization.name,
      timeZone: organization.timeZone,
      administratorId: organization.chatAdministratorId ?? null,
      version,
      complete,
    };
    await rows(
      transaction,
      `insert into organization (organization_id, name, time_zone) values (:id, :name, :timeZone)
       on conflict do nothing`,
      bindings,
    );
    const before = await rows<{ chat_administrator_id: string | null }>(
      transaction,
      `select chat_administrator_id from organization
       where organization_id = :id and sync_version = :version for update`,
      bindings,
    );
    if (before[0] === undefined) return undefined;
    await rows(
      transaction,
      `update organization set name = :name, time_zone = :timeZone, chat_administrator_id = :administratorId,
         sync_version = sync_version + 1, passed_at = case when :complete then now() else passed_at end
       where organization_id = :id`,
      bindings,
    );
    return { changed: before[0].chat_administrator_id !== bindings.administratorId };
  }

  /** @returns ids of the chats in their order, and those that are new or renamed */
  private async writeChats(transaction: Knex, write: RuleWrite): Promise<{ ids: string[]; titled: string[] }> {
    if (write.chats.length === 0) return { ids: [], titled: [] };
    const bindings = {
      organizationId: write.organization.id,
      kinds: write.chats.map((chat) => chat.kind),
      sourceIds: write.chats.map((chat) => chat.sourceId),
      sourceNames: write.chats.map((chat) => chat.sourceName),
      years: write.chats.map((chat) => chat.schoolYear),
      titles: write.chats.map((chat) => chat.title),
    };
    const titled = await rows<{ chat_id: string }>(
      transaction,
      `insert into chat (organization_id, kind, source_id, source_name, school_year, title)
       select :organizationId, kind, source_id, source_name, school_year, title
       from unnest(:kinds::text[], :sourceIds::text[], :sourceNames::text[], :years::text[], :titles::text[])
         as given(kind, source_id, source_name, school_year, title)
       on conflict (organization_id, kind, source_id, school_year)
         where kind in ('teachers', 'class', 'guardians') and state in ('open', 'archived')
       do update set source_name = excluded.source_name, state = 'open',
                     title = case when not chat.title_by_hand then excluded.title
                                  when chat.state = 'archived' then coalesce(chat.archived_title, chat.title)
                                  else chat.title end,
                     archived_at = null, archived_title = null
         where chat.source_name <> excluded.source_name or (chat.title <> excluded.title and not chat.title_by_hand)
           or chat.state = 'archived'
       returning chat_id`,
      bindings,
    );
    const ids = await rows<{ chat_id: string }>(
      transaction,
      `select chat.chat_id
       from unnest(:kinds::text[], :sourceIds::text[], :years::text[])
         with ordinality as given(kind, source_id, school_year, place)
       join chat on chat.organization_id = :organizationId and chat.kind = given.kind
         and chat.source_id = given.source_id and chat.school_year = given.school_year and chat.state = 'open'
       order by place`,
      bindings,
    );
    return { ids: ids.map((row) => row.chat_id), titled: titled.map((row) => row.chat_id) };
  }
}
