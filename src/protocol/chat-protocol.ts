/**
 * What the windows of the tab «Чаты» ask for and send: the registry's rows, a chat's card, the pickers, every change.
 *
 * Failures of these routes, beside `SFERUM_SIGNED_OUT`:
 * - `SFERUM_RIGHT_MISSING` (403): each route names its right; a chat outside a person's scope is `SFERUM_NOT_FOUND` (404).
 * - `SFERUM_REQUEST_INVALID` (400): `message` is fit to be shown at the form; `fields.field` names the field
 *   (`title`, `groupId`, `members`), `fields.personIds` the people it is about.
 * - `SFERUM_CONFLICT` (409): somebody saved in between; `fields.current` is the {@link ChatCard} as it is now, so that
 *   both versions can be shown. Nothing of the refused change is kept on the server; the form keeps it.
 * - `SFERUM_CHAT_DEFAULT_NOT_DELETABLE` (409).
 *
 * In the browser import from here with `import type` only.
 */
import { z } from 'zod';

import { ChatDetail, ChatListQuery, ChatRow, MemberRow, SearchWords } from './protocol.js';

const instant = z.iso.datetime();
const PersonId = z.string().min(1).max(200);
const PersonKind = z.enum(['employee', 'student', 'guardian']);
const Role = z.enum(['member', 'admin']);

// --- registry --------------------------------------------------------------------------------------------------

/** Kinds that people make and delete; the others come by themselves. */
export const HandMadeKind = z.enum(['subject', 'other']);
export type HandMadeKind = z.infer<typeof HandMadeKind>;

export const ChatEntry = ChatRow.extend({
  /** Members whose large removal waits for a decision, see `POST /api/chats/:id/removals`. */
  held: z.number().int(),
  /** The chat is being deleted; until then `POST /api/chats/:id/restore` brings it back untouched. */
  restorableUntil: instant.optional(),
  /** Something was sent and is not answered: it is being checked. */
  checking: z.boolean(),
});
export type ChatEntry = z.infer<typeof ChatEntry>;

/**
 * `GET /api/chats?` → {@link ChatEntryPage}. With `sferum.chat.view` all chats of the organisation, otherwise the
 * person's own. Archived and closed chats come only when `state` asks for them.
 */
export const ChatRegistryQuery = ChatListQuery.extend({
  /** Name of a class or study group, exactly as in {@link ChatSources}; empty: all. */
  source: z.string().max(200).default(''),
});
export type ChatRegistryQuery = z.input<typeof ChatRegistryQuery>;

export const ChatEntryPage = z.object({ total: z.number().int(), items: z.array(ChatEntry), asOf: instant });
export type ChatEntryPage = z.infer<typeof ChatEntryPage>;

/** `GET /api/chat-sources`: classes and groups to filter by, in their natural order («2А» before «10А»). */
export const ChatSources = z.object({ items: z.array(z.string()) });
export type ChatSources = z.infer<typeof ChatSources>;

// --- one chat --------------------------------------------------------------------------------------------------

/**
 * Which button helps a person who is not in the chat; absent where waiting helps, or where whoever looks may do nothing.
 * - `copy-invite`: send them the chat's `openUrl`.
 * - `retry`: `POST /api/chats/:id/retry` with their id.
 * - `open-links`: the list of links; the person has to link their account.
 * - `rule`: `POST /api/chats/:id/members/:personId/rule` takes back what was decided by hand.
 */
export const MemberHelp = z.enum(['copy-invite', 'retry', 'open-links', 'rule']);
export type MemberHelp = z.infer<typeof MemberHelp>;

export const ChatMember = MemberRow.extend({
  help: MemberHelp.optional(),
  linked: z.boolean(),
  /** A rule wants the person here: removing them is remembered, and `rule` brings them back. */
  ruled: z.boolean(),
  /** The chat administrator: always a member and an administrator. */
  locked: z.boolean(),
  /** An administrator by the rules (class teacher, the group's teacher): stays one. */
  adminByRule: z.boolean(),
  /** No rule wants the person any more; the removal waits for a decision. */
  removalHeld: z.boolean(),
});
export type ChatMember = z.infer<typeof ChatMember>;

/** A chat on the messenger's side that may be this one. */
export const ChatCandidateView = z.object({
  /** To be sent back. */
  id: z.string(),
  title: z.string(),
  /** Members of this chat who are in it, by name. */
  people: z.array(z.string()),
  /** How many others are in it, the account that has found it left out. */
  others: z.number().int(),
  /** Everybody in it is known; otherwise it could not be read to its end. */
  whole: z.boolean(),
});
export type ChatCandidateView = z.infer<typeof ChatCandidateView>;

