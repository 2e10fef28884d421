import { inject } from 'inversify';
import type { Knex } from 'knex';

import { lockLanes, resumeLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { Database, rows } from '../storage/database.js';
import { AN_EVENT, BULK, markChatsDue } from './chat-due-store-knex.js';
import { GUARD_MEMBERS_FROM } from './chat-preview-rules.js';
import type { ChatRuleStore, RuleWrite, RuleWriteResult } from './chat-rule-store.js';
import type { DesiredMember } from './chat-rules.js';
import type { YearlyChat } from './school-year-rules.js';
import { writeYearTurn, yearlyChat, type OpenChatRow } from './school-year-store-knex.js';

/**
 * One statement: who is named gets reasons and role; whoever is not any more loses them, but for a large removal,
 * which is held. What was decided by hand stays, except that a new chat administrator joins chats they were taken out
 * of. Answers with the chats in which something changed.
 */
const WRITE_MEMBERS = `with given as (
  select chat_id, person_id, person_kind, role, string_to_array(reasons, ',') as reasons
  from unnest(:chatIds::uuid[], :personIds::text[], :kinds::text[], :roles::text[], :reasons::text[])
    as given(chat_id, person_id, person_kind, role, reasons)
), gone as (
  select member.chat_id, member.person_id, member.removal_held from chat_member member
  where member.organization_id = :organizationId and member.chat_id = any(:scope::uuid[])
    and member.rule_role is not null
    and not exists (select 1 from given
                    where given.chat_id = member.chat_id and given.person_id = member.person_id)
), guarded as (
  select gone.chat_id from gone
  group by gone.chat_id
  having count(*) * 2 > (select count(*) from chat_member ruled
                         where ruled.organization_id = :organizationId and ruled.chat_id = gone.chat_id
                           and ruled.rule_role is not null)
     and (select count(*) from chat_member ruled
          where ruled.organization_id = :organizationId and ruled.chat_id = gone.chat_id
            and ruled.rule_role is not null) >= :guardFrom
), removed as (
  update chat_member member set rule_role = null, reasons = '{}', removal_held = false, failure_code = null,
    failure_class = null, next_attempt_at = null, attempts = 0
  from gone
  where member.organization_id = :organizationId and member.chat_id = gone.chat_id
    and member.person_id = gone.person_id and gone.chat_id not in (select chat_id from guarded)
  returning member.chat_id
), held as (
  update chat_member member set removal_held = true
  from gone
  where member.organization_id = :organizationId and member.chat_id = gone.chat_id
    and member.person_id = gone.person_id and not member.removal_held
    and gone.chat_id in (select chat_id from guarded)
  returning member.chat_id
), written as (
  insert into chat_member as member (organization_id, chat_id, person_id, person_kind, rule_role, reasons)
  select :organizationId, given.chat_id, given.person_id, given.person_kind, role, given.reasons
  from given
  left join chat_member old on old.organization_id = :organizationId and old.chat_id = given.chat_id
    and old.person_id = given.person_id
  where old.person_id is null
    or (old.person_kind, old.rule_role, old.reasons, old.removal_held)
      is distinct from (given.person_kind, given.role, given.reasons, false)
  on conflict (organization_id, chat_id, person_id) do update
    set person_kind = excluded.person_kind, rule_role = excluded.rule_role, reasons = excluded.reasons,
        removal_held = false, next_attempt_at = null,
        failure_code = case when member.rule_role = excluded.rule_role then member.failure_code end,
        failure_class = case when member.rule_role = excluded.rule_role then member.failure_class end,
        hand = case when member.hand = 'kept' then null
                    when member.hand <> 'added' and 'chat-administrator' = any(excluded.reasons) then null
                    else member.hand end,
        hand_role = case when member.hand = 'kept' then null else member.hand_role end
    where (member.person_kind, member.rule_role, member.reasons, member.removal_held)
      is distinct from (excluded.person_kind, excluded.rule_role, excluded.reasons, false)
  returning member.chat_id
)
select chat_id, false as held from removed
union select chat_id, true from held
union select chat_id, false from written`;

interface Touched {
  readonly chat_id: string;
  readonly held: boolean;
}

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
      const touched = await this.writeMembers(transaction, organizationId, scoped);
      const changed = [...new Set([...turned, ...titled, ...touched.map((row) => row.chat_id)])];
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

  private async writeMembers(
    transaction: Knex,
    organizationId: string,
    chats: readonly { readonly chatId: string; readonly members: readonly DesiredMember[] }[],
  ): Promise<Touched[]> {
    const members = chats.flatMap(({ chatId, members: desired }) => desired.map((member) => ({ chatId, ...member })));
    return rows<Touched>(transaction, WRITE_MEMBERS, {
      organizationId,
      guardFrom: GUARD_MEMBERS_FROM,
      scope: chats.map((chat) => chat.chatId),
      chatIds: members.map((member) => member.chatId),
      personIds: members.map((member) => member.personId),
      kinds: members.map((member) => member.kind),
      roles: members.map((member) => member.role),
      reasons: members.map((member) => member.reasons.join(',')),
    });
  }
}
