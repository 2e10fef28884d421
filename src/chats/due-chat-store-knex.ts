import type { Knex } from 'knex';

import type { EffectKind, ExternalUserId, MemberRole } from '../messenger/messenger.js';
import { rows } from '../storage/database.js';
import type { DueChat } from './chat-delivery-store.js';
import type { ChatCandidate, ChatDoubt, ChatProperty, PropertyFailure, StrayAccount } from './chat-snapshot.js';

interface ChatRow {
  readonly chat_id: string;
  readonly state: DueChat['state'];
  readonly title: string;
  readonly revision: string;
  readonly remote_id: string | null;
  readonly owner_account: string | null;
  readonly maker_account: string | null;
  readonly former_account: string | null;
  readonly former_remote_id: string | null;
  readonly remote_title: string | null;
  readonly invite_link: string | null;
  readonly creates_bare: boolean;
  readonly asks: boolean;
  readonly searched_at: Date | null;
  readonly read_offset: number | null;
  readonly read_accounts: readonly string[];
  readonly read_total: number | null;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly as_of: Date;
  readonly doubts: readonly DoubtRow[] | null;
  readonly candidates: readonly CandidateRow[] | null;
  readonly failures: readonly FailureRow[] | null;
  readonly strays: readonly StrayRow[] | null;
  readonly rivals: readonly (readonly string[])[] | null;
}

/** Rows that come as JSON: times are texts, ids of 64 bits too. */
interface DoubtRow {
  readonly id: string;
  readonly kind: EffectKind;
  readonly account: string;
  readonly accounts: readonly string[];
  readonly person_ids: readonly (string | null)[];
  readonly role: MemberRole | null;
  readonly title: string | null;
  readonly sent_at: string;
  readonly until: string;
  readonly looked: boolean;
}

interface CandidateRow {
  readonly remote_id: string;
  readonly account: string;
  readonly title: string;
  readonly owner_account: string | null;
  readonly accounts: readonly string[];
  readonly next_offset: number | null;
}

interface FailureRow {
  readonly property: ChatProperty;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
}

interface StrayRow {
  readonly account: string;
  readonly person_id: string;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
}

interface MemberRow {
  readonly chat_id: string;
  readonly person_id: string;
  readonly wanted_role: MemberRole | null;
  readonly account: string | null;
  readonly delivered_role: MemberRole | null;
  readonly delivered_account: string | null;
  readonly invited_at: Date | null;
  readonly failure_class: string | null;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
}

const OF_THE_CHAT = 'organization_id = chat.organization_id and chat_id = chat.chat_id';

/** What is in doubt, what failed and what may be this chat, beside the row of `chat`; null where there is nothing. */
const ASIDE = `
  (select jsonb_agg(jsonb_build_object('id', doubt_id, 'kind', kind, 'account', account::text,
            'accounts', accounts::text[], 'person_ids', person_ids, 'role', role, 'title', doubt.title,
            'sent_at', sent_at, 'until', until, 'looked', looked) order by sent_at, doubt_id)
   from delivery_doubt doubt
   where doubt.organization_id = chat.organization_id and doubt.subject_id = chat.chat_id) as doubts,
  (select jsonb_agg(jsonb_build_object('remote_id', candidate.remote_id, 'account', account::text,
            'title', candidate.title, 'owner_account', candidate.owner_account::text, 'accounts', accounts::text[],
            'next_offset', next_offset) order by candidate.remote_id)
   from chat_candidate candidate
   where candidate.organization_id = chat.organization_id and candidate.chat_id = chat.chat_id
     and not exists (select 1 from chat known
                     where known.owner_account = candidate.account and known.remote_id = candidate.remote_id)
  ) as candidates,
  (select jsonb_agg(jsonb_build_object('property', property, 'attempts', failure.attempts,
            'next_attempt_at', failure.next_attempt_at))
   from chat_failure failure where failure.${OF_THE_CHAT}) as failures,
  (select jsonb_agg(jsonb_build_object('account', account::text, 'person_id', person_id, 'attempts', stray.attempts,
            'next_attempt_at', stray.next_attempt_at) order by account)
   from chat_stray stray where stray.${OF_THE_CHAT}) as strays,
  (select jsonb_agg(rival.accounts::text[])
   from delivery_doubt own
   join delivery_doubt rival on rival.kind = 'chat.create' and rival.account = own.account and rival.title = own.title
     and rival.subject_id <> own.subject_id
   where own.organization_id = chat.organization_id and own.subject_id = chat.chat_id and own.kind = 'chat.create'
     and chat.remote_id is null) as rivals`;