/**
 * `GET /api/chats/:id`, and the answer of every change of a chat. Members by name; those removed by hand included. Without
 * `sferum.chat.view` a person learns everything about themselves, of the others only who belongs there and who is in.
 */
export const ChatCard = ChatDetail.extend({
  chat: ChatEntry,
  members: z.array(ChatMember),
  /** Grows with every change by hand. Changes of the rules and deliveries leave it alone: they merge by themselves. */
  revision: z.number().int(),
  /** The title was written by hand: a new name of the class does not change it. Always so for subject and other chats. */
  titleByHand: z.boolean(),
  /** The title the rules give; only default chats have one. */
  ruleTitle: z.string().optional(),
  /** Study group of a subject chat. */
  group: z.object({ id: z.string(), title: z.string() }).optional(),
  /** Last change by hand. */
  edited: z.object({ by: z.string(), at: instant }).optional(),
  /** Whether the chat goes on in the next school year; absent where a chat has no school year. */
  nextYear: z
    .object({
      continues: z.boolean(),
      /** Decided for this chat; otherwise as the school decided for all. */
      byHand: z.boolean(),
    })
    .optional(),
  /** A list of the messenger that leaves out more than half of the members: see `POST /api/chats/:id/reading`. */
  reading: z.object({ missing: z.array(z.object({ personId: z.string(), name: z.string() })) }).optional(),
  /** It is not known whether one of these is this chat: see `POST /api/chats/:id/candidates`. */
  candidates: z.array(ChatCandidateView).optional(),
  /** Longest title, in characters. */
  titleLength: z.number().int(),
  /** What whoever looks may do here. */
  may: z.object({
    edit: z.boolean(),
    delete: z.boolean(),
    restore: z.boolean(),
    retry: z.boolean(),
    decideRemovals: z.boolean(),
    decideReading: z.boolean(),
    decideCandidates: z.boolean(),
    /** The chat cannot be reached in the messenger: see `POST /api/chats/:id/replacement`. */
    replace: z.boolean(),
    /** The chat is archived, and its class or group goes on: see `POST /api/chats/:id/continue`. */
    goOn: z.boolean(),
    /** The archive waits for a decision: see `POST /api/chats/:id/closing`. */
    decideClosing: z.boolean(),
  }),
});
export type ChatCard = z.infer<typeof ChatCard>;

// --- changes ---------------------------------------------------------------------------------------------------

/**
 * What is decided about one person; at most one per person in a change.
 * - `add`: a member whatever the rules say; also for somebody who was removed.
 * - `remove`: not a member whatever the rules say; whoever was added by hand is simply not there any more.
 * - `role`: only the role; for members.
 * - `rule`: forget what was decided by hand.
 */
export const MemberEdit = z.discriminatedUnion('action', [
  z.object({ action: z.literal('add'), personId: PersonId, kind: PersonKind, role: Role.default('member') }),
  z.object({ action: z.literal('remove'), personId: PersonId }),
  z.object({ action: z.literal('role'), personId: PersonId, role: Role }),
  z.object({ action: z.literal('rule'), personId: PersonId }),
]);
export type MemberEdit = z.input<typeof MemberEdit>;

const MemberEdits = z.array(MemberEdit).max(5000);

/**
 * `POST /api/chats` → 201 {@link ChatCard}. Right `sferum.chat.create`.
 *
 * A subject chat gets its pupils and its teacher (an administrator) from the group by itself; `members` says only what
 * differs: more people, and `remove` for pupils taken out of the form.
 */
export const NewChat = z.object({
  /** Made by the window once per form: a second click or a repeat after a lost answer gives the first one's chat (200). */
  requestId: z.uuid(),
  kind: HandMadeKind,
  /** Cleaned by the server: control characters go, white space is joined. Told apart from every other chat's title. */
  title: z.string().max(2000),
  /** Required for `subject`, absent for `other`. */
  groupId: z.string().min(1).max(200).optional(),
  members: MemberEdits.default([]),
});
export type NewChat = z.input<typeof NewChat>;

/** `PUT /api/chats/:id` → {@link ChatCard}. Right `sferum.chat.edit`. Only what differs is sent. */
export const ChatEdit = z.object({
  /** As in {@link NewChat}: a repeat of the change made last answers as the first did, without a conflict. */
  requestId: z.uuid().optional(),
  /** {@link ChatCard.revision} as the form opened with; an older one is `SFERUM_CONFLICT`. */
  revision: z.number().int(),
  title: z.string().max(2000).optional(),
  /** Back to the title of the rules; default chats only, excludes `title`. */
  titleByRule: z.literal(true).optional(),
  members: MemberEdits.default([]),
});
export type ChatEdit = z.input<typeof ChatEdit>;

