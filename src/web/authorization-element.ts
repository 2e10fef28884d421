import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vaadin/button';
import type { AccountLinkView } from '../protocol/account-protocol.js';
import { LINK_BROKEN_TEXT, LINK_REPLAYED_TEXT, UNLINK_TEXT } from '../protocol/account-texts.js';
import type { SessionView } from '../protocol/protocol.js';
import { LINK_ERROR_TEXT } from '../protocol/texts.js';
import { errorText } from './api-error.js';
import type { ChangeTopic } from './change-feed.js';
import { LinkingClient } from './linking-client.js';
import { failureView, noticeView } from './notice-view.js';
import { ownedChatsTexts } from './owned-chats-text.js';
import { profileStyles, profileView } from './profile-view.js';
import { dayText } from './time-text.js';
import { WindowElement } from './window-element.js';

/** Window «Авторизация в Сферум»: linking a VK ID profile, and what is linked. */
@customElement('sferum-authorization')
export class AuthorizationElement extends WindowElement {
  static override styles = [
    WindowElement.styles,
    profileStyles,
    css`
      :host {
        padding: 20px;
        gap: 16px;
        min-height: 100%;
      }

      h2,
      p,
      .notice,
      .pair {
        width: 100%;
        max-width: 760px;
      }

      ol,
      ul {
        margin: 0;
        padding-inline-start: 22px;
        display: grid;
        gap: 6px;
      }
    `,
  ];

  @state() private busy = false;
  @state() private problem: string | undefined;
  @state() private remindedAt: string | undefined;

  protected async load(): Promise<void> {
    const code = this.params['linkError'];
    const linked = this.context?.session.link.state === 'linked';
    if (linked && code === 'SFERUM_LINK_STATE_INVALID') this.problem = LINK_REPLAYED_TEXT;
    else if (code !== undefined)
      this.problem = LINK_ERROR_TEXT[code] ?? `Аккаунт не привязан (${code}). Попробуйте ещё раз.`;
    await this.lookAtReminder();
  }

