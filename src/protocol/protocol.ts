/**
 * What crosses between the windows (browser) and the plugin's HTTP handler.
 *
 * Paths are relative to the plugin's mount point. Bodies are JSON. A failure answers with a status and
 * `{ "error": { code, message, fields? } }` (see {@link ErrorBody}); `message` is fit to be shown.
 * Times are ISO 8601 in UTC; the window shows them in `SessionView.organization.timeZone`.
 * In the browser import from here with `import type` only, so that zod stays out of the bundle.
 */
import { z } from 'zod';

const instant = z.iso.datetime();

/** What a person searches for. Nothing has a name as long: whatever was pasted in is cut, not refused. */
export const SearchWords = z
  .string()
  .transform((words) => words.slice(0, 200))
  .default('');

export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()).optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

// --- session and link ------------------------------------------------------------------------------------------

/** Something about the external profile does not fit the person; shown before the link is kept. */
export const LinkMismatch = z.object({
  kind: z.enum(['name', 'role', 'no-learning-profile', 'role-unknown']),
  text: z.string(),
});
export type LinkMismatch = z.infer<typeof LinkMismatch>;

export const LinkView = z.object({
  /**
   * - `none`: not linked.
   * - `confirming`: came back from VK ID; `candidate` waits for «Привязать» or «Отмена».
   * - `linked`; `broken`: VK refuses the tokens, link again.
   */
  state: z.enum(['none', 'confirming', 'linked', 'broken']),
  candidate: z
    .object({
      own: z.object({ name: z.string(), roles: z.array(z.string()) }),
      external: z.object({ name: z.string(), roles: z.array(z.string()) }),
      mismatches: z.array(LinkMismatch),
    })
    .optional(),
  /** The linked profile. */
  profile: z.object({ name: z.string(), roles: z.array(z.string()), linkedAt: instant }).optional(),
  /** Why it is broken, as text with what to do. */
  problem: z.string().optional(),
});
export type LinkView = z.infer<typeof LinkView>;

/** `GET /api/session` */
export const SessionView = z.object({
  person: z.object({ id: z.string(), name: z.string() }),
  organization: z.object({ id: z.string(), name: z.string(), timeZone: z.string() }),
  /** The person is this organisation's chat administrator. */
  chatAdministrator: z.boolean(),
  rights: z.array(z.string()),
  link: LinkView,
  /** Where «Перейти в Сферум» leads. */
  messengerUrl: z.string(),
});
export type SessionView = z.infer<typeof SessionView>;

/** `POST /api/link/start` → where to send the browser (VK ID). Same tab. */
export const LinkStarted = z.object({ url: z.string() });
export type LinkStarted = z.infer<typeof LinkStarted>;
// `GET  /link/callback?code&state&device_id` → 302 to the desktop with `?window=sferum.authorization[&linkError=<code>]`
// `GET  /api/link` → LinkView
// `POST /api/link/confirm`, `POST /api/link/cancel`, `POST /api/link/unlink` → LinkView

// --- chats -----------------------------------------------------------------------------------------------------

export const ChatKind = z.enum(['teachers', 'class', 'guardians', 'subject', 'other']);
export type ChatKind = z.infer<typeof ChatKind>;

/**
 * `pending`: changes wait or are on their way; `ready`: everything that can be delivered is; `problem`: something failed,
 * see `problem`; `stopped`: the school's deliveries stand still, see `GET /api/progress`; `archived`: of a school year that
 * is over or of a closed class, kept to be read; `closing`; `closed`.
 */
export const ChatState = z.enum(['pending', 'ready', 'problem', 'stopped', 'archived', 'closing', 'closed']);
export type ChatState = z.infer<typeof ChatState>;

export const ChatRow = z.object({
  id: z.string(),
  kind: ChatKind,
  title: z.string(),
  /** Name of the class or study group, where there is one. */
  source: z.string().optional(),
  members: z.number().int(),
  /** Of these: delivered; waiting for linking; failed. */
  present: z.number().int(),
  waiting: z.number().int(),
  failed: z.number().int(),
  state: ChatState,
  /** When `state` was true last. */
  stateAt: instant,
  problem: z.object({ code: z.string(), text: z.string(), nextAttemptAt: instant.optional() }).optional(),
  /** Invite link: opens the chat in the messenger for whoever may join. */
  openUrl: z.string().optional(),
  /** What this person may do with this chat. */
  actions: z.object({ edit: z.boolean(), delete: z.boolean() }),
});
export type ChatRow = z.infer<typeof ChatRow>;

