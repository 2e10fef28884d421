/**
 * What the window «Состояние синхронизации» asks for and sends. Right `sferum.synchronization.view` for every read; each
 * change names its own. Failures beside `SFERUM_SIGNED_OUT` and `SFERUM_RIGHT_MISSING`: `SFERUM_NOT_FOUND`,
 * `SFERUM_TOO_SOON` (429, with `fields.availableAt`), `SFERUM_CONFLICT`.
 *
 * In the browser import from here with `import type` only.
 */
import { z } from 'zod';

import { ChatKind, Progress } from './protocol.js';

const instant = z.iso.datetime();

/** Members or chats that failed for one reason. */
export const SynchronizationError = z.object({
  /** For `POST /api/synchronization/retry`. */
  code: z.string(),
  /** What happened and what to do. */
  text: z.string(),
  people: z.number().int(),
  chats: z.number().int(),
  /** The next attempt that comes by itself; absent: none comes before something changes. */
  nextAttemptAt: instant.optional(),
  /** Trying it again now can help; otherwise somebody has to do what `text` says. */
  retriable: z.boolean(),
  /** Some of the chats it is about. */
  examples: z.array(z.object({ chatId: z.string(), title: z.string() })),
});
export type SynchronizationError = z.infer<typeof SynchronizationError>;

/** A chat that waits: the longest first. */
export const WaitingChat = z.object({
  chatId: z.string(),
  title: z.string(),
  kind: ChatKind,
  /** Since when its oldest change waits. */
  since: instant,
});
export type WaitingChat = z.infer<typeof WaitingChat>;

/** Decisions that wait for a person. */
export const HeldChange = z.object({
  chatId: z.string(),
  title: z.string(),
  /**
   * - `removal`: `people` would leave the chat.
   * - `archive`: the chat would go into the archive, with `people` in it.
   * - `reading`: the messenger's list leaves out `people`.
   * - `candidates`: it is not known which chat on the messenger's side is this one, of `people` members.
   */
  kind: z.enum(['removal', 'archive', 'reading', 'candidates']),
  people: z.number().int(),
});
export type HeldChange = z.infer<typeof HeldChange>;

export const DeliveryMinute = z.object({
  /** Its beginning. */
  at: instant,
  requests: z.number().int(),
  /** Calls carried out, several in one request. */
  calls: z.number().int(),
  failed: z.number().int(),
  /** Requests refused because of the rate. */
  refused: z.number().int(),
  /** Changes that waited at its end. */
  backlog: z.number().int(),
});
export type DeliveryMinute = z.infer<typeof DeliveryMinute>;

/** A pass over the school, or a check of a chat, in which something changed. */
export const SynchronizationRun = z.object({
  id: z.string(),
  cause: z.enum(['pass', 'check', 'comparison']),
  /** Name of the person who asked for it; absent: it came by itself. */
  by: z.string().optional(),
  at: instant,
  added: z.number().int(),
  removed: z.number().int(),
  archived: z.number().int(),
  undone: z.object({ by: z.string(), at: instant }).optional(),
});
export type SynchronizationRun = z.infer<typeof SynchronizationRun>;

/** `GET /api/synchronization` */
export const SynchronizationState = z.object({
  progress: Progress,
  /** Nothing has been delivered yet: what the first filling will take. */
  preview: z
    .object({
      chats: z.number().int(),
      memberships: z.number().int(),
      /** People who belong to chats and have not linked. */
      unlinked: z.number().int(),
      seconds: z.number().int(),
    })
    .optional(),
  /** Changes that wait to be delivered now. */
  backlog: z.number().int(),
  /** The first of them. */
  waiting: z.array(WaitingChat),
  /** All chats that wait, those that are only being compared included. */
  waitingChats: z.number().int(),
  errors: z.array(SynchronizationError),
  held: z.array(HeldChange),
  /** The last hour, the oldest minute first, without gaps. */
  minutes: z.array(DeliveryMinute),
  quota: z.object({
    /** Requests that the messenger allows, and that were made over the last minute. */
    perMinute: z.number().int(),
    usedLastMinute: z.number().int(),
    /** Refused over the last hour. */
    refusedLastHour: z.number().int(),
  }),
  runs: z.array(SynchronizationRun),
  /** When every chat was compared with the messenger's list; absent: not all were yet. */
  comparedAt: instant.optional(),
  /** A check of all chats can be asked for again from then on; absent: now. */
  checkAvailableAt: instant.optional(),
  /** Chats go on with their class in a new school year. */
  continuesChats: z.boolean(),
  may: z.object({ run: z.boolean(), confirm: z.boolean(), editChats: z.boolean(), seeSchools: z.boolean() }),
});
export type SynchronizationState = z.infer<typeof SynchronizationState>;

// `POST /api/synchronization/resume` → SynchronizationState. Right `sferum.synchronization.run`: a lane that stands still
// goes on now.
// `POST /api/synchronization/check` → SynchronizationState. Right `sferum.synchronization.run`: the directory is read
// whole, all chats are compared with the messenger's lists.

/** `POST /api/synchronization/retry` → {@link SynchronizationState}. Right `sferum.synchronization.run`. */
export const RetryCode = z.object({ code: z.string().min(1).max(200) });

/** `PUT /api/synchronization/school-year` → {@link SynchronizationState}. Right `sferum.chat.edit`. */
export const SchoolYearChoice = z.object({ continues: z.boolean() });

/** `GET /api/synchronization/runs/:id`: what a run changed, by chat. */
export const RunDetail = z.object({
  chats: z.array(
    z.object({
      chatId: z.string(),
      title: z.string(),
      added: z.array(z.string()),
      removed: z.array(z.string()),
      changed: z.array(z.string()),
    }),
  ),
  /** More changed than is listed. */
  cut: z.boolean(),
});
export type RunDetail = z.infer<typeof RunDetail>;

/**
 * `POST /api/synchronization/runs/:id/undo`. Right `sferum.synchronization.confirm`. Whoever was taken out stays, whoever
 * came is taken out; what somebody decided since then is left. A run that was undone already: `SFERUM_CONFLICT`.
 */
export const RunUndone = z.object({ taken: z.number().int(), left: z.number().int() });
export type RunUndone = z.infer<typeof RunUndone>;

/** `GET /api/synchronization/schools`: super-administrators only. What needs somebody first. */
export const SchoolStates = z.object({
  total: z.number().int(),
  items: z.array(
    z.object({
      organizationId: z.string(),
      name: z.string(),
      state: z.enum(['idle', 'running', 'stopped', 'problem']),
      problem: z.string().optional(),
      chats: z.number().int(),
      waitingChats: z.number().int(),
      failed: z.number().int(),
      oldest: instant.optional(),
    }),
  ),
});
export type SchoolStates = z.infer<typeof SchoolStates>;