// `DELETE /api/chats/:id` → ChatCard with `state: 'closing'` and `restorableUntil`. Right `sferum.chat.delete`; kinds
// «Предмет» and «Другое». Until then nothing happens on the messenger's side; after it all members are taken out
// there, then the chat is closed. Repeatable.
// `POST /api/chats/:id/restore` → ChatCard; after `restorableUntil`: SFERUM_CONFLICT. Right `sferum.chat.delete`.

/**
 * `POST /api/chats/check` → {@link ChatCheck}. Rights `sferum.chat.create`, or `sferum.chat.edit` with `chatId`.
 * Before saving: who of the people who would come has not linked. Changes nothing; refuses what saving would refuse.
 */
export const ChatCheckRequest = z.object({
  /** Of an existing chat; absent for a new one. */
  chatId: z.uuid().optional(),
  /** For a new one. */
  kind: HandMadeKind.optional(),
  groupId: z.string().min(1).max(200).optional(),
  title: z.string().max(2000).optional(),
  members: MemberEdits.default([]),
});
export type ChatCheckRequest = z.input<typeof ChatCheckRequest>;

export const ChatCheck = z.object({
  /** People who are in the chat of «Электронная школа» at once, and in the messenger after they have linked. */
  unlinked: z.array(z.object({ personId: z.string(), name: z.string(), kind: PersonKind })),
});
export type ChatCheck = z.infer<typeof ChatCheck>;

// `POST /api/chats/:id/rule` with { revision } → ChatCard: everything decided by hand is forgotten, the title too.
// Right `sferum.chat.edit`. Not for kind «Другое», which has no rule.
export const RuleReturn = z.object({ revision: z.number().int() });
export type RuleReturn = z.input<typeof RuleReturn>;
// `POST /api/chats/:id/members/:personId/rule` → ChatCard. Right `sferum.chat.edit`. Repeatable.

/**
 * `POST /api/chats/:id/retry` → {@link ChatCard}. Right `sferum.synchronization.run`. What failed is tried again now:
 * for one person, or for the whole chat. A lane that stands still (see `GET /api/progress`) stays so.
 */
export const RetryRequest = z.object({ personId: PersonId.optional() });
export type RetryRequest = z.input<typeof RetryRequest>;

/**
 * `POST /api/chats/:id/removals` → {@link ChatCard}. Right `sferum.synchronization.confirm`.
 * - `confirm`: those people leave the chat.
 * - `refuse`: they stay, until a rule wants them again or somebody removes them.
 */
export const RemovalDecision = z.object({
  decision: z.enum(['confirm', 'refuse']),
  /** The list that was shown: members with `removalHeld`. Another one by now is `SFERUM_CONFLICT`. */
  personIds: z.array(PersonId).min(1).max(5000),
});
export type RemovalDecision = z.input<typeof RemovalDecision>;

/**
 * `POST /api/chats/:id/reading` → {@link ChatCard}. Rights `sferum.synchronization.confirm` and `sferum.chat.view`.
 * - `confirm`: the list is true; who is not on it is not in the chat, and is added again once.
 * - `refuse`: the list is forgotten and read again.
 */
export const ReadingDecision = z.object({ decision: z.enum(['confirm', 'refuse']) });
export type ReadingDecision = z.input<typeof ReadingDecision>;

/*
 * `POST /api/chats/:id/replacement` → {@link ChatCard}. Rights as for a reading. Gives up the chat on the messenger's side,
 * which no account reaches, and makes a new one with the same people; `SFERUM_CONFLICT` where the chat is reached again.
 */

/**
 * `POST /api/chats/:id/candidates` → {@link ChatCard}. Rights as for a reading. Says which chat on the messenger's side
 * is this one; null: none, it is created anew, and an earlier creation that may still be there stays
 * without anybody who looks after it. A candidate that is not there any more is `SFERUM_CONFLICT`.
 */
export const CandidateDecision = z.object({ id: z.string().min(1).max(40).nullable() });
export type CandidateDecision = z.input<typeof CandidateDecision>;

// --- synchronise one chat now ------------------------------------------------------------------------------------

const PersonChange = z.object({
  personId: z.string(),
  name: z.string(),
  kind: PersonKind,
  /** Why the person belongs here; empty for whoever leaves. */
  reasons: z.array(z.string()),
});

/**
 * `GET /api/chats/:id/synchronization` → {@link ChatSynchronization}. Right `sferum.synchronization.run`. What synchronising
 * this chat now would do, from the directory as it is at this moment; changes nothing.
 *
 * `POST /api/chats/:id/synchronization` → {@link ChatCard}. The directory is read again, the members are read from the
 * messenger, what differs is mended. Before `availableAt`: `SFERUM_TOO_SOON` (429) with `fields.availableAt`.
 */
