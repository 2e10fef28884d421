import type { Hono } from 'hono';
import { inject } from 'inversify';

import { PersonNames } from '../chats/person-names.js';
import { RunStore, type RunChange, type UndoOutcome } from '../chats/run-store.js';
import { SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { must } from '../must.js';
import type { RunDetail, RunUndone } from '../protocol/synchronization-protocol.js';
import { SYNCHRONIZATION_WINDOW_TEXT } from '../protocol/synchronization-texts.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';

const CHANGES_SHOWN = 5_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `/api/synchronization/runs/:id`: what a run changed, and taking it back. */
export class RunApi implements ApiRoutes {
  constructor(
    @inject(RunStore) private readonly runs: RunStore,
    @inject(PersonNames) private readonly names: PersonNames,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/synchronization/runs/:id', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.synchronizationView);
      return context.json(await this.detail(session, context.req.param('id')));
    });
    app.post('/api/synchronization/runs/:id/undo', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.synchronizationConfirm);
      return context.json(await this.undo(session, context.req.param('id')));
    });
  }

  private async detail({ organizationId }: SessionContext, runId: string): Promise<RunDetail> {
    const found = UUID.test(runId) ? await this.runs.changes(organizationId, runId, CHANGES_SHOWN + 1) : undefined;
    if (found === undefined) throw new SferumError('SFERUM_NOT_FOUND', SYNCHRONIZATION_WINDOW_TEXT.runMissing);
    const changes = found.slice(0, CHANGES_SHOWN);
    const nameOf = await this.names.of([...new Set(changes.map(({ personId }) => personId))]);
    const chats = new Map<string, RunChange[]>();
    for (const change of changes) chats.set(change.chatId, [...(chats.get(change.chatId) ?? []), change]);
    return {
      chats: [...chats.values()].map((ofChat) => chatOf(ofChat, nameOf)),
      cut: found.length > CHANGES_SHOWN,
    };
  }

  private async undo({ organizationId, personId }: SessionContext, runId: string): Promise<RunUndone> {
    const outcome: UndoOutcome = UUID.test(runId)
      ? await this.runs.undo(organizationId, runId, personId)
      : { kind: 'missing' };
    if (outcome.kind === 'done') return { taken: outcome.taken, left: outcome.left };
    if (outcome.kind === 'already') throw new SferumError('SFERUM_CONFLICT', SYNCHRONIZATION_WINDOW_TEXT.runUndone);
    throw new SferumError('SFERUM_NOT_FOUND', SYNCHRONIZATION_WINDOW_TEXT.runMissing);
  }
}

function chatOf(changes: readonly RunChange[], nameOf: (personId: string) => string): RunDetail['chats'][number] {
  const { chatId, chatTitle } = must(changes[0], 'a change of the chat');
  const names = (wanted: (change: RunChange) => boolean): string[] =>
    changes
      .filter(wanted)
      .map(({ personId }) => nameOf(personId))
      .sort((a, b) => a.localeCompare(b, 'ru'));
  return {
    chatId,
    title: chatTitle,
    added: names(({ before }) => before === undefined),
    removed: names(({ after }) => after === undefined),
    changed: names(({ before, after }) => before !== undefined && after !== undefined),
  };
}
