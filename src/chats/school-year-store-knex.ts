import type { Knex } from 'knex';

import type { ChatKind } from '../protocol/protocol.js';
import { rows } from '../storage/database.js';
import { titledChats } from './chat-title-store-knex.js';
import { distinctTitle, titleKey } from './chat-title.js';
import { takenKeys } from './made-titles.js';
import type { YearlyChat, YearTurn } from './school-year-rules.js';

export interface OpenChatRow {
  readonly chat_id: string;
  readonly kind: ChatKind;
  readonly source_id: string;
  readonly school_year: string;
  readonly title: string;
  readonly continues: boolean;
  readonly kept_open: boolean;
  readonly closing_held: boolean;
}

export function yearlyChat(row: OpenChatRow): YearlyChat {
  return {
    chatId: row.chat_id,
    kind: row.kind,
    sourceId: row.source_id,
    schoolYear: row.school_year,
    title: row.title,
    continues: row.continues,
    keptOpen: row.kept_open,
    closingHeld: row.closing_held,
  };
}

/**
 * In one transaction with what follows from it, under the organization's lock. A chat whose next school year has a chat already stays where it is.
 * @returns ids of the chats in which something changed, and of those that went into the archive
 */
export async function writeYearTurn(
  transaction: Knex,
  organizationId: string,
  turn: YearTurn,
  titleLength: number,
): Promise<{ readonly changed: readonly string[]; readonly archived: readonly string[] }> {
  const archived = await archiveChats(transaction, organizationId, turn.archived, titleLength);
  const changed = [
    ...(await writeMoves(transaction, organizationId, turn.moved)),
    ...archived,
    ...(await writeHeld(transaction, organizationId, turn.held, true)),
    ...(await writeHeld(transaction, organizationId, turn.released, false)),
  ];
  return { changed: [...new Set(changed)], archived };
}

async function writeMoves(transaction: Knex, organizationId: string, moved: YearTurn['moved']): Promise<string[]> {
  if (moved.length === 0) return [];
  const written = await rows<{ chat_id: string }>(
    transaction,
    `update chat set school_year = given.school_year, closing_held = false
     from unnest(:chatIds::uuid[], :years::text[]) as given(chat_id, school_year)
     where chat.organization_id = :organizationId and chat.chat_id = given.chat_id
       and not exists (select 1 from chat other
                       where other.organization_id = :organizationId and other.kind = chat.kind
                         and other.source_id = chat.source_id and other.school_year = given.school_year
                         and other.state in ('open', 'archived') and chat.kind in ('class', 'guardians'))
     returning chat.chat_id`,
    {
      organizationId,
      chatIds: moved.map(({ chatId }) => chatId),
      years: moved.map(({ schoolYear }) => schoolYear),
    },
  );
  return written.map((row) => row.chat_id);
}

/** Nobody is taken out and nobody comes any more; what was waiting for a decision is not waited for. */
export async function archiveChats(
  transaction: Knex,
  organizationId: string,
  archived: YearTurn['archived'],
  titleLength: number,
): Promise<string[]> {
  if (archived.length === 0) return [];
  const titles = await archivedTitles(transaction, organizationId, archived, titleLength);
  const written = await rows<{ chat_id: string }>(
    transaction,
    `update chat set state = 'archived', archived_at = now(), archived_title = chat.title, title = given.title,
       closing_held = false, failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
     from unnest(:chatIds::uuid[], :titles::text[]) as given(chat_id, title)
     where chat.organization_id = :organizationId and chat.chat_id = given.chat_id and chat.state = 'open'
     returning chat.chat_id`,
    {
      organizationId,
      chatIds: archived.map(({ chatId }) => chatId),
      titles,
    },
  );
  const chatIds = written.map((row) => row.chat_id);
  await rows(
    transaction,
    `update chat_member set removal_held = false
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[]) and removal_held`,
    { organizationId, chatIds },
  );
  return chatIds;
}

/** Told apart from each other too: two classes of one name may end in one year. */
async function archivedTitles(
  transaction: Knex,
  organizationId: string,
  archived: YearTurn['archived'],
  titleLength: number,
): Promise<readonly string[]> {
  const ending = new Set(archived.map(({ chatId }) => chatId));
  const known = await titledChats(transaction, organizationId);
  const taken = takenKeys(
    known.filter(({ chatId }) => !ending.has(chatId)),
    titleLength,
  );
  return archived.map(({ title }) => {
    const distinct = distinctTitle(title, taken, titleLength);
    taken.add(titleKey(distinct));
    return distinct;
  });
}

async function writeHeld(
  transaction: Knex,
  organizationId: string,
  chatIds: readonly string[],
  held: boolean,
): Promise<string[]> {
  if (chatIds.length === 0) return [];
  const written = await rows<{ chat_id: string }>(
    transaction,
    `update chat set closing_held = :held
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[]) and closing_held <> :held
     returning chat_id`,
    { organizationId, chatIds: [...chatIds], held },
  );
  return written.map((row) => row.chat_id);
}
