import { inject } from 'inversify';
import type { Knex } from 'knex';

import { lockLanes, resumeLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { Messenger } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';
import { AN_EVENT, BULK, markChatsDue, markUnmadeDue } from './chat-due-store-knex.js';
import type { ChatRuleStore, RuleWrite, RuleWriteResult } from './chat-rule-store.js';
import { surveyAtOnce } from './chat-search-store-knex.js';
import { identifiedChats, TitlesCrowded, writeRuledChats } from './ruled-chat-store-knex.js';
import { writeRuledMembers } from './ruled-member-store-knex.js';
import type { YearlyChat } from './school-year-rules.js';
import { beginRun, endRun } from './run-log-store-knex.js';
import { writeYearTurn, yearlyChat, type OpenChatRow } from './school-year-store-knex.js';

export class KnexChatRuleStore implements ChatRuleStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(Messenger) private readonly messenger: Messenger,
  ) {}

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
    try {
      return await this.database.knex.transaction((transaction) => this.writeAll(transaction, write));
    } catch (error) {
      if (error instanceof TitlesCrowded) return { ...NOTHING, crowded: true };
      throw error;
    }
  }

  private async writeAll(transaction: Knex, write: RuleWrite): Promise<RuleWriteResult> {
    const administrator = await this.writeOrganization(transaction, write);
    if (administrator === undefined) return { ...NOTHING, stale: true };
    if (administrator.changed && !write.complete) return { ...NOTHING, narrow: true };
    const organizationId = write.organization.id;
    await lockLanes(transaction, [organizationId]);
    const { titleLength } = this.messenger.abilities;
    const turned = await writeYearTurn(transaction, organizationId, write.turn, titleLength);
    const titled = await writeRuledChats(transaction, write, titleLength);
    const scoped = [...(await identifiedChats(transaction, write)), ...write.handMade];
    const run = await beginRun(transaction, write, turned.archived);
    const touched = await writeRuledMembers(transaction, organizationId, scoped, run, write.cause.kind !== 'events');
    await endRun(transaction, organizationId, run);
    const changed = [...new Set([...turned.changed, ...titled, ...touched.map((row) => row.chat_id)])];
    await markChatsDue(transaction, organizationId, changed, write.complete ? BULK : AN_EVENT);
    if (administrator.changed) {
      const refused = await forgetRefusedTakeOvers(transaction, organizationId);
      await markChatsDue(transaction, organizationId, refused, AN_EVENT);
      await markUnmadeDue(transaction, [organizationId]);
      await surveyAtOnce(transaction, [organizationId]);
      await resumeLanes(transaction, [organizationId]);
    } else if (changed.length > 0) {
      await wakeLanes(transaction, [organizationId]);
    }
    return { ...NOTHING, changed: changed.length, held: touched.filter((row) => row.held).length };
  }

  /**
   * Another chat administrator is written by a look at everything only: a narrower one would leave the chats that it did not
   * look at to the one before.
   * @returns undefined when somebody wrote from a newer read
   */
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
    const changed = before[0].chat_administrator_id !== bindings.administratorId;
    if (changed && !complete) return { changed };
    await rows(
      transaction,
      `update organization set name = :name, time_zone = :timeZone, chat_administrator_id = :administratorId,
         sync_version = sync_version + 1, passed_at = case when :complete then now() else passed_at end
       where organization_id = :id`,
      bindings,
    );
    return { changed };
  }
}

/** What the one before was refused is asked again in the new one's name. @returns the chats that wait for it */
async function forgetRefusedTakeOvers(transaction: Knex, organizationId: string): Promise<string[]> {
  const forgotten = await rows<{ chat_id: string }>(
    transaction,
    `delete from chat_failure where organization_id = :organizationId and property = 'take-over' returning chat_id`,
    { organizationId },
  );
  return forgotten.map((row) => row.chat_id);
}

const NOTHING: RuleWriteResult = { stale: false, crowded: false, narrow: false, changed: 0, held: 0 };
