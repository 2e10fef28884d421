/** What crosses between the windows about account links; general rules stand in `protocol.ts`. */
import { z } from 'zod';

import { LinkView, SearchWords } from './protocol.js';

const instant = z.iso.datetime();
const ownedChats = z.array(z.object({ school: z.string(), chats: z.number().int() }));

/** `GET /api/link`, and the answer of every change of a link. */
export const AccountLinkView = LinkView.extend({
  candidate: LinkView.shape.candidate
    .unwrap()
    .extend({
      /** To be sent back with the yes: another tab may have brought another profile meanwhile. */
      id: z.string().optional(),
    })
    .optional(),
  /** While `confirming`: the profile of a broken link that this one takes the place of, where it is another one. */
  replaces: z
    .object({
      name: z.string(),
      roles: z.array(z.string()),
      /** Chats that only the other profile could change; absent when there are none. */
      owns: ownedChats.optional(),
    })
    .optional(),
  /** The school asked the person to link their account, and they have not looked yet. */
  remindedAt: instant.optional(),
});
export type AccountLinkView = z.infer<typeof AccountLinkView>;

/** Body of `POST /api/link/confirm`; without an id the newest candidate is meant. */
export const LinkConfirmation = z.object({ candidateId: z.string().max(100).optional() });
export type LinkConfirmation = z.input<typeof LinkConfirmation>;

/** `GET /api/link/consequences`: what unlinking would do. */
export const UnlinkConsequences = z.object({
  /** Chats in the messenger that the person leaves; absent when that is not known. */
  chats: z.number().int().optional(),
  /** Names of the schools whose chats run in this person's name; their deliveries stop. */
  administers: z.array(z.string()),
  /** Schools whose chats this account owns in the messenger: nobody else can change these chats. */
  owns: ownedChats,
});
export type UnlinkConsequences = z.infer<typeof UnlinkConsequences>;

/**
 * Body of `POST /api/link/unlink`. Where chats of a school would stop (`administers` or `owns`), the first yes is not
 * enough: `SFERUM_UNLINK_STOPS_CHATS` (409) with `fields.consequences`, an {@link UnlinkConsequences}.
 */
export const UnlinkRequest = z.object({
  /** The person has read what stops, and wants it. */
  accepted: z.boolean().default(false),
});
export type UnlinkRequest = z.input<typeof UnlinkRequest>;

/** `POST /api/link/unlink` */
export const UnlinkResult = AccountLinkView.extend({
  /** Chats in the messenger that the person leaves now, soon after. */
  chatsLeft: z.number().int().optional(),
});
export type UnlinkResult = z.infer<typeof UnlinkResult>;

// --- links of others -------------------------------------------------------------------------------------------

export const LinkRole = z.enum(['employee', 'student', 'guardian']);
export type LinkRole = z.infer<typeof LinkRole>;
export const LinkState = z.enum(['none', 'linked', 'broken']);
export type LinkState = z.infer<typeof LinkState>;

/** One person in one role; who is both an employee and a parent stands there twice. */
export const LinkRow = z.object({
  personId: z.string(),
  name: z.string(),
  role: LinkRole,
  /** Position, class, or whose parent. */
  detail: z.string(),
  state: LinkState,
  linkedAt: instant.optional(),
  remindedAt: instant.optional(),
  /** They may be asked to link now. */
  canRemind: z.boolean(),
});
export type LinkRow = z.infer<typeof LinkRow>;

/**
 * `GET /api/links?`: with the right everybody of the organisation; a class teacher their own classes.
 * `GET /api/links/print?` with the same filter answers everybody who fits as a page for paper.
 */
export const LinkListQuery = z.object({
  role: LinkRole.optional(),
  classId: z.string().max(200).optional(),
  state: LinkState.optional(),
  /** Part of the name, any case. */
  query: SearchWords,
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export type LinkListQuery = z.input<typeof LinkListQuery>;
export const LinkList = z.object({ total: z.number().int(), items: z.array(LinkRow), asOf: instant });
export type LinkList = z.infer<typeof LinkList>;

const counts = z.object({ total: z.number().int(), linked: z.number().int(), broken: z.number().int() });
export type LinkCounts = z.infer<typeof counts>;

/** `GET /api/links/summary`: how many have linked, over all and per class. */
export const LinkSummary = z.object({
  /** `class`: only the classes this person teaches. */
  scope: z.enum(['organization', 'class']),
  /** Absent for a class teacher. */
  employees: counts.optional(),
  students: counts,
  guardians: counts,
  classes: z.array(z.object({ id: z.string(), name: z.string(), students: counts, guardians: counts })),
  asOf: instant,
});
export type LinkSummary = z.infer<typeof LinkSummary>;

/** `POST /api/links/remind`: asks people who have not linked to do so; nobody more often than once in seven days. */
export const ReminderRequest = z.object({ personIds: z.array(z.string().max(200)).min(1).max(1000) });
export type ReminderRequest = z.input<typeof ReminderRequest>;
export const ReminderResult = z.object({
  reminded: z.number().int(),
  /** Linked already, or reminded within the last seven days. */
  skipped: z.number().int(),
});
export type ReminderResult = z.infer<typeof ReminderResult>;
