import type { Context, Hono } from 'hono';
import { inject } from 'inversify';

import { SferumError } from '../errors.js';
import { HostDirectory, type Person } from '../host/host-directory.js';
import { HostHttp, HostLogger } from '../host/host-services.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import type { LinkStarted, LinkView, SessionView } from '../protocol/protocol.js';
import { EXTERNAL_ROLE_TITLE, PERSON_KIND_TITLE } from '../protocol/texts.js';
import { MessengerFailureText } from '../messenger/messenger-failure-text.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../rights/rights.js';
import { SettingsSource } from '../settings.js';
import type { AccountLink } from './account-link-store.js';
import { compareProfile } from './link-comparison.js';
import { LinkService } from './link-service.js';
import type { LinkCandidate } from './link-attempt-store.js';

/** Window that shows how the sign-in ended. */
const AUTHORIZATION_WINDOW = 'sferum.authorization';

/** `/api/session`, `/api/link…` and the address VK ID returns to. */
export class AccountApi implements ApiRoutes {
  constructor(
    @inject(LinkService) private readonly links: LinkService,
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(HostHttp) private readonly http: HostHttp,
    @inject(HostLogger) private readonly logger: HostLogger,
    @inject(MessengerFailureText) private readonly failureText: MessengerFailureText,
    @inject(SettingsSource) private readonly source: SettingsSource,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/session', async (context) => context.json(await this.session(context.get('session'))));
    app.get('/api/link', async (context) => context.json(await this.link(context.get('session'))));
    app.post('/api/link/start', async (context) => {
      const started: LinkStarted = { url: await this.links.start(context.get('session')) };
      return context.json(started);
    });
    app.post('/api/link/confirm', (context) => this.act(context, (session) => this.links.confirm(session)));
    app.post('/api/link/cancel', (context) => this.act(context, (session) => this.links.cancel(session)));
    app.post('/api/link/unlink', (context) => this.act(context, (session) => this.links.unlink(session)));
    app.get('/link/callback', (context) => this.callback(context));
  }

  private async act(
    context: Context<ApiEnvironment>,
    action: (session: SessionContext) => Promise<void>,
  ): Promise<Response> {
    await action(context.get('session'));
    return context.json(await this.link(context.get('session')));
  }

  /** Always ends on the desktop: a person never sees a bare answer. The address they return to is fixed. */
  private async callback(context: Context<ApiEnvironment>): Promise<Response> {
    const target = new URL(this.http.desktopUrl);
    target.searchParams.set('window', AUTHORIZATION_WINDOW);
    try {
      await this.links.callback(context.get('session'), {
        state: context.req.query('state'),
        code: context.req.query('code'),
        deviceId: context.req.query('device_id'),
        error: context.req.query('error'),
      });
    } catch (error) {
      const code = error instanceof SferumError ? error.code : 'SFERUM_INTERNAL';
      if (code === 'SFERUM_INTERNAL') this.logger.error('a sign-in failed', { error: String(error) });
      target.searchParams.set('linkError', code);
    }
    return context.redirect(target.href);
  }

  private async session(session: SessionContext): Promise<SessionView> {
    const [person, organizations, link] = await Promise.all([
      this.person(session.personId),
      this.directory.organizationsById([session.organizationId]),
      this.link(session),
    ]);
    const organization = organizations[0];
    if (organization === undefined) throw new SferumError('SFERUM_NOT_FOUND', 'Организация не найдена.');
    return {
      person: { id: session.personId, name: fullName(person) },
      organization: { id: organization.id, name: organization.name, timeZone: organization.timeZone },
      chatAdministrator: organization.settings[CHAT_ADMINISTRATOR_SETTING] === session.personId,
      rights: [...session.rights],
      link,
      messengerUrl: this.source.settings.messengerUrl,
    };
  }

  private async link(session: SessionContext): Promise<LinkView> {
    const { link, candidate } = await this.links.current(session);
    if (candidate !== undefined && link?.state !== 'linked') {
      return { state: 'confirming', candidate: this.candidateView(await this.person(session.personId), candidate) };
    }
    if (link === undefined) return { state: 'none' };
    return {
      state: link.state,
      profile: profileView(link),
      ...(link.state === 'broken' ? { problem: this.failureText.textOf(link.brokenCode ?? '') } : {}),
    };
  }

  private candidateView(person: Person, { profile }: LinkCandidate): NonNullable<LinkView['candidate']> {
    return {
      own: { name: fullName(person), roles: person.kinds.map((kind) => PERSON_KIND_TITLE[kind]) },
      external: {
        name: `${profile.familyName} ${profile.givenName}`.trim(),
        roles: (profile.learning?.roles ?? []).map((role) => EXTERNAL_ROLE_TITLE[role] ?? role),
      },
      mismatches: compareProfile(person, profile),
    };
  }

  private async person(personId: string): Promise<Person> {
    const person = (await this.directory.people([personId]))[0];
    return person ?? { id: personId, givenName: '', familyName: '', kinds: [] };
  }
}

function profileView(link: AccountLink): NonNullable<LinkView['profile']> {
  return {
    name: `${link.familyName} ${link.givenName}`.trim(),
    roles: link.roles.map((role) => EXTERNAL_ROLE_TITLE[role] ?? role),
    linkedAt: link.linkedAt.toISOString(),
  };
}

function fullName(person: Person): string {
  return [person.familyName, person.givenName, person.middleName].filter((part) => part !== undefined).join(' ');
}
