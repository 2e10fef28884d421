import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { ChatDeliveryStore } from '../chats/chat-delivery-store.js';
import { PersonNames } from '../chats/person-names.js';
import { ProblemText } from '../chats/problem-text.js';
import { ProgressReader } from '../chats/progress-reader.js';
import { RunStore, type Run } from '../chats/run-store.js';
import { SchoolYearEditStore } from '../chats/school-year-edit-store.js';
import { HOST_METAROLES, type SessionContext } from '../host/host-session.js';
import { Messenger } from '../messenger/messenger.js';
import type { Progress } from '../protocol/protocol.js';
import type { SynchronizationRun, SynchronizationState } from '../protocol/synchronization-protocol.js';
import { Right } from '../rights/rights.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { withoutGaps } from './delivery-minutes.js';
import { firstFillingSeconds } from './first-filling-estimate.js';
import { SynchronizationStore, type FailureGroup, type SynchronizationFacts } from './synchronization-store.js';

/** All that the window «Состояние синхронизации» shows of one school. */
export interface SynchronizationOverview {
  of(session: SessionContext): Promise<SynchronizationState>;
}
export const SynchronizationOverview = Symbol('SynchronizationOverview') as ServiceIdentifier<SynchronizationOverview>;

/** A check of all chats is not asked for again before. */
export const CHECK_COOL_DOWN_MS = 10 * 60_000;
/** An owner who links again is seen at once; a second chat stays until the chats are listed again. */
const NOT_RETRIED: ReadonlySet<string> = new Set(['chat.owner-gone', 'chat.twin']);
const MINUTES_SHOWN = 60;
const MINUTE_MS = 60_000;
const WAITING_SHOWN = 20;
const RUNS_SHOWN = 20;

export class ReadSynchronizationOverview implements SynchronizationOverview {
  constructor(
    @inject(SynchronizationStore) private readonly store: SynchronizationStore,
    @inject(ProgressReader) private readonly progress: ProgressReader,
    @inject(ChatDeliveryStore) private readonly deliveries: ChatDeliveryStore,
    @inject(RunStore) private readonly runs: RunStore,
    @inject(SchoolYearEditStore) private readonly years: SchoolYearEditStore,
    @inject(PersonNames) private readonly names: PersonNames,
    @inject(ProblemText) private readonly problems: ProblemText,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  async of(session: SessionContext): Promise<SynchronizationState> {
    const { organizationId } = session;
    const [progress, facts, backlog, waiting, failures, held, continuesChats] = await Promise.all([
      this.progress.of(session),
      this.store.facts(organizationId),
      this.deliveries.backlog(organizationId),
      this.store.waiting(organizationId, WAITING_SHOWN),
      this.store.failures(organizationId),
      this.store.held(organizationId),
      this.years.continuesByDefault(organizationId),
    ]);
    return {
      progress,
      ...this.preview(progress, facts),
      backlog,
      waiting: waiting.map((chat) => ({ ...chat, since: chat.since.toISOString() })),
      waitingChats: progress.chats.total - progress.chats.done,
      errors: failures.map((failure) => this.error(failure)),
      held: [...held],
      ...(await this.deliveriesOf(organizationId, backlog)),
      runs: await this.lastRuns(organizationId),
      ...(facts.comparedAt === undefined ? {} : { comparedAt: facts.comparedAt.toISOString() }),
      ...this.checkAvailable(facts),
      continuesChats,
      may: {
        run: session.rights.has(Right.synchronizationRun),
        confirm: session.rights.has(Right.synchronizationConfirm),
        editChats: session.rights.has(Right.chatEdit),
        seeSchools: session.metaroles.includes(HOST_METAROLES.superAdministrator),
      },
    };
  }

  private preview(
    { chats, memberships }: Progress,
    { delivered, unlinkedPeople }: SynchronizationFacts,
  ): Pick<SynchronizationState, 'preview'> {
    if (delivered > 0 || chats.total === 0) return {};
    return {
      preview: {
        chats: chats.total,
        memberships: memberships.total,
        unlinked: unlinkedPeople,
        seconds: firstFillingSeconds(chats.total, this.messenger.abilities),
      },
    };
  }

  private async deliveriesOf(
    organizationId: string,
    backlog: number,
  ): Promise<Pick<SynchronizationState, 'minutes' | 'quota'>> {
    const now = this.clock.now();
    const rows = await this.store.minutes(organizationId, new Date(now.getTime() - MINUTES_SHOWN * MINUTE_MS));
    const minutes = withoutGaps(rows, now, MINUTES_SHOWN, backlog);
    return {
      minutes,
      quota: {
        perMinute: Math.floor(this.messenger.abilities.requestsPerSecond * 60),
        usedLastMinute: Math.max(0, ...minutes.slice(-2).map(({ requests }) => requests)),
        refusedLastHour: minutes.reduce((sum, { refused }) => sum + refused, 0),
      },
    };
  }

  private error(failure: FailureGroup): SynchronizationState['errors'][number] {
    const { code, people, chats, nextAttemptAt, examples } = failure;
    return {
      code,
      text: this.problems.textOf(code),
      people,
      chats,
      ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: nextAttemptAt.toISOString() }),
      retriable: !NOT_RETRIED.has(code),
      examples: [...examples],
    };
  }

  private async lastRuns(organizationId: string): Promise<SynchronizationRun[]> {
    const runs = await this.runs.list(organizationId, RUNS_SHOWN);
    const people = runs.flatMap(({ by, undone }) => [by ?? [], undone?.by ?? []].flat()).filter((id) => id !== '');
    const nameOf = await this.names.of([...new Set(people)]);
    return runs.map((run) => shownRun(run, nameOf));
  }

  private checkAvailable({ checkAt }: SynchronizationFacts): Pick<SynchronizationState, 'checkAvailableAt'> {
    const again = (checkAt?.getTime() ?? 0) + CHECK_COOL_DOWN_MS;
    return again <= this.clock.now().getTime() ? {} : { checkAvailableAt: new Date(again).toISOString() };
  }
}

function shownRun(run: Run, nameOf: (personId: string) => string): SynchronizationRun {
  const { runId, cause, by, at, added, removed, archived, undone } = run;
  return {
    id: runId,
    cause,
    ...(by === undefined ? {} : { by: nameOf(by) }),
    at: at.toISOString(),
    added,
    removed,
    archived,
    ...(undone === undefined ? {} : { undone: { by: nameOf(undone.by), at: undone.at.toISOString() } }),
  };
}
