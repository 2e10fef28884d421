import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import type { SessionView } from '../protocol/protocol.js';
import { errorText } from './api-error.js';
import type { ChangeTopic } from './change-feed.js';
import './chat-list-element.js';
import type { ChatListElement } from './chat-list-element.js';
import './conference-list-element.js';
import type { ConferenceListElement } from './conference-list-element.js';
import { failureView, noticeView } from './notice-view.js';
import './progress-strip-element.js';
import type { ProgressStripElement } from './progress-strip-element.js';
import { tabStripStyles, tabStripView } from './tab-strip-view.js';
import { WindowElement } from './window-element.js';

const TABS = [
  { id: 'chats', title: 'Чаты' },
  { id: 'conferences', title: 'Видеоконференции' },
];

/** Window «Сферум»: the registry with the tabs «Чаты» and «Видеоконференции». */
@customElement('sferum-registry')
export class RegistryElement extends WindowElement {
  static override styles = [
    WindowElement.styles,
    tabStripStyles,
    css`
      :host {
        height: 100%;
        min-height: 420px;
        padding: 4px 16px 16px;
      }

      .panel {
        display: flex;
        flex-direction: column;
        gap: 12px;
        flex: 1 1 auto;
        min-height: 0;
      }
    `,
  ];

  @state() private tab = 0;
  @query('sferum-chat-list') private readonly chatList!: ChatListElement | null;
  @query('sferum-conference-list') private readonly conferenceList!: ConferenceListElement | null;
  @query('sferum-progress-strip') private readonly strip!: ProgressStripElement | null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.params['tab'] === 'conferences') this.tab = 1;
  }

  protected async load(): Promise<void> {
    await this.strip?.refresh();
  }

  protected async refresh(topics: ReadonlySet<ChangeTopic>): Promise<void> {
    const rights = topics.has('rights');
    await Promise.all([
      topics.has('progress') || rights ? this.strip?.refresh() : undefined,
      topics.has('chats') || topics.has('link') || rights ? this.chatList?.refresh() : undefined,
      topics.has('conferences') || rights ? this.conferenceList?.refresh() : undefined,
    ]);
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Реестр «Сферум» не открылся', this.failure, this.retry);
    if (this.context === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    return html`
      ${tabStripView({ label: 'Разделы реестра «Сферум»', tabs: TABS, selected: this.tab, select: this.selectTab })}
      <div class="panel" role="tabpanel" aria-labelledby="tab-chats" ?hidden=${this.tab !== 0}>
        ${this.linkView(this.context.session)}
        <sferum-progress-strip .context=${this.context}></sferum-progress-strip>
        <sferum-chat-list .context=${this.context}></sferum-chat-list>
      </div>
      <div class="panel" role="tabpanel" aria-labelledby="tab-conferences" ?hidden=${this.tab !== 1}>
        ${this.tab === 1 ? html`<sferum-conference-list .context=${this.context}></sferum-conference-list>` : nothing}
      </div>
    `;
  }

  /** The way to link from here; nothing is hidden from those who have not linked. */
  private linkView(session: SessionView): TemplateResult | typeof nothing {
    if (session.link.state === 'linked') return nothing;
    const broken = session.link.state === 'broken';
    const label = broken ? 'Привязать заново' : 'Привязать учебный аккаунт VK ID';
    const act = broken ? this.linkAgain : this.openAuthorization;
    const extra = html`<vaadin-button theme="primary" @click=${act}>${label}</vaadin-button>`;
    if (broken)
      return noticeView({ tone: 'warning', title: 'Привязка больше не действует', text: session.link.problem, extra });
    return noticeView({ tone: 'info', title: 'Ваш аккаунт ещё не привязан', text: linkReason(session), extra });
  }

  private readonly openAuthorization = (): void => {
    this.hostWindow.openWindow('sferum.authorization');
  };

  /** One click: straight to VK ID. */
  private readonly linkAgain = async (): Promise<void> => {
    try {
      const { url } = await this.api.startLink();
      this.hostWindow.openLink(url, { sameTab: true });
    } catch (error) {
      this.hostWindow.notify('error', errorText(error));
    }
  };

  private readonly selectTab = (index: number): void => {
    this.tab = index;
  };
}

function linkReason(session: SessionView): string {
  if (session.chatAdministrator) {
    return 'Вы администратор чатов: пока аккаунт не привязан, чаты школы в Сферуме не создаются и не обновляются.';
  }
  return 'После привязки вы попадёте в свои чаты и сможете подключаться к видеоконференциям.';
}
