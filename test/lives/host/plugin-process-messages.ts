import type { KnownAccountLink } from '../../../src/host/account-link-import.js';
import type { SessionContext } from '../../../src/host/host-session.js';
import type { StreamEvent, StreamName } from './outside-host-streams.js';

/** First message to the process. */
export interface PluginStart {
  readonly kind: 'start';
  readonly connectionString: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly clockSkewMs: number;
  readonly offersSince: boolean;
}

/** What the host asks of the plugin; each is answered by a {@link PluginAnswer}. */
export type PluginQuestion =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly path: string;
      readonly body: unknown;
      readonly session: SessionContext;
    }
  | {
      readonly kind: 'button';
      readonly buttonId: string;
      readonly act: 'state' | 'press';
      readonly lessonId: string;
      readonly session: SessionContext;
    }
  | { readonly kind: 'import'; readonly links: readonly KnownAccountLink[] }
  | { readonly kind: 'setting-changed'; readonly organizationId: string }
  | { readonly kind: 'stop' };

export type ToPlugin =
  | PluginStart
  | { readonly kind: 'event'; readonly stream: StreamName; readonly event: StreamEvent }
  | { readonly kind: 'clock'; readonly skewMs: number }
  | { readonly kind: 'ask'; readonly id: number; readonly question: PluginQuestion }
  | { readonly kind: 'told'; readonly id: number; readonly value?: unknown; readonly error?: string };

export type FromPlugin =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'directory'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'since'; readonly id: number; readonly stream: StreamName; readonly position: number }
  | PluginAnswer;

export interface PluginAnswer {
  readonly kind: 'answer';
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}
