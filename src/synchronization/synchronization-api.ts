import type { Hono } from 'hono';
import { inject } from 'inversify';

import { EnrollmentFeed } from '../chats/enrollment-feed.js';
import { MemberComparisonStore } from '../chats/member-comparison-store.js';
import { ProblemText } from '../chats/problem-text.js';
import { everythingScope } from '../chats/roster-scope.js';
import { SchoolYearEditStore } from '../chats/school-year-edit-store.js';
import { LaneStore } from '../delivery/lane-store.js';
import { RightMissingError, SferumError } from '../errors.js';
import { HOST_METAROLES, type SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { RetryCode, SchoolYearChoice, type SchoolStates } from '../protocol/synchronization-protocol.js';
import { SYNCHRONIZATION_WINDOW_TEXT } from '../protocol/synchronization-texts.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';
import { CHECK_COOL_DOWN_MS, SynchronizationOverview } from './synchronization-overview.js';
import { SynchronizationStore, type SchoolRow } from './synchronization-store.js';

const SCHOOLS_SHOWN = 2_000;

/** `/api/synchronization`: the state of a school's deliveries, and what an operator does about it. */
export class SynchronizationApi implements ApiRoutes {
  constructor(
    @inject(SynchronizationOverview) private readonly overview: SynchronizationOverview,
    @inject(SynchronizationStore) private readonly store: SynchronizationStore,
    @inject(MemberComparisonStore) private readonly comparison: MemberComparisonStore,
    @inject(EnrollmentFeed) private readonly feed: EnrollmentFeed,
    @inject(SchoolYearEditStore) private readonly years: SchoolYearEditStore,
    @inject(LaneStore) private readonly lanes: LaneStore,
    @inject(ProblemText) private readonly problems: ProblemText,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/synchronization', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.synchronizationView);
      return context.json(await this.overview.of(session));
    });
    app.get('/api/synchronization/schools', async (context) =>
      context.json(await this.schools(context.get('session'))),
    );
    app.put('/api/synchronization/school-year', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.chatEdit);
      const { continues } = SchoolYearChoice.parse(await context.req.json());
      await this.years.setContinuesByDefault(session.organizationId, continues);
      return context.json(await this.overview.of(session));
    });
    this.registerRuns(app);
  }

  private registerRuns(app: Hono<ApiEnvironment>): void {
    app.post('/api/synchronization/resume', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.synchronizationRun);
      await this.lanes.resume(session.organizationId);
      return context.json(await this.overview.of(session));
    });
    app.post('/api/synchronization/check', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.synchronizationRun);
      await this.check(session.organizationId);
      return context.json(await this.overview.of(session));
    });
    app.post('/api/synchronization/retry', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.synchronizationRun);
      const { code } = RetryCode.parse(await context.req.json());
      await this.store.retry(session.organizationId, code);
      return context.json(await this.overview.of(session));
    });
  }

  /** The directory is read behind the answer; chats are compared as their lane gets to them. */
  private async check(organizationId: string): Promise<void> {
    if (!(await this.store.beginCheck(organizationId, CHECK_COOL_DOWN_MS))) {
      throw new SferumError('SFERUM_TOO_SOON', SYNCHRONIZATION_WINDOW_TEXT.checkTooSoon);
    }
    this.feed.look(organizationId, everythingScope());
    await this.comparison.beginAll(organizationId);
  }

  private async schools(session: SessionContext): Promise<SchoolStates> {
    requireRight(session, Right.synchronizationView);
    if (!session.metaroles.includes(HOST_METAROLES.superAdministrator)) {
      throw new RightMissingError(HOST_METAROLES.superAdministrator);
    }
    const { total, items } = await this.store.schools(SCHOOLS_SHOWN);
    return { total, items: items.map((school) => this.school(school)) };
  }

  private school({ stopCode, oldest, ...school }: SchoolRow): SchoolStates['items'][number] {
    return {
      ...school,
      state: schoolState(stopCode, school),
      ...(stopCode === undefined ? {} : { problem: this.problems.textOf(stopCode) }),
      ...(oldest === undefined ? {} : { oldest: oldest.toISOString() }),
    };
  }
}

function schoolState(
  stopCode: string | undefined,
  { failed, waitingChats }: Pick<SchoolRow, 'failed' | 'waitingChats'>,
): SchoolStates['items'][number]['state'] {
  if (stopCode !== undefined) return 'stopped';
  if (failed > 0) return 'problem';
  return waitingChats > 0 ? 'running' : 'idle';
}
