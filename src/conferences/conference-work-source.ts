import { inject } from 'inversify';

import { backoffMs } from '../delivery/backoff.js';
import type { LaneLease, WorkItem, WorkResult, WorkSource } from '../delivery/work-source.js';
import type {
  ExternalUserId,
  MessengerAnswers,
  MessengerFailureClass,
  MessengerResult,
} from '../messenger/messenger.js';
import { SettingsSource } from '../settings.js';
import {
  ConferenceCallStore,
  type ConferenceBooking,
  type ConferenceCall,
  type LinkPost,
} from './conference-call-store.js';
import { linkMessage } from './conference-text.js';

interface CallWork {
  readonly conference: ConferenceCall;
  readonly action: { readonly kind: 'start' | 'end' } | { readonly kind: 'post'; readonly post: LinkPost };
}

/** Posting again would meet the same. */
const POST_REFUSED: readonly MessengerFailureClass[] = ['permanent', 'chat-lost', 'chat-refused', 'invite'];

/** Calls of conferences: started once, posted into the chat, ended. Goes before everything else. */
export class ConferenceWorkSource implements WorkSource<CallWork> {
  readonly priority = 0;

  constructor(
    @inject(ConferenceCallStore) private readonly store: ConferenceCallStore,
    @inject(SettingsSource) private readonly source: SettingsSource,
  ) {}

  async next(
    lease: LaneLease,
    account: ExternalUserId | undefined,
    limit: number,
  ): Promise<readonly WorkItem<CallWork>[]> {
    if (account === undefined) return [];
    const due = await this.store.due(lease, this.source.settings.graceMinutes * 60_000, limit);
    const local = due.flatMap((conference) => bookedWithoutCall(conference) ?? []);
    if (local.length > 0) await this.store.book(lease, local);
    return due.flatMap((conference) => workItems(conference, account));
  }

  async intend(lease: LaneLease, items: readonly WorkItem[]): Promise<void> {
    const starts = (items as readonly WorkItem<CallWork>[]).filter(({ context }) => context.action.kind === 'start');
    if (starts.length === 0) return;
    await this.store.markIntent(
      lease,
      starts.map(({ context }) => context.conference.conferenceId),
    );
  }

  stall(): Promise<void> {
    return Promise.resolve();
  }

  async settle(lease: LaneLease, results: readonly WorkResult[]): Promise<void> {
    const works = results as readonly WorkResult<CallWork>[];
    const bookings = works.map(({ item, result }) => ({
      conferenceId: item.context.conference.conferenceId,
      ...this.booking(item, result),
    }));
    // Of several chats of one conference, what went wrong with one is said last.
    await this.store.book(
      lease,
      bookings.sort((a, b) => Number(b.kind === 'posted') - Number(a.kind === 'posted')),
    );
  }

  nextDueAt(organizationId: string): Promise<Date | undefined> {
    return this.store.nextDueAt(organizationId);
  }

  private booking(item: WorkItem<CallWork>, result: MessengerResult): ConferenceBooking {
    const { action, conference } = item.context;
    switch (action.kind) {
      case 'start':
        return this.startBooking(item, result);
      case 'post':
        return this.postBooking(conference, action.post, result);
      case 'end':
        return this.endBooking(conference, result);
    }
  }

  private startBooking(item: WorkItem<CallWork>, result: MessengerResult): ConferenceBooking {
    if (result.ok) {
      const { callId, joinLink } = result.answer as MessengerAnswers['call.start'];
      return { kind: 'started', callId, joinLink, account: item.account };
    }
    const { class: failureClass, code } = result.failure;
    if (failureClass === 'unknown') return { kind: 'start-unknown', code };
    if (failureClass === 'permanent') return { kind: 'not-started', code, againInMs: undefined };
    if (failureClass === 'rate') return { kind: 'again' };
    return { kind: 'not-started', code, againInMs: againInMs(item.context.conference) };
  }

  private postBooking(conference: ConferenceCall, post: LinkPost, result: MessengerResult): ConferenceBooking {
    if (result.ok || result.failure.class === 'settled') return { kind: 'posted', post };
    const { class: failureClass, code } = result.failure;
    if (failureClass === 'rate') return { kind: 'again' };
    return POST_REFUSED.includes(failureClass)
      ? { kind: 'post-refused', post, code }
      : { kind: 'failed', code, againInMs: againInMs(conference) };
  }

  private endBooking(conference: ConferenceCall, result: MessengerResult): ConferenceBooking {
    if (result.ok || result.failure.class === 'settled') return { kind: 'ended' };
    const { class: failureClass, code } = result.failure;
    // Whoever is refused for good cannot tell that the call is over.
    if (failureClass === 'permanent') return { kind: 'ended', code: 'conference.end-unknown' };
    if (failureClass === 'rate') return { kind: 'again' };
    return { kind: 'failed', code, againInMs: againInMs(conference) };
  }
}

function againInMs({ attempts }: ConferenceCall): number {
  return backoffMs(attempts + 1, Math.random());
}

/** What needs no remote call: an end of something that never was, a start whose answer was lost with the process. */
function bookedWithoutCall(
  conference: ConferenceCall,
): (ConferenceBooking & { readonly conferenceId: string }) | undefined {
  const { conferenceId } = conference;
  if (conference.state === 'ending' && conference.callId === undefined) {
    const sent = conference.intentAt !== undefined || conference.joinLink !== undefined;
    return { conferenceId, kind: 'ended', ...(sent ? { code: 'conference.end-unknown' } : {}) };
  }
  if (conference.state === 'starting' && conference.intentAt !== undefined) {
    return { conferenceId, kind: 'start-unknown', code: 'conference.start-unknown' };
  }
  return undefined;
}

function workItems(conference: ConferenceCall, account: ExternalUserId): readonly WorkItem<CallWork>[] {
  const { state, callId, joinLink, title } = conference;
  if (state === 'starting' && conference.intentAt === undefined) {
    return [
      {
        call: { kind: 'call.start' },
        account,
        subjectId: conference.conferenceId,
        context: { conference, action: { kind: 'start' } },
      },
    ];
  }
  if (state === 'ending' && callId !== undefined) {
    return [
      {
        call: { kind: 'call.end', callId },
        account: conference.ownerAccount ?? account,
        subjectId: conference.conferenceId,
        context: { conference, action: { kind: 'end' } },
      },
    ];
  }
  if (state !== 'active' || joinLink === undefined) return [];
  return conference.posts.map((post) => ({
    call: { kind: 'message.post', chatId: post.remoteId, text: linkMessage(title, joinLink), key: post.key },
    account: post.account,
    subjectId: conference.conferenceId,
    context: { conference, action: { kind: 'post', post } },
  }));
}
