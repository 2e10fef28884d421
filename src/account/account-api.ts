import type { Context, Hono } from 'hono';
import { inject } from 'inversify';

import { SferumError } from '../errors.js';
import { HostDirectory, type Person } from '../host/host-directory.js';
import { HostHttp, HostLogger } from '../host/host-services.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import {
  LinkConfirmation,
  UnlinkRequest,
  type AccountLinkView,
  type UnlinkResult,
} from '../protocol/account-protocol.js';
import { LINK_BROKEN_TEXT } from '../protocol/account-texts.js';
import type { LinkStarted, SessionView } from '../protocol/protocol.js';
import { MessengerFailureText } from '../messenger/messenger-failure-text.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../rights/rights.js';
import { SettingsSource } from '../settings.js';
import { accountLinkView, candidateView, fullName } from './account-view.js';
import { idOf, LinkService } from './link-service.js';
import { LinkReminderStore } from './link-reminder-store.js';
import { Unlinking } from './unlinking.js';

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
    @inject(LinkReminderStore) private readonly reminders: LinkReminderStore,
    @inject(Unlinking) private readonly unlinking: Unlinking,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/session', async (context) => context.json(await this.session(context.get('session'))));
    app.get('/api/link', async (context) => context.json(await this.link(context.get('session'))));
    app.post('/api/link/start', async (context) => {
      const started: LinkStarted = { url: await this.links.start(context.get('session')) };
      return context.json(started);
    });
    app.post('/api/link/confirm', async (context) => {
      const { candidateId } = LinkConfirmation.parse(await bodyOf(context));
      return this.act(context, (session) => this.links.confirm(session, candidateId));
    });
    app.post('/api/link/cancel', (context) => this.act(context, (session) => this.links.cancel(session)));
    app.get('/api/link/consequences', async (context) =>
      context.json(await this.unlinking.consequences(context.get('session'))),
    );
    app.post('/api/link/unlink', async (context) => {
      const { accepted } = UnlinkRequest.parse(await bodyOf(context));
      return context.json(await this.unlink(context.get('session'), accepted));
    });
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
    // The address that led here holds a code.
    context.header('Referrer-Policy', 'no-referrer');
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

  private async link(session: SessionContext): Promise<AccountLinkView> {
    const { link, candidate } = await this.links.current(session);
    if (candidate !== undefined && link?.state !== 'linked') {
      const view = candidateView(await this.person(session.personId), { ...candidate, id: idOf(candidate) }, link);
      return view.replaces === undefined ? view : this.withOwnedChats(session, view, view.replaces);
    }
    const remindedAt = link?.state === 'linked' ? undefined : await this.reminders.unseen(session.personId);
    return {
      ...accountLinkView(link, this.problemOf(link?.brokenCode)),
      ...(remindedAt === undefined ? {} : { remindedAt: remindedAt.toISOString() }),
    };
  }

  /** The broken link's account may be the only one that could change a school's chats. */
  private async withOwnedChats(
    { personId }: SessionContext,
    view: AccountLinkView,
    replaces: NonNullable<AccountLinkView['replaces']>,
  ): Promise<AccountLinkView> {
    const owns = await this.unlinking.ownedBy(personId);
    return owns.length === 0 ? view : { ...view, replaces: { ...replaces, owns } };
  }

  /** VK ID's refusals of a refresh all mean the same to a person; the messenger's have texts of their own. */
  private problemOf(brokenCode = ''): string {
    return brokenCode.startsWith('vkid.') ? LINK_BROKEN_TEXT : this.failureText.textOf(brokenCode);
  }

  private async unlink(session: SessionContext, accepted: boolean): Promise<UnlinkResult> {
    const chatsLeft = await this.unlinking.unlink(session, accepted);
    return { ...(await this.link(session)), ...(chatsLeft === undefined ? {} : { chatsLeft }) };
  }

  private async person(personId: string): Promise<Person> {
    const person = (await this.directory.people([personId]))[0];
    return person ?? { id: personId, givenName: '', familyName: '', kinds: [] };
  }
}

/** The body may be left out. */
async function bodyOf(context: Context<ApiEnvironment>): Promise<unknown> {
  return JSON.parse((await context.req.text()) || '{}');
}
