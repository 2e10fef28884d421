import { inject } from 'inversify';
import type { Knex } from 'knex';

import { askAgain, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { Messenger } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';
import { bookEdit, withChat } from './chat-lock-store-knex.js';
import { A_PERSON_WAITS, forgetPropertyFailures, markChatsDue } from './chat-due-store-knex.js';
import type {
  ChatChangeByHand,
  ChatCreation,
  ChatEditStore,
  CreationOutcome,
  EditedChat,
  EditOutcome,
  TitleTaken,
} from './chat-edit-store.js';
import { decideCandidate, decideReading, replaceChat } from './doubt-decision-store-knex.js';
import { madeTitle, titleTaken } from './chat-title-store-knex.js';
import { insertChat, lockForRules } from './chat-creation-store-knex.js';
import { forgetDecisions, forgetFailures, writeDecisions } from './member-decisions-store-knex.js';

const DONE: EditOutcome = { kind: 'done' };
const CONFLICT: EditOutcome = { kind: 'conflict' };

export class KnexChatEditStore implements ChatEditStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(Messenger) private readonly messenger: Messenger,
  ) {}

  titleOwner(organizationId: string, title: string, exceptChatId: string | undefined): Promise<TitleTaken | undefined> {
    return titleTaken(this.database.knex, organizationId, title, exceptChatId);
  }

  async create(creation: ChatCreation): Promise<CreationOutcome> {
    const organizationId = creation.organization.id;
    return this.database.knex.transaction(async (transaction): Promise<CreationOutcome> => {
      const lock = await lockForRules(transaction, creation);
      if (lock !== 'held') return lock;
      const taken = await titleTaken(transaction, organizationId, creation.title, undefined);
      if (taken !== undefined) return taken;
      await wakeLanes(transaction, [organizationId]);
      const chatId = await insertChat(transaction, creation);
      await writeDecisions(transaction, { organizationId, chatId }, creation.decisions);
      await markChatsDue(transaction, organizationId, [chatId], A_PERSON_WAITS);
      return { kind: 'created', chatId };
    });
  }

  change(change: ChatChangeByHand): Promise<EditOutcome> {
    return withChat(this.database, change, async (transaction, chat) => {
      if (change.requestId !== undefined && chat.edit_request_id === change.requestId) return DONE;
      if (chat.state !== 'open' || Number(chat.edit_revision) !== change.revision) return CONFLICT;
      if (change.title !== undefined) {
        const { text, byHand } = change.title;
        const taken = byHand ? await titleTaken(transaction, change.organizationId, text, change.chatId) : undefined;
        if (taken !== undefined) return taken;
        await writeTitle(transaction, change, byHand ? text : await this.made(transaction, change, text), byHand);
      }
      await writeDecisions(transaction, change, change.decisions);
      await bookEdit(transaction, change, change.requestId);
      return DONE;
    });
  }

  returnToRule(edited: EditedChat, revision: number, title: string | undefined): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction, chat) => {
      if (chat.state !== 'open' || Number(chat.edit_revision) !== revision) return CONFLICT;
      if (title !== undefined) {
        await writeTitle(transaction, edited, await this.made(transaction, edited, title), false);
      }
      await forgetDecisions(transaction, edited, undefined);
      await bookEdit(transaction, edited);
      return DONE;
    });
  }

  returnMemberToRule(edited: EditedChat, personId: string): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction, chat) => {
      if (chat.state !== 'open') return CONFLICT;
      await forgetDecisions(transaction, edited, [personId]);
      await bookEdit(transaction, edited);
      return DONE;
    });
  }

  remove(edited: EditedChat, restorableMs: number): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction, chat) => {
      if (chat.state !== 'open') return DONE;
      await rows(
        transaction,
        `update chat set state = 'closing', close_after = now() + :restorableMs * interval '1 millisecond',
           due_at = null
         where organization_id = :organizationId and chat_id = :chatId::uuid`,
        { ...edited, restorableMs },
      );
      await bookEdit(transaction, edited);
      return DONE;
    });
  }

  restore(edited: EditedChat): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction, chat) => {
      if (chat.state === 'open') return DONE;
      if (!chat.restorable) return CONFLICT;
      await rows(
        transaction,
        `update chat set state = 'open', close_after = null
         where organization_id = :organizationId and chat_id = :chatId::uuid`,
        { ...edited },
      );
      await bookEdit(transaction, edited);
      return DONE;
    });
  }

  retry(edited: EditedChat, personId: string | undefined): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction) => {
      await forgetFailures(transaction, edited, personId);
      await rows(
        transaction,
        `update chat set failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
         where organization_id = :organizationId and chat_id = :chatId::uuid and failure_code is not null and not asks`,
        { ...edited },
      );
      await forgetPropertyFailures(transaction, edited.organizationId, [edited.chatId]);
      await markChatsDue(transaction, edited.organizationId, [edited.chatId], A_PERSON_WAITS);
      await askAgain(transaction, edited.organizationId);
      return DONE;
    });
  }

  decideReading(edited: EditedChat, decision: 'confirm' | 'refuse'): Promise<EditOutcome> {
    return withChat(this.database, edited, (transaction) => decideReading(transaction, edited, decision));
  }

  decideCandidate(edited: EditedChat, remoteId: string | undefined): Promise<EditOutcome> {
    return withChat(this.database, edited, (transaction) => decideCandidate(transaction, edited, remoteId));
  }

  replace(edited: EditedChat): Promise<EditOutcome> {
    return withChat(this.database, edited, (transaction) => replaceChat(transaction, edited));
  }

  decideRemovals(
    edited: EditedChat,
    decision: 'confirm' | 'refuse',
    personIds: readonly string[],
  ): Promise<EditOutcome> {
    return withChat(this.database, edited, async (transaction) => {
      const held = await rows<{ person_id: string }>(
        transaction,
        `select person_id from chat_member
         where organization_id = :organizationId and chat_id = :chatId::uuid and removal_held for update`,
        { ...edited },
      );
      const shown = new Set(personIds);
      if (held.length !== shown.size || held.some((row) => !shown.has(row.person_id))) return CONFLICT;
      await rows(
        transaction,
        `update chat_member
         set hand = case when :keep then coalesce(hand, 'kept') else hand end,
             hand_role = case when :keep then coalesce(hand_role, rule_role) else hand_role end,
             rule_role = null, reasons = '{}', removal_held = false
         where organization_id = :organizationId and chat_id = :chatId::uuid and removal_held`,
        { ...edited, keep: decision === 'refuse' },
      );
      await bookEdit(transaction, edited);
      return DONE;
    });
  }

  private made(transaction: Knex, edited: EditedChat, title: string): Promise<string> {
    return madeTitle(transaction, edited, title, this.messenger.abilities.titleLength);
  }
}

async function writeTitle(
  transaction: Knex,
  { organizationId, chatId }: EditedChat,
  title: string,
  byHand: boolean,
): Promise<void> {
  await rows(
    transaction,
    `update chat set title = :title, title_by_hand = :byHand
     where organization_id = :organizationId and chat_id = :chatId::uuid`,
    { organizationId, chatId, title, byHand },
  );
}
