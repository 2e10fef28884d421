import type { Hono } from 'hono';
import { inject } from 'inversify';

import { SferumError } from '../errors.js';
import { HostClock } from '../host/host-services.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { MessengerFailureText } from '../messenger/messenger-failure-text.js';
import { ConferenceListQuery, type ConferenceList, type ConferenceRow } from '../protocol/protocol.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';
import { isJoinable, isOver } from './conference-state.js';
import { ConferenceStore, type Conference } from './conference-store.js';
import { CONFERENCE_NOT_FOUND_TEXT, CONFERENCE_PROBLEM_TEXT } from './conference-text.js';

/** `/api/conferences…`: those of the organisation, or a person's own. */
export class ConferenceApi implements ApiRoutes {
  constructor(
    @inject(ConferenceStore) private readonly store: ConferenceStore,
    @inject(MessengerFailureText) private readonly failureText: MessengerFailureText,
    @inject(HostClock) private readonly clock: HostClock,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/conferences', async (context) => {
      const session = context.get('session');
      const { query, offset, limit } = ConferenceListQuery.parse(context.req.query());
      const list = await this.store.list(session.organizationId, {
        personId: session.rights.has(Right.conferenceView) ? undefined : session.personId,
        query: query ?? '',
        offset: Number(offset),
        limit: Number(limit),
      });
      const answer: ConferenceList = {
        total: list.total,
        items: list.items.map((conference) => this.row(session, conference)),
        asOf: this.clock.now().toISOString(),
      };
      return context.json(answer);
    });
    app.post('/api/conferences/:id/end', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.conferenceEnd);
      const before = await this.conference(session, context.req.param('id'));
      await this.store.end(before.organizationId, before.conferenceId);
      return context.json(this.row(session, await this.conference(session, before.conferenceId)));
    });
  }

  private async conference(session: SessionContext, id: string): Promise<Conference> {
    const isId = /^[0-9a-f-]{36}$/.test(id);
    const found = isId ? await this.store.find(session.organizationId, id) : undefined;
    if (found === undefined) throw new SferumError('SFERUM_NOT_FOUND', CONFERENCE_NOT_FOUND_TEXT);
    return found;
  }

  private row(session: SessionContext, conference: Conference): ConferenceRow {
    const { failureCode, joinLink, state } = conference;
    return {
      id: conference.conferenceId,
      kind: conference.kind,
      title: conference.title,
      ...(conference.chatTitle === undefined ? {} : { chatTitle: conference.chatTitle }),
      ...(conference.lessonTitle === undefined ? {} : { lessonTitle: conference.lessonTitle }),
      startsAt: conference.startsAt.toISOString(),
      endsAt: conference.endsAt.toISOString(),
      status: state,
      ...(isJoinable(state) && joinLink !== undefined ? { joinUrl: joinLink } : {}),
      ...(failureCode === undefined
        ? {}
        : { problem: CONFERENCE_PROBLEM_TEXT[failureCode] ?? this.failureText.textOf(failureCode) }),
      actions: {
        edit: false,
        end: !isOver(state) && session.rights.has(Right.conferenceEnd),
        delete: false,
      },
    };
  }
}
