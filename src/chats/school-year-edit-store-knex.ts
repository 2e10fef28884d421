import { inject } from 'inversify';
import type { Knex } from 'knex';

import { Messenger } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';
import { A_PERSON_WAITS, markChatsDue } from './chat-due-store-knex.js';
import { madeTitle } from './chat-title-store-knex.js';
import { ruleTitle } from './chat-title.js';
import type { EditedChat, EditOutcome } from './chat-edit-store.js';
import { bookEdit, withChat, type LockedChat } from './chat-lock-store-knex.js';
import type { SchoolYearEditStore } from './school-year-edit-store.js';
import { archiveChats } from './school-year-store-knex.js';

const DONE: EditOutcome = { kind: 'done' };
const CONFLICT: EditOutcome = { kind: 'conflict' };

export class KnexSchoolYearEditStore implements SchoolYearEditStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(Messenger) private readonly messenger: Messenger,
  ) {}

  setContinues(edited: EditedChat, continues: boolean | null): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction, chat) => {
      if (chat.state !== 'open') return CONFLICT;
      await rows(
        transaction,
        'update chat set continues = :continues where organization_id = :organizationId and chat_id = :chatId::uuid',
        { ...edited, continues },
      );
      await bookEdit(transaction, edited);
      return DONE;
    });
  }

  goOn(edited: EditedChat, schoolYear: string, sourceName: string | undefined): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction, chat) => {
      if (chat.state === 'open') return DONE;
      if (chat.state !== 'archived') return CONFLICT;
      await closeSuccessor(transaction, edited, chat, schoolYear);
      const byRule = chat.title_by_hand ? undefined : ruleTitle(chat.kind, sourceName ?? chat.source_name);
      const title = await madeTitle(transaction, edited, byRule, this.messenger.abilities.titleLength);
      await rows(
        transaction,
        `update chat set state = 'open', school_year = :schoolYear, archived_at = null, archived_title = null,
           source_name = coalesce(:sourceName, source_name),
           title = :title
         where organization_id = :organizationId and chat_id = :chatId::uuid`,
        { ...edited, schoolYear, sourceName: sourceName ?? null, title },
      );
      await bookEdit(transaction, edited);
      return DONE;
    });
  }

  decideClosing(edited: EditedChat, decision: 'confirm' | 'refuse', archivedTitle: string): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction, chat) => {
      if (!chat.closing_held) return CONFLICT;
      if (decision === 'confirm') {
        const archived = [{ chatId: edited.chatId, title: archivedTitle }];
        await archiveChats(transaction, edited.organizationId, archived, this.messenger.abilities.titleLength);
      } else {
        await rows(
          transaction,
          `update chat set closing_held = false, kept_open = true
           where organization_id = :organizationId and chat_id = :chatId::uuid`,
          { ...edited },
        );
      }
      await bookEdit(transaction, edited);
      return DONE;
    });
  }

  async continuesByDefault(organizationId: string): Promise<boolean> {
    const found = await rows<{ continues_chats: boolean }>(
      this.database.knex,
      'select continues_chats from organization where organization_id = :organizationId',
      { organizationId },
    );
    return found[0]?.continues_chats ?? false;
  }

  async setContinuesByDefault(organizationId: string, continues: boolean): Promise<void> {
    await rows(
      this.database.knex,
      'update organization set continues_chats = :continues where organization_id = :organizationId',
      { organizationId, continues },
    );
  }
}

/** The chat that took this one's place in the new school year: its people go over, then it is closed. */
async function closeSuccessor(
  transaction: Knex,
  { organizationId, chatId }: EditedChat,
  { kind, source_id: sourceId }: LockedChat,
  schoolYear: string,
): Promise<void> {
  if (kind !== 'class' && kind !== 'guardians') return;
  const closed = await rows<{ chat_id: string }>(
    transaction,
    `update chat set state = 'closing'
     where organization_id = :organizationId and kind = :kind and source_id = :sourceId
       and school_year = :schoolYear and state in ('open', 'archived') and chat_id <> :chatId::uuid
     returning chat_id`,
    { organizationId, chatId, kind, sourceId, schoolYear },
  );
  await markChatsDue(
    transaction,
    organizationId,
    closed.map((row) => row.chat_id),
    A_PERSON_WAITS,
  );
}