/** `GET /api/chats?` */
export const ChatListQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  sort: z.enum(['title', 'kind', 'members', 'waiting', 'failed', 'state', 'source']).default('kind'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  /** Part of the title, any case. */
  query: SearchWords,
  kind: ChatKind.optional(),
  state: ChatState.optional(),
});
export type ChatListQuery = z.input<typeof ChatListQuery>;
export const ChatList = z.object({ total: z.number().int(), items: z.array(ChatRow), asOf: instant });
export type ChatList = z.infer<typeof ChatList>;

/** State of a person in a chat, on the messenger's side. */
export const MemberState = z.enum([
  'present',
  'checking',
  'waiting-for-link',
  'to-add',
  'to-remove',
  'invited',
  'refused',
  'failed',
  /** Removed by hand, or left by themselves, and not there any more. */
  'absent',
]);
export type MemberState = z.infer<typeof MemberState>;

export const MemberRow = z.object({
  personId: z.string(),
  name: z.string(),
  kinds: z.array(z.enum(['employee', 'student', 'guardian'])),
  role: z.enum(['member', 'admin']),
  state: MemberState,
  /** One line: why the person is (not) there, and when it goes on. */
  stateText: z.string(),
  nextAttemptAt: instant.optional(),
  /** Why the person belongs here: «ученик класса», «классный руководитель», … */
  reasons: z.array(z.string()),
  origin: z.enum(['rule', 'added', 'removed', 'left']),
});
export type MemberRow = z.infer<typeof MemberRow>;

/** `GET /api/chats/:id` */
export const ChatDetail = z.object({
  chat: ChatRow,
  /** To be sent back with a change: an older one is refused with `SFERUM_CONFLICT`. */
  revision: z.number().int(),
  members: z.array(MemberRow),
});
export type ChatDetail = z.infer<typeof ChatDetail>;

/** `GET /api/progress`: how far the school's deliveries are. */
export const Progress = z.object({
  chats: z.object({ total: z.number().int(), done: z.number().int() }),
  memberships: z.object({
    total: z.number().int(),
    done: z.number().int(),
    waitingForLink: z.number().int(),
    failed: z.number().int(),
  }),
  /** `idle`: nothing to do; `running`; `stopped`: see `problem`. `no-administrator`: nobody is chosen. */
  lane: z.enum(['idle', 'running', 'stopped', 'no-administrator']),
  problem: z.object({ code: z.string(), text: z.string(), resumesAt: instant.optional() }).optional(),
  /** Memberships per second over the last while; absent while it is not known. */
  ratePerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  asOf: instant,
});
export type Progress = z.infer<typeof Progress>;

/**
 * `GET /api/events`: server-sent events. Each message's data is a {@link ChangeNotice}: what to read again.
 * A window that reconnects reads everything again.
 */
export const ChangeNotice = z.object({
  topics: z.array(z.enum(['chats', 'progress', 'conferences', 'link', 'rights'])),
});
export type ChangeNotice = z.infer<typeof ChangeNotice>;

// --- conferences -----------------------------------------------------------------------------------------------

export const ConferenceStatus = z.enum(['planned', 'starting', 'active', 'ending', 'finished', 'cancelled']);
export type ConferenceStatus = z.infer<typeof ConferenceStatus>;

export const ConferenceRow = z.object({
  id: z.string(),
  kind: z.enum(['lesson', 'call']),
  title: z.string(),
  chatTitle: z.string().optional(),
  lessonTitle: z.string().optional(),
  startsAt: instant,
  endsAt: instant,
  status: ConferenceStatus,
  /** Only while `active`, and only for people who belong to it. */
  joinUrl: z.string().optional(),
  problem: z.string().optional(),
  actions: z.object({ edit: z.boolean(), end: z.boolean(), delete: z.boolean() }),
});
export type ConferenceRow = z.infer<typeof ConferenceRow>;

/** `GET /api/conferences?` */
export const ConferenceListQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  query: SearchWords,
});
export type ConferenceListQuery = z.input<typeof ConferenceListQuery>;
export const ConferenceList = z.object({ total: z.number().int(), items: z.array(ConferenceRow), asOf: instant });
export type ConferenceList = z.infer<typeof ConferenceList>;
// `POST /api/conferences/:id/end` → ConferenceRow
