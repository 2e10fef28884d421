import type { Knex } from 'knex';

import { must } from '../must.js';
import { rows } from '../storage/database.js';
import type { RuleWrite } from './chat-rule-store.js';
import { titledChats } from './chat-title-store-knex.js';
import { makeTitles } from './made-titles.js';

/** Takes the transaction back: see `RuleWriteResult.crowded`. */
export class TitlesCrowded extends Error {}

/**
 * Chats that the rules want, each with a title of its own. Under the organization's lock.
 * @returns ids of the chats that are new or titled anew
 * @throws TitlesCrowded
 */
export async function writeRuledChats(transaction: Knex, write: RuleWrite, titleLength: number): Promise<string[]> {
  if (write.chats.length === 0) return [];
  const known = await titledChats(transaction, write.organization.id);
  const { titles, crowded } = makeTitles(write.chats, known, titleLength);
  if (crowded && !write.allClasses) throw new TitlesCrowded();
  const titled = await rows<{ chat_id: string }>(
    transaction,
    `insert into chat (organization_id, kind, source_id, source_name, school_year, title)
     select :organizationId, kind, source_id, source_name, school_year, title
     from unnest(:kinds::text[], :sourceIds::text[], :sourceNames::text[], :years::text[], :titles::text[])
       as given(kind, source_id, source_name, school_year, title)
     on conflict (organization_id, kind, source_id, school_year)
       where kind in ('teachers', 'class', 'guardians') and state in ('open', 'archived')
     do update set source_name = excluded.source_name, state = 'open', title = excluded.title,
                   archived_at = null, archived_title = null
       where chat.source_name <> excluded.source_name or chat.title <> excluded.title or chat.state = 'archived'
     returning chat_id`,
    { ...keysOf(write), sourceNames: write.chats.map((chat) => chat.sourceName), titles },
  );
  return titled.map((row) => row.chat_id);
}

interface IdentityRow {
  readonly chat_id: string;
  readonly kind: string;
  readonly source_id: string;
  readonly school_year: string;
}

/** The chats that the rules want, each with its id. */
export async function identifiedChats(transaction: Knex, write: RuleWrite): Promise<RuleWrite['handMade']> {
  if (write.chats.length === 0) return [];
  const found = await rows<IdentityRow>(
    transaction,
    `select chat.chat_id, chat.kind, chat.source_id, chat.school_year
     from unnest(:kinds::text[], :sourceIds::text[], :years::text[]) as given(kind, source_id, school_year)
     join chat on chat.organization_id = :organizationId and chat.kind = given.kind
       and chat.source_id = given.source_id and chat.school_year = given.school_year and chat.state = 'open'`,
    keysOf(write),
  );
  const ids = new Map(found.map((row) => [keyOf(row.kind, row.source_id, row.school_year), row.chat_id]));
  return write.chats.map(({ kind, sourceId, schoolYear, members }) => {
    const key = keyOf(kind, sourceId, schoolYear);
    return { chatId: must(ids.get(key), `the open chat ${key}`), members };
  });
}

function keysOf({ organization, chats }: RuleWrite): Record<string, unknown> {
  return {
    organizationId: organization.id,
    kinds: chats.map((chat) => chat.kind),
    sourceIds: chats.map((chat) => chat.sourceId),
    years: chats.map((chat) => chat.schoolYear),
  };
}

function keyOf(kind: string, sourceId: string, schoolYear: string): string {
  return JSON.stringify([kind, sourceId, schoolYear]);
}
