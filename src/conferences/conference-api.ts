import type { Hono } from 'hono';
import { inject } from 'inversify';

import { RightMissingError, SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import {
  ConferenceCheckRequest,
  ConferenceEdit,
  ConferenceRegistryQuery,
  NewConference,
  type ConferenceCard,
  type ConferenceEntryPage,
} from '../protocol/conference-protocol.js';
import { requireRight } from '../rights/guard.js';
import { Right } from '../rights/rights.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { CONFERENCE_ID, ConferenceCards, mayChange } from './conference-cards.js';
import { ConferenceDefaults } from './conference-defaults.js';
import { ConferenceEditStore, type ConferenceChange, type LessonTaken } from './conference-edit-store.js';
import { ConferenceEditor } from './conference-editor.js';
import { ConferenceRegistryStore, type RegistryConference } from './conference-registry-store.js';
import { isOver } from './life/conference-state.js';
import { ConferenceStore } from './conference-store.js';
import { CONFERENCE_NOT_FOUND_TEXT, CONFERENCE_TEXT } from './conference-text.js';

/** `/api/conferences…`: those of the organisation, or a person's own. */
export class ConferenceApi implements ApiRoutes {
  constructor(
    @inject(ConferenceStore) private readonly store: ConferenceStore,
    @inject(ConferenceRegistryStore) private readonly registry: ConferenceRegistryStore,
    @inject(ConferenceEditStore) private readonly edits: ConferenceEditStore,
    @inject(ConferenceEditor) private readonly editor: ConferenceEditor,
    @inject(ConferenceCards) private readonly cards: ConferenceCards,
    @inject(ConferenceDefaults) private readonly defaults: ConferenceDefaults,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/conferences', async (context) =>
      context.json(await this.page(context.get('session'), ConferenceRegistryQuery.parse(context.req.query()))),
    );
    this.registerForm(app);
    app.get('/api/conferences/:id', async (context) =>
      context.json(await this.cards.card(context.get('session'), context.req.param('id'))),
    );
    app.put('/api/conferences/:id', async (context) => {
      const session = context.get('session');
      const current = await this.changeable(session, context.req.param('id'), Right.conferenceEdit);
      const edit = ConferenceEdit.parse(await context.req.json());
      const outcome = await this.editor.change(session, current, edit);
      return context.json(await this.answer(session, current.conferenceId, outcome, edit.lessonId));
    });
    this.registerLife(app);
  }

  private registerForm(app: Hono<ApiEnvironment>): void {
    app.get('/api/conferences/defaults', async (context) =>
      context.json(
        await this.defaults.of(context.get('session'), {
          ...context.req.query(),
          joinedLessonIds: context.req.queries('joinedLessonIds'),
        }),
      ),
    );
    app.post('/api/conferences', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.conferenceCreate);
      const request = NewConference.parse(await context.req.json());
      const outcome = await this.editor.create(session, request);
      if (outcome.kind === 'lesson-taken') throw lessonTaken(outcome, request.lessonId);
      return context.json(await this.cards.card(session, outcome.conferenceId), outcome.kind === 'created' ? 201 : 200);
    });
    app.post('/api/conferences/check', async (context) => {
      const session = context.get('session');
      const form = ConferenceCheckRequest.parse(await context.req.json());
      if (form.conferenceId === undefined) {
        requireRight(session, Right.conferenceCreate);
        return context.json(await this.editor.check(session, undefined, form));
      }
      const current = await this.changeable(session, form.conferenceId, Right.conferenceEdit);
      return context.json(await this.editor.check(session, current, form));
    });
  }

  private registerLife(app: Hono<ApiEnvironment>): void {
    app.post('/api/conferences/:id/end', async (context) => {
      const session = context.get('session');
      const { organizationId, conferenceId } = await this.changeable(
        session,
        context.req.param('id'),
        Right.conferenceEnd,
      );
      await this.store.end(organizationId, conferenceId);
      return context.json(await this.cards.card(session, conferenceId));
    });
    app.post('/api/conferences/:id/start', async (context) => {
      const session = context.get('session');
      const current = await this.changeable(session, context.req.param('id'), Right.conferenceCreate);
      if (isOver(current.state) && !current.startable) {
        throw new SferumError('SFERUM_CONFERENCE_STATE', CONFERENCE_TEXT.over);
      }
      await this.store.start(current.organizationId, current.conferenceId);
      return context.json(await this.cards.card(session, current.conferenceId));
    });
    app.delete('/api/conferences/:id', async (context) => {
      const session = context.get('session');
      requireRight(session, Right.conferenceDelete);
      const id = context.req.param('id');
      const found = CONFERENCE_ID.test(id)
        ? await this.registry.find(session.organizationId, id, session.personId)
        : undefined;
      // Gone already: a repeat of the click.
      if (found !== undefined) {
        await this.changeable(session, id, Right.conferenceDelete);
        await this.edits.remove(session.organizationId, id);
      }
      return context.json({ deleted: true });
    });
  }

  private async page(
    session: SessionContext,
    query: ReturnType<typeof ConferenceRegistryQuery.parse>,
  ): Promise<ConferenceEntryPage> {
    const { organizationId, personId } = session;
    const list = await this.registry.list({
      ...{ organizationId, personId, onlyOwn: !session.rights.has(Right.conferenceView) },
      ...{ query: query.query.trim(), status: query.status, kind: query.kind },
      ...{ sort: query.sort, direction: query.direction, offset: query.offset, limit: query.limit },
    });
    return {
      total: list.total,
      items: await this.cards.entries(session, list.items),
      asOf: this.clock.now().toISOString(),
    };
  }

  /** @throws RightMissingError also for one of another host, without the right to see all */
  private async changeable(session: SessionContext, id: string, right: Right): Promise<RegistryConference> {
    requireRight(session, right);
    const conference = await this.cards.find(session, id);
    if (!mayChange(session, conference)) throw new RightMissingError(Right.conferenceView);
    return conference;
  }

  private async answer(
    session: SessionContext,
    id: string,
    outcome: ConferenceChange,
    lessonId: string | undefined,
  ): Promise<ConferenceCard> {
    switch (outcome.kind) {
      case 'done':
        return this.cards.card(session, id);
      case 'missing':
        throw new SferumError('SFERUM_NOT_FOUND', CONFERENCE_NOT_FOUND_TEXT);
      case 'lesson-taken':
        throw lessonTaken(outcome, lessonId);
      case 'over':
      case 'conflict': {
        const [code, message] =
          outcome.kind === 'over'
            ? (['SFERUM_CONFERENCE_STATE', CONFERENCE_TEXT.over] as const)
            : (['SFERUM_CONFLICT', CONFERENCE_TEXT.changed] as const);
        throw new SferumError(code, message, { fields: { current: await this.cards.card(session, id) } });
      }
    }
  }
}

function lessonTaken(taken: LessonTaken, lessonId: string | undefined): SferumError {
  const own = taken.lessonId === lessonId;
  return new SferumError(
    'SFERUM_CONFERENCE_STATE',
    own ? CONFERENCE_TEXT.lessonTaken : CONFERENCE_TEXT.joinedLessonTaken,
    { fields: { field: own ? 'lessonId' : 'joinedLessonIds', conferenceId: taken.conferenceId } },
  );
}
