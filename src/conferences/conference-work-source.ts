import { inject } from 'inversify';

import type { LaneLease, WorkItem, WorkResult, WorkSource } from '../delivery/work-source.js';
import type { ExternalUserId, MessengerCall } from '../messenger/messenger.js';
import { ConferenceCallStore } from './conference-call-store.js';
import { linkMessage } from './conference-text.js';
import type { CallAction } from './life/life-plan.js';

/** Calls of conferences: started once, posted into the chats, ended. Goes before everything else. */
export class ConferenceWorkSource implements WorkSource<CallAction> {
  readonly priority = 0;

  constructor(@inject(ConferenceCallStore) private readonly store: ConferenceCallStore) {}

  async next(
    lease: LaneLease,
    account: ExternalUserId | undefined,
    limit: number,
  ): Promise<readonly WorkItem<CallAction>[]> {
    const due = await this.store.due(lease, account !== undefined, limit);
    const items = due.flatMap(({ life, actions }) =>
      actions.flatMap((action) => workItem(life.conferenceId, action, account) ?? []),
    );
    // What is cut is due still, and comes the next time.
    return items.slice(0, limit);
  }

  async settle(lease: LaneLease, results: readonly WorkResult<CallAction>[]): Promise<void> {
    await this.store.settle(
      lease,
      results.map(({ item, result, doubtId, sure }) => ({
        ...{ conferenceId: item.subjectId, action: item.context, account: item.account },
        ...{ result, doubtId, sure },
      })),
    );
  }

  stall(lease: LaneLease, subjectIds: readonly string[], code: string): Promise<void> {
    return this.store.stall(lease, subjectIds, code);
  }

  nextDueAt(organizationId: string): Promise<Date | undefined> {
    return this.store.nextDueAt(organizationId);
  }
}

/** @param running who runs the chats: starts calls, and ends those of which it is not known who started them */
function workItem(
  conferenceId: string,
  action: CallAction,
  running: ExternalUserId | undefined,
): WorkItem<CallAction> | undefined {
  const account = action.kind === 'start' ? running : (action.account ?? running);
  return account === undefined
    ? undefined
    : { call: callOf(action), account, subjectId: conferenceId, context: action };
}

function callOf(action: CallAction): MessengerCall {
  switch (action.kind) {
    case 'start':
      return { kind: 'call.start' };
    case 'end':
      return { kind: 'call.end', callId: action.callId };
    case 'post':
      return {
        kind: 'message.post',
        chatId: action.remoteId,
        text: linkMessage(action.title, action.joinLink),
        key: action.key,
      };
  }
}