  protected async refresh(_topics: ReadonlySet<ChangeTopic>): Promise<void> {
    await this.updateComplete;
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Окно не открылось', this.failure, this.retry);
    if (this.context === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    const { session } = this.context;
    const { problem } = this;
    return html`
      ${problem === undefined ? nothing : problemView(problem, session.link.state === 'linked')}
      ${this.remindedAt === undefined ? nothing : this.reminderView(this.remindedAt, session)}
      ${this.stateView(session)}
    `;
  }

  private reminderView(remindedAt: string, { organization }: SessionView): TemplateResult {
    const day = dayText(remindedAt, organization.timeZone, new Date());
    return noticeView({
      tone: 'info',
      title: 'Школа просит привязать аккаунт',
      text: `Напоминание от ${day}. После привязки вы попадёте в чаты школы.`,
    });
  }

  /** What was seen here is seen: the desktop shows the reminder no more. */
  private async lookAtReminder(): Promise<void> {
    const { remindedAt }: AccountLinkView = this.context?.session.link ?? { state: 'none' };
    if (remindedAt === undefined) return;
    this.remindedAt = remindedAt;
    await new LinkingClient(this.api, this.baseUrl).reminderSeen();
    this.hostWindow.refreshDesktop();
  }

  private stateView(session: SessionView): TemplateResult {
    switch (session.link.state) {
      case 'none':
        return this.noneView();
      case 'confirming':
        return this.confirmingView(session.link);
      case 'linked':
        return this.linkedView(session);
      case 'broken':
        return this.brokenView(session.link);
    }
  }

  private noneView(): TemplateResult {
    return html`
      <h2>Привяжите учебный аккаунт VK&nbsp;ID</h2>
      <p>
        Перед началом работы нужно один раз связать вашу учётную запись с учебным профилем VK ID. После этого вы
        попадёте в чаты школы и сможете подключаться к урокам и звонкам.
      </p>
      <ol>
        <li>Откроется страница VK ID: войдите по номеру телефона.</li>
        <li>Выберите учебный профиль или создайте его.</li>
        <li>Вы вернётесь сюда и проверите, тот ли профиль выбран. Только после этого он будет привязан.</li>
      </ol>
      <p class="muted">Учебный профиль отделён от личной страницы ВКонтакте. Пароль VK ID школа не видит.</p>
      <div class="row">${this.linkButton('Привязать учебный аккаунт VK ID')}</div>
    `;
  }

  private confirmingView({ candidate, replaces }: AccountLinkView): TemplateResult {
    if (candidate === undefined) return this.noneView();
    const mismatches = candidate.mismatches.map((item) => html`<li>${item.text}</li>`);
    const text =
      mismatches.length === 0
        ? nothing
        : html`<ul class="grow" style="flex-basis: 100%">
            ${mismatches}
          </ul>`;
    return html`
      <h2>Это ваш профиль?</h2>
      <div class="pair">
        ${profileView('Вы в «Электронной школе»', candidate.own)} ${profileView('Профиль VK ID', candidate.external)}
      </div>
      ${mismatches.length === 0 ? nothing : noticeView({ tone: 'warning', title: 'Проверьте, тот ли это профиль', extra: text })}
      ${replaces === undefined ? nothing : replacementView(replaces)}
      <div class="row">
        <vaadin-button theme="primary" ?disabled=${this.busy} @click=${() => this.change('confirm', candidate.id)}
          >Привязать</vaadin-button
        >
        <vaadin-button ?disabled=${this.busy} @click=${() => this.change('cancel')}>Отмена</vaadin-button>
      </div>
    `;
  }

  private linkedView(session: SessionView): TemplateResult {
    const { profile } = session.link;
    const { timeZone } = session.organization;
    const since = profile === undefined ? nothing : `Привязан ${dayText(profile.linkedAt, timeZone, new Date())}`;
    return html`
      <h2>Аккаунт привязан</h2>
      ${profile === undefined ? nothing : html`<div class="pair">${profileView('Профиль VK ID', profile, since)}</div>`}
      <p>Ваши чаты и видеоконференции собраны в реестре «Сферум».</p>
      <div class="row">
        <vaadin-button theme="primary" @click=${() => this.hostWindow.openLink(session.messengerUrl)}>
          Перейти в Сферум
        </vaadin-button>
        <vaadin-button @click=${() => this.hostWindow.openWindow('sferum.registry')}
          >Открыть реестр «Сферум»</vaadin-button
        >
      </div>
    `;
  }

  private brokenView({ problem, profile }: AccountLinkView): TemplateResult {
    const text = problem ?? LINK_BROKEN_TEXT;
    return html`
      <h2>Привязка больше не действует</h2>
      ${noticeView({ tone: 'warning', title: 'Нужно привязать аккаунт ещё раз', text })}
      ${profile === undefined ? nothing : html`<div class="pair">${profileView('Был привязан профиль VK ID', profile)}</div>`}
      <div class="row">${this.linkButton('Привязать заново')}</div>
    `;
  }

  private linkButton(label: string): TemplateResult {
    return html`<vaadin-button theme="primary" ?disabled=${this.busy} @click=${this.startLink}
      >${label}</vaadin-button
    >`;
  }

  private readonly startLink = async (): Promise<void> => {
    this.busy = true;
    this.problem = undefined;
    try {
      const { url } = await this.api.startLink();
      this.hostWindow.openLink(url, { sameTab: true });
    } catch (error) {
      this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
  };

  private async change(action: 'confirm' | 'cancel', candidateId?: string): Promise<void> {
    this.busy = true;
    this.problem = undefined;
    try {
      const confirmed = action === 'confirm';
      const linking = new LinkingClient(this.api, this.baseUrl);
      this.showLink(confirmed ? await linking.confirm(candidateId) : await this.api.changeLink(action));
      this.remindedAt = undefined;
      if (action === 'confirm') this.hostWindow.notify('success', 'Аккаунт привязан.');
    } catch (error) {
      this.problem = errorText(error);
      this.requestRefresh(['link']);
    } finally {
      this.busy = false;
    }
    this.hostWindow.refreshDesktop();
  }
}

/** @param linked an earlier link that holds, whatever became of this sign-in */
function problemView(text: string, linked: boolean): TemplateResult {
  return linked
    ? noticeView({ tone: 'info', title: 'Привязка не изменилась', text })
    : noticeView({ tone: 'error', title: 'Аккаунт не привязан', text });
}

function replacementView({ name, owns = [] }: NonNullable<AccountLinkView['replaces']>): TemplateResult {
  const leaving = `Профиль «${name}» будет отвязан и выйдет из чатов школы; в чаты войдёт этот профиль.`;
  const owned = owns.length === 0 ? [] : [UNLINK_TEXT.replaced(ownedChatsTexts(owns))];
  return noticeView({
    tone: 'warning',
    title: 'Раньше был привязан другой профиль',
    text: [leaving, ...owned].join(' '),
  });
}