/** Chats that are due, with those of their members for whom something may have to be done. */
export async function dueChats(
  knex: Knex,
  organizationId: string,
  account: ExternalUserId | undefined,
  limit: number,
  except: readonly string[],
): Promise<readonly DueChat[]> {
  const chats = await rows<ChatRow>(
    knex,
    `select chat_id, state, title, revision, remote_id, owner_account, maker_account, former_account, former_remote_id,
            remote_title,
            invite_link, creates_bare, asks, searched_at, read_offset, read_accounts, read_total, attempts,
            next_attempt_at, now() as as_of, ${ASIDE}
     from (
       select * from chat
       where organization_id = :organizationId and due_at <= now() and chat_id <> all(:except::uuid[])
       order by priority, due_at, chat_id
       limit :limit) chat
     order by priority, due_at, chat_id`,
    { organizationId, limit, except: [...except] },
  );
  if (chats.length === 0) return [];
  const members = await memberRows(knex, organizationId, account, chats);
  const byChat = new Map<string, MemberRow[]>(chats.map((chat) => [chat.chat_id, []]));
  for (const member of members) byChat.get(member.chat_id)?.push(member);
  return chats.map((chat) => dueChat(chat, byChat.get(chat.chat_id) ?? []));
}

async function memberRows(
  knex: Knex,
  organizationId: string,
  account: ExternalUserId | undefined,
  chats: readonly ChatRow[],
): Promise<readonly MemberRow[]> {
  return rows<MemberRow>(
    knex,
    `select member.chat_id, member.person_id, wanted_role, link.external_user_id as account, delivered_role,
            delivered_account, invited_at, member.failure_class, member.attempts, member.next_attempt_at
     from chat_member member
     join chat using (organization_id, chat_id)
     left join account_link link on link.person_id = member.person_id and link.state <> 'unlinked'
     where member.organization_id = :organizationId and member.chat_id = any(:chatIds::uuid[])
       and (wanted_role is distinct from delivered_role
            or delivered_account is distinct from link.external_user_id
            or delivered_account = :account::bigint
            or ((chat.state = 'closing' or member.chat_id = any(:searched::uuid[])) and delivered_account is not null))
     order by member.chat_id, member.person_id`,
    {
      organizationId,
      account: account ?? null,
      chatIds: chats.map((chat) => chat.chat_id),
      // Whoever is there proves which chat it is.
      searched: chats.filter((chat) => chat.candidates !== null).map((chat) => chat.chat_id),
    },
  );
}

function dueChat(chat: ChatRow, members: readonly MemberRow[]): DueChat {
  return {
    chatId: chat.chat_id,
    asOf: chat.as_of,
    state: chat.state,
    title: chat.title,
    revision: chat.revision,
    remoteId: chat.remote_id ?? undefined,
    ownerAccount: chat.owner_account ?? undefined,
    maker: chat.maker_account ?? undefined,
    former:
      chat.former_account === null || chat.former_remote_id === null
        ? undefined
        : { account: chat.former_account, remoteId: chat.former_remote_id },
    remoteTitle: chat.remote_title ?? undefined,
    inviteLink: chat.invite_link ?? undefined,
    createsBare: chat.creates_bare,
    doubts: (chat.doubts ?? []).map((row) => toDoubt(chat.chat_id, row)),
    candidates: (chat.candidates ?? []).map(toCandidate),
    asks: chat.asks,
    searchedAt: chat.searched_at ?? undefined,
    readOffset: chat.read_offset ?? undefined,
    reading: { accounts: chat.read_accounts, total: chat.read_total ?? undefined },
    attempts: chat.attempts,
    nextAttemptAt: chat.next_attempt_at ?? undefined,
    failures: new Map((chat.failures ?? []).map((row) => [row.property, toFailure(row)])),
    rivals: chat.rivals ?? [],
    strays: (chat.strays ?? []).map(toStray),
    members: members.map((member) => ({
      personId: member.person_id,
      wantedRole: member.wanted_role ?? undefined,
      account: member.account ?? undefined,
      deliveredRole: member.delivered_role ?? undefined,
      deliveredAccount: member.delivered_account ?? undefined,
      invited: member.invited_at !== null,
      refused: member.failure_class === 'refused',
      attempts: member.attempts,
      nextAttemptAt: member.next_attempt_at ?? undefined,
    })),
  };
}

function toDoubt(chatId: string, row: DoubtRow): ChatDoubt {
  return {
    id: row.id,
    subjectId: chatId,
    kind: row.kind,
    account: row.account,
    people: row.accounts.map((account, index) => ({ account, personId: row.person_ids[index] ?? undefined })),
    role: row.role ?? undefined,
    title: row.title ?? undefined,
    sentAt: new Date(row.sent_at),
    until: new Date(row.until),
    looked: row.looked,
  };
}

function toCandidate(row: CandidateRow): ChatCandidate {
  return {
    remoteId: row.remote_id,
    account: row.account,
    title: row.title,
    ownerAccount: row.owner_account ?? undefined,
    accounts: row.accounts,
    nextOffset: row.next_offset ?? undefined,
  };
}

function toFailure(row: FailureRow): PropertyFailure {
  return { attempts: row.attempts, nextAttemptAt: time(row.next_attempt_at) };
}

function toStray(row: StrayRow): StrayAccount {
  return {
    personId: row.person_id,
    account: row.account,
    attempts: row.attempts,
    nextAttemptAt: time(row.next_attempt_at),
  };
}

function time(text: string | null): Date | undefined {
  return text === null ? undefined : new Date(text);
}