export const ChatSynchronization = z.object({
  /** Would be added on the messenger's side. */
  coming: z.array(PersonChange),
  /** Would be taken out there. */
  leaving: z.array(PersonChange),
  /** Belong here, have not linked. */
  waiting: z.number().int(),
  /** So many would leave that it needs a confirmation first. */
  guarded: z.boolean(),
  /** The class or group is gone, or has a new school year: the chat would be archived. */
  archives: z.boolean(),
  /** When the members were read whole from the messenger last. */
  comparedAt: instant.optional(),
  /** Absent: now. */
  availableAt: instant.optional(),
});
export type ChatSynchronization = z.infer<typeof ChatSynchronization>;

// --- the turn of the school year ---------------------------------------------------------------------------------

/**
 * `PUT /api/chats/:id/next-year` → {@link ChatCard}. Right `sferum.chat.edit`. Whether the same chat goes on when its
 * class or group enters a new school year; null: as the school decided for all. Repeatable.
 */
export const NextYear = z.object({ continues: z.boolean().nullable() });
export type NextYear = z.input<typeof NextYear>;

// `POST /api/chats/:id/continue` → ChatCard. Right `sferum.chat.edit`. An archived chat goes on with its class or group;
// the chat that was made for the new school year instead is emptied and closed. Repeatable.

/**
 * `POST /api/chats/:id/closing` → {@link ChatCard}. Right `sferum.synchronization.confirm`. For a chat whose class or group
 * is gone together with most others.
 * - `confirm`: into the archive. `refuse`: stays open, whatever the directory says.
 */
export const ClosingDecision = z.object({ decision: z.enum(['confirm', 'refuse']) });
export type ClosingDecision = z.input<typeof ClosingDecision>;

// --- pickers: rights `sferum.chat.create` or `sferum.chat.edit` --------------------------------------------------

/** `GET /api/people?` → {@link PeoplePage} */
export const PeopleQuery = z.object({
  kind: PersonKind,
  /** Part of a name, any case. */
  query: SearchWords,
  /** Only pupils of this class, or parents of its pupils. */
  classId: z.string().max(200).optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export type PeopleQuery = z.input<typeof PeopleQuery>;
export const PersonChoice = z.object({
  personId: z.string(),
  name: z.string(),
  kind: PersonKind,
  /** Position, class, whose parent. */
  detail: z.string(),
  linked: z.boolean(),
});
export type PersonChoice = z.infer<typeof PersonChoice>;
/** Ask again with `cursor` until it is absent. */
export const PeoplePage = z.object({ items: z.array(PersonChoice), cursor: z.string().optional() });
export type PeoplePage = z.infer<typeof PeoplePage>;

/** `GET /api/school-classes` → {@link SchoolClasses}: to filter pupils and parents by, in natural order. */
export const SchoolClasses = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
export type SchoolClasses = z.infer<typeof SchoolClasses>;

/** `GET /api/study-groups?` → {@link StudyGroups}: values of «Предмет/Группа (Класс)». */
export const StudyGroupQuery = z.object({
  /** Words, each a part of the title or of the teacher's name, any case. */
  query: SearchWords,
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type StudyGroupQuery = z.input<typeof StudyGroupQuery>;
export const StudyGroupChoice = z.object({
  id: z.string(),
  /** «Предмет/Группа (Класс)» */
  title: z.string(),
  subject: z.string(),
  name: z.string(),
  classNames: z.array(z.string()),
  teacher: z.object({ personId: z.string(), name: z.string() }).optional(),
  students: z.number().int(),
});
export type StudyGroupChoice = z.infer<typeof StudyGroupChoice>;
export const StudyGroups = z.object({ total: z.number().int(), items: z.array(StudyGroupChoice) });
export type StudyGroups = z.infer<typeof StudyGroups>;

/**
 * `GET /api/study-groups/:id/members` → {@link GroupMembers}: whom a subject chat of this group gets by itself, the
 * chat administrator included. For a chat without a group (`other`): `GET /api/chat-administrator` → the same.
 */
export const GroupMembers = z.object({
  members: z.array(
    z.object({
      personId: z.string(),
      name: z.string(),
      kind: PersonKind,
      role: Role,
      linked: z.boolean(),
      /** The chat administrator. */
      locked: z.boolean(),
      reasons: z.array(z.string()),
    }),
  ),
  /** Longest title of a chat, in characters. */
  titleLength: z.number().int(),
});
export type GroupMembers = z.infer<typeof GroupMembers>;
