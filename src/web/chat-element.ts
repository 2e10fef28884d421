import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/checkbox';
import type { CheckboxCheckedChangedEvent } from '@vaadin/checkbox';
import '@vaadin/grid';
import type { ChatDetail, ChatRow, MemberRow } from '../protocol/protocol.js';
import { CHAT_KIND_TITLE } from '../protocol/texts.js';
import type { ChangeTopic } from './change-feed.js';
import { listStyles } from './list-styles.js';
import { memberColumns } from './member-columns-view.js';
import { MEMBER_TABS, membersShown, memberTabs } from './member-tabs.js';
import { failureView, noticeView } from './notice-view.js';
import { countText, MEMBER_FORMS, numberText } from './plural-text.js';
import { chatStateView, kindMark } from './state-view.js';
import { tabStripStyles, tabStripView } from './tab-strip-view.js';
import { ageText, momentText } from './time-text.js';
import { WindowElement, type WindowContext } from './window-element.js';

/** Window of one chat: who is in it, who is not, and why. `params.chatId` says which. */
@customElement('sferum-chat')
export class ChatElement extends WindowElement {
  static override styles = [
    WindowElement.styles,
    tabStripStyles,
    listStyles,
    css`
      :host {
        height: 100%;
        min-height: 420px;
        padding: 16px;
      }

      header {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: center;
      }

      header .kind {
        width: 40px;
        height: 40px;
        border-radius: 10px;
      }

      header .kind svg.icon {
        width: 22px;
        height: 22px;
      }

      header .words {
        flex: 1 1 220px;
        min-width: 0;
      }

      .panel {
        display: flex;
        flex-direction: column;
        flex: 1 1 auto;
        min-height: 180px;
      }
    `,
  ];

  @state() private detail: ChatDetail | undefined;
  @state() private tab = 0;
  @state() private onlyAbsent = false;

  protected async load(): Promise<void> {
    const chatId = this.params['chatId'] ?? '';
    const first = this.detail?.chat.id !== chatId;
    this.detail = await this.api.chat(chatId);
    this.hostWindow.setTitle(this.detail.chat.title);
    if (!first) return;
    this.onlyAbsent = false;
    this.tab = Math.max(
      0,
      memberTabs(this.detail.members, false).findIndex((tab) => tab.members.length > 0),
    );
  }

  protected async refresh(topics: ReadonlySet<ChangeTopic>): Promise<void> {
    if (topics.has('chats') || topics.has('link') || topics.has('rights')) await this.load();
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Чат не открылся', this.failure, this.retry);
    if (this.context === undefined || this.detail === undefined)
      return html`<p class="muted" role="status">Загрузка…</p>`;
    const { chat, members } = this.detail;
    const tabs = memberTabs(members, this.onlyAbsent);
    const shown = tabs[this.tab]?.members ?? [];
    return html`
      ${this.headerView(chat, this.context)}${problemView(chat, this.context)}
      ${tabStripView({
        label: 'Участники чата',
        tabs: tabs.map(({ id, title, members: rows }) => ({ id, title, count: numberText(rows.length) })),
        selected: this.tab,
        select: this.selectTab,
      })}
      <vaadin-checkbox
        label="Только те, кого нет в чате (${numberText(membersShown(members, true).length)})"
        .checked=${this.onlyAbsent}
        @checked-changed=${this.absentChanged}
      ></vaadin-checkbox>
      <div class="panel" role="tabpanel" aria-labelledby="tab-${MEMBER_TABS[this.tab]?.id ?? ''}">
        ${this.gridView(shown, this.context)}
      </div>
    `;
  }

  private headerView(chat: ChatRow, { session, hostWindow }: WindowContext): TemplateResult {
    const { openUrl } = chat;
    const kind = CHAT_KIND_TITLE[chat.kind];
    return html`
      <header>
        ${kindMark(chat.kind)}
        <div class="words">
          <h2>${chat.title}</h2>
          <div class="muted">
            ${chat.source === undefined ? kind : `${kind} · ${chat.source}`} · ${countsText(chat)}
          </div>
        </div>
        <span class="cell">
          ${chatStateView(chat.state)}
          <span class="small muted">${ageText(chat.stateAt, session.organization.timeZone, new Date())}</span>
        </span>
        ${
          openUrl === undefined
            ? nothing
            : html`<vaadin-button theme="primary" @click=${() => hostWindow.openLink(openUrl)}
                >Открыть в Сферуме</vaadin-button
              >`
        }
      </header>
    `;
  }

  private gridView(members: readonly MemberRow[], context: WindowContext): TemplateResult {
    const empty = this.onlyAbsent ? 'Все, кто должен быть в чате, уже в нём.' : 'Здесь никого нет.';
    return html`
      <vaadin-grid
        accessible-name="Участники: ${MEMBER_TABS[this.tab]?.title}"
        item-id-path="personId"
        .items=${[...members]}
      >
        ${memberColumns(context)}
        <div slot="empty-state" class="muted" style="padding: 32px; text-align: center">${empty}</div>
      </vaadin-grid>
    `;
  }

  private readonly selectTab = (index: number): void => {
    this.tab = index;
  };

  private readonly absentChanged = (event: CheckboxCheckedChangedEvent): void => {
    this.onlyAbsent = event.detail.value;
  };
}

function countsText(chat: ChatRow): string {
  const parts = [countText(chat.members, MEMBER_FORMS), `в чате ${numberText(chat.present)}`];
  if (chat.waiting > 0) parts.push(`ждут привязки ${numberText(chat.waiting)}`);
  if (chat.failed > 0) parts.push(`с ошибкой ${numberText(chat.failed)}`);
  return parts.join(' · ');
}

function problemView({ problem }: ChatRow, { session }: WindowContext): TemplateResult | typeof nothing {
  if (problem === undefined) return nothing;
  const { nextAttemptAt } = problem;
  const zone = session.organization.timeZone;
  const next =
    nextAttemptAt === undefined ? undefined : `Следующая попытка: ${momentText(nextAttemptAt, zone, new Date())}.`;
  return noticeView({ tone: 'error', title: problem.text, text: next });
}
