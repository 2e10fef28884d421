import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vaadin/button';
import type { UnlinkConsequences } from '../protocol/account-protocol.js';
import { UNLINK_TEXT } from '../protocol/account-texts.js';
import type { SessionView } from '../protocol/protocol.js';
import { ApiError, errorText } from './api-error.js';
import type { ChangeTopic } from './change-feed.js';
import { LinkingClient } from './linking-client.js';
import { failureView, noticeView } from './notice-view.js';
import { ownedChatsTexts } from './owned-chats-text.js';
import { countText, type PluralForms } from './plural-text.js';
import './question-element.js';
import { WindowElement } from './window-element.js';

/** Window «Отвязать учетную запись»: what it means, one question, the result. */
@customElement('sferum-unlink')
export class UnlinkElement extends WindowElement {
  static override styles = [
    WindowElement.styles,
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

      /* In sight however long the warning is. */
      .last {
        position: sticky;
        bottom: 0;
        padding: 8px 0 20px;
        margin-bottom: -20px;
        background: var(--sferum-ground);
      }

      ul {
        margin: 0;
        padding-inline-start: 22px;
        display: grid;
        gap: 6px;
      }
    `,
  ];

  /** `again`: the second question, where chats of a school stop. */
  @state() private asking: 'nothing' | 'once' | 'again' = 'nothing';
  @state() private busy = false;
  @state() private done = false;
  /** Chats that were left; undefined where nobody knows. */
  @state() private chatsLeft: number | undefined;
  @state() private consequences: UnlinkConsequences = { administers: [], owns: [] };
  @state() private problem: string | undefined;

  protected async load(): Promise<void> {
    this.consequences = await this.linking.consequences();
  }

  private get linking(): LinkingClient {
    return new LinkingClient(this.api, this.baseUrl);
  }

  protected async refresh(_topics: ReadonlySet<ChangeTopic>): Promise<void> {
    await this.updateComplete;
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Окно не открылось', this.failure, this.retry);
    if (this.context === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    const { problem } = this;
    const { session } = this.context;
    const linked = session.link.state === 'linked' || session.link.state === 'broken';
    return html`
      ${problem === undefined ? nothing : noticeView({ tone: 'error', title: 'Аккаунт не отвязан', text: problem })}
      ${linked && !this.done ? this.explanationView(session) : this.resultView()}
    `;
  }

  private explanationView(session: SessionView): TemplateResult {
    const { profile } = session.link;
    const stops = stopsChats(this.consequences);
    return html`
      <h2>Отвязать учетную запись</h2>
      ${profile === undefined ? nothing : html`<p>Сейчас привязан профиль VK ID: <strong>${profile.name}</strong>.</p>`}
      ${stops ? stopWarning(this.consequences) : nothing}
      <ul>
        <li>В Сферуме вы выйдете из ${chatsText(this.consequences.chats)}.</li>
        <li>В «Электронной школе» ваше место в этих чатах сохранится.</li>
        <li>Если привязать аккаунт снова, вы вернётесь в чаты автоматически.</li>
        <li>Доступ, выданный через VK ID, будет отозван и удалён.</li>
      </ul>
      <div class="row last">
        <vaadin-button theme="danger" ?disabled=${this.busy} @click=${this.ask}
          >Отвязать аккаунт от Сферума</vaadin-button
        >
      </div>
      ${this.questionsView(stops)}
    `;
  }

  private questionsView(stops: boolean): TemplateResult {
    const { owns } = this.consequences;
    return html`
      <sferum-question
        header="Отвязать аккаунт от Сферума?"
        danger
        .opened=${this.asking === 'once'}
        @answered=${this.answered}
      >
        ${
          stops
            ? UNLINK_TEXT.question
            : 'Вы выйдете из чатов школы в Сферуме. Привязать аккаунт снова можно в любой момент.'
        }
      </sferum-question>
      <sferum-question
        header=${UNLINK_TEXT.again}
        danger
        .opened=${this.asking === 'again'}
        @answered=${this.answeredAgain}
      >
        ${UNLINK_TEXT.againText(owns.length === 0 ? undefined : UNLINK_TEXT.owned(ownedChatsTexts(owns)))}
      </sferum-question>
    `;
  }

  private resultView(): TemplateResult {
    const title = this.done ? 'Аккаунт отвязан' : 'Аккаунт не привязан';
    const text = this.done
      ? `Вы выйдете из ${chatsText(this.chatsLeft)} в Сферуме, это займёт немного времени. Ваше место в чатах «Электронной школы» сохранено.`
      : 'Отвязывать нечего.';
    return html`
      ${noticeView({ tone: this.done ? 'success' : 'info', title, text })}
      <div class="row">
        <vaadin-button theme="primary" @click=${() => this.hostWindow.close()}>Закрыть</vaadin-button>
        <vaadin-button @click=${() => this.hostWindow.openWindow('sferum.authorization')}>
          ${this.done ? 'Привязать снова' : 'Привязать аккаунт'}
        </vaadin-button>
      </div>
    `;
  }

  private readonly ask = (): void => {
    this.asking = 'once';
  };

  private readonly answered = (event: CustomEvent<boolean>): void => {
    const again = event.detail && stopsChats(this.consequences);
    this.asking = again ? 'again' : 'nothing';
    if (event.detail && !again) void this.unlink(false);
  };

  private readonly answeredAgain = (event: CustomEvent<boolean>): void => {
    this.asking = 'nothing';
    if (event.detail) void this.unlink(true);
  };

  private async unlink(accepted: boolean): Promise<void> {
    this.busy = true;
    this.problem = undefined;
    try {
      this.chatsLeft = (await this.linking.unlink(accepted)).chatsLeft;
      this.done = true;
      this.hostWindow.refreshDesktop();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'SFERUM_UNLINK_STOPS_CHATS') await this.askAgain(error);
      else this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
  }

  /** Since the window was opened chats came to hang on the account. */
  private async askAgain(refusal: ApiError): Promise<void> {
    try {
      this.consequences = await this.linking.consequences();
      this.asking = 'again';
    } catch {
      this.problem = refusal.message;
    }
  }
}

const CHATS_LEFT: PluralForms = ['чата школы', 'чатов школы', 'чатов школы'];

function chatsText(chats: number | undefined): string {
  return chats === undefined || chats === 0 ? 'чатов школы' : countText(chats, CHATS_LEFT);
}

function stopsChats({ administers, owns }: UnlinkConsequences): boolean {
  return administers.length + owns.length > 0;
}

function stopWarning({ administers, owns }: UnlinkConsequences): TemplateResult {
  return noticeView({
    tone: 'warning',
    title: administers.length > 0 ? UNLINK_TEXT.administers(administers) : UNLINK_TEXT.owns,
    text: [
      ...(administers.length > 0 ? [UNLINK_TEXT.deliveries] : []),
      ...(owns.length > 0 ? [UNLINK_TEXT.owned(ownedChatsTexts(owns))] : []),
      UNLINK_TEXT.handOver,
    ].join(' '),
  });
}
