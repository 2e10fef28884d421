import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/checkbox';
import type { CheckboxCheckedChangedEvent } from '@vaadin/checkbox';
import '@vaadin/grid';
import type { ChatCard, ChatMember } from '../protocol/chat-protocol.js';
import { SCHOOL_YEAR_TEXT } from '../protocol/chat-texts.js';
import { CANDIDATES_TEXT, HELD_READING_TEXT, REPLACEMENT_TEXT } from '../protocol/doubt-texts.js';
import { ApiError, errorText } from './api-error.js';
import { candidatesView, type CandidateActions } from './candidates-view.js';
import type { ChangeTopic } from './change-feed.js';
import { ChatClient } from './chat-client.js';
import { chatHeaderStyles, chatHeaderView, chatProblemView, type ChatHeaderActions } from './chat-header-view.js';
import { choicesStyles, choicesView } from './choices-view.js';
import { creationQuestion, isAskedFor } from './doubt-text.js';
import { heldReadingView } from './held-reading-view.js';
import { heldRemovalView } from './held-removal-view.js';
import { listStyles } from './list-styles.js';
import './chat-synchronization-element.js';
import { copyText } from './copy-text.js';
import { memberColumns, memberHelpStyles, type MemberActions } from './member-columns-view.js';
import { MEMBER_TABS, membersShown, memberTabs } from './member-tabs.js';
import { failureView, noticeView, type Notice } from './notice-view.js';
import { countText, MEMBER_FORMS, numberText } from './plural-text.js';
import './question-element.js';
import { nextYearSwitch, schoolYearNotices, type SchoolYearActions } from './school-year-view.js';
import { tabStripStyles, tabStripView } from './tab-strip-view.js';
import { WindowElement, type WindowContext } from './window-element.js';

const OUTDATED: Notice = {
  tone: 'warning',
  title: 'Чат тем временем изменился, ничего не сделано',
  text: 'В окне то, что есть сейчас. Проверьте и решите ещё раз.',
};

/** Window of one chat: who is in it, who is not, and why. `params.chatId` says which. */
@customElement('sferum-chat')
export class ChatElement extends WindowElement {
  static override styles = [
    WindowElement.styles,
    tabStripStyles,
    listStyles,
    memberHelpStyles,
    chatHeaderStyles,
    choicesStyles,
    css`
      :host {
        height: 100%;
        min-height: 420px;
        padding: 16px;
      }

      .switches {
        gap: 4px 24px;
      }

      .panel {
        display: flex;
        flex-direction: column;
        flex: 1 1 auto;
        min-height: 180px;
      }
    `,
  ];

  @state() private detail: ChatCard | undefined;
  @state() private tab = 0;
  @state() private onlyAbsent = false;
  @state() private busy = false;
  /** What an action came to, for the screen and for screen readers. */
  @state() private result: Notice | undefined;
  @state() private synchronizing = false;
  /** The question whether an archived chat goes on is open. */
  @state() private goingOn = false;
  /** The question whether a new chat is made beside one that is there is open. */
  @state() private creating = false;
  /** The question whether a new chat takes the place of one that nobody reaches is open. */
  @state() private replacing = false;
  /** An invite link that the browser did not let us copy. */
  @state() private invite: string | undefined;

  protected async load(): Promise<void> {
    const chatId = this.params['chatId'] ?? '';
    const first = this.detail?.chat.id !== chatId;
    this.detail = await new ChatClient(this.api).card(chatId);
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
    const { members } = this.detail;
    const tabs = memberTabs(members, this.onlyAbsent);
    const shown = tabs[this.tab]?.members ?? [];
    return html`
      ${chatHeaderView(this.detail, this.context, this.busy, this.headerActions)}
      ${this.noticesView(this.detail, this.context)}
      ${tabStripView({
        label: 'Участники чата',
        tabs: tabs.map(({ id, title, members: rows }) => ({ id, title, count: numberText(rows.length) })),
        selected: this.tab,
        select: this.selectTab,
      })}
      <div class="row switches">
        <vaadin-checkbox
          label="Только те, кого нет в чате (${numberText(membersShown(members, true).length)})"
          .checked=${this.onlyAbsent}
          @checked-changed=${this.absentChanged}
        ></vaadin-checkbox>
        ${nextYearSwitch(this.detail, this.busy, this.yearActions)}
      </div>
      <div class="panel" role="tabpanel" aria-labelledby="tab-${MEMBER_TABS[this.tab]?.id ?? ''}">
        ${this.gridView(shown, this.context)}
      </div>
      <sferum-chat-synchronization
        .chats=${new ChatClient(this.api)}
        .chat=${this.synchronizing ? this.detail.chat : undefined}
        .timeZone=${this.context.session.organization.timeZone}
        @closed=${() => (this.synchronizing = false)}
        @accepted=${this.synchronize}
      ></sferum-chat-synchronization>
      <sferum-question header="${SCHOOL_YEAR_TEXT.goOn}?" .opened=${this.goingOn} @answered=${this.goOnAnswered}>
        ${SCHOOL_YEAR_TEXT.goOnQuestion(this.detail.chat.title)}
      </sferum-question>
      <sferum-question
        header=${CANDIDATES_TEXT.question}
        danger
        .opened=${this.creating && this.detail.candidates !== undefined}
        @answered=${this.creationAnswered}
      >
        ${creationQuestion(this.detail.candidates ?? [])}
      </sferum-question>
      <sferum-question
        header=${REPLACEMENT_TEXT.question}
        danger
        .opened=${this.replacing && this.detail.may.replace}
        @answered=${this.replacementAnswered}
      >
        ${REPLACEMENT_TEXT.questionText(countText(this.detail.chat.members, MEMBER_FORMS))}
      </sferum-question>
    `;
  }

  private noticesView(card: ChatCard, context: WindowContext): unknown {
    const { chat, may } = card;
    const { timeZone } = context.session.organization;
    const close = html`<vaadin-button @click=${() => (this.invite = undefined)}>Закрыть</vaadin-button>`;
    return html`
      ${isAskedFor(card) ? nothing : chatProblemView(chat, context, this.replacementView(card))}
      ${candidatesView(card, this.busy, this.candidateActions)} ${schoolYearNotices(card, this.busy, this.yearActions)}
      ${heldReadingView(card, timeZone, this.busy, (decision) => this.decideReading(decision))}
      ${heldRemovalView(card, this.busy, (decision, personIds) => this.decide(decision, personIds))}
      ${
        may.restore
          ? noticeView({
              tone: 'warning',
              title: 'Чат удаляется',
              text: 'Участники ещё в чате Сферума, чат можно вернуть.',
              extra: html`<vaadin-button ?disabled=${this.busy} @click=${this.restore}>Вернуть</vaadin-button>`,
            })
          : nothing
      }
      ${
        this.invite === undefined
          ? nothing
          : noticeView({ tone: 'info', title: 'Скопируйте ссылку-приглашение', text: this.invite, extra: close })
      }
      ${this.result === undefined ? nothing : noticeView(this.result)}
    `;
  }

  private replacementView({ may }: ChatCard): TemplateResult | undefined {
    if (!may.replace) return undefined;
    const choose = (): void => void (this.replacing = true);
    return choicesView([{ label: REPLACEMENT_TEXT.offer, help: REPLACEMENT_TEXT.help, choose }], this.busy);
  }

  private readonly replacementAnswered = ({ detail: yes }: CustomEvent<boolean>): void => {
    this.replacing = false;
    if (yes) void this.act(REPLACEMENT_TEXT.done, (chats, id) => chats.replace(id));
  };

  private readonly headerActions: ChatHeaderActions = {
    retry: () => this.retryNow(),
    synchronize: () => (this.synchronizing = true),
  };

  private readonly memberActions: MemberActions = {
    copyInvite: () => void this.copyInvite(),
    retry: ({ personId }) => this.retryNow(personId),
    openLinks: () => this.hostWindow.openWindow('sferum.links'),
    returnToRule: (member) => {
      const done = `${member.name}: снова по правилу.`;
      void this.act(done, (chats, id) => chats.returnMemberToRule(id, member.personId));
    },
  };

  private readonly yearActions: SchoolYearActions = {
    continuesChanged: (continues) => {
      const done = continues ? 'Чат продолжится в следующем учебном году.' : 'После учебного года чат уйдёт в архив.';
      void this.act(done, (chats, id) => chats.setNextYear(id, continues));
    },
    goOn: () => (this.goingOn = true),
    decideClosing: (decision) => {
      const done = decision === 'confirm' ? 'Чат перенесён в архив.' : 'Чат остаётся действующим.';
      void this.act(done, (chats, id) => chats.decideClosing(id, decision));
    },
  };

  private readonly candidateActions: CandidateActions = {
    adopt: ({ id }) => this.decideCandidate(id),
    create: () => {
      this.creating = creationQuestion(this.detail?.candidates ?? []) !== undefined;
      if (!this.creating) this.decideCandidate(null);
    },
  };

  private readonly creationAnswered = ({ detail: yes }: CustomEvent<boolean>): void => {
    this.creating = false;
    if (yes) this.decideCandidate(null);
  };

  private readonly goOnAnswered = ({ detail: yes }: CustomEvent<boolean>): void => {
    this.goingOn = false;
    if (yes) void this.act('Чат снова действует.', (chats, id) => chats.goOn(id));
  };

  private readonly synchronize = (): void => {
    this.synchronizing = false;
    void this.act('Чат синхронизируется. Результат появится здесь сам.', (chats, id) => chats.synchronize(id));
  };

  private retryNow(personId?: string): void {
    void this.act('Попытка повторяется. Результат появится здесь сам.', (chats, id) => chats.retry(id, personId));
  }

  private readonly restore = (): void => void this.act('Чат возвращён.', (chats, id) => chats.restore(id));

  private decide(decision: 'confirm' | 'refuse', personIds: readonly string[]): void {
    const done = decision === 'confirm' ? 'Удаление подтверждено.' : 'Участники оставлены в чате.';
    void this.act(done, (chats, id) => chats.decideRemovals(id, { decision, personIds: [...personIds] }));
  }

  private decideReading(decision: 'confirm' | 'refuse'): void {
    const done = decision === 'confirm' ? HELD_READING_TEXT.confirmed : HELD_READING_TEXT.refused;
    void this.act(done, (chats, id) => chats.decideReading(id, decision));
  }

  private decideCandidate(remoteId: string | null): void {
    const done = remoteId === null ? CANDIDATES_TEXT.created : CANDIDATES_TEXT.adopted;
    void this.act(done, (chats, id) => chats.decideCandidate(id, remoteId));
  }

  private async copyInvite(): Promise<void> {
    const link = this.detail?.chat.openUrl;
    if (link === undefined) return;
    if (await copyText(link))
      this.hostWindow.notify('success', 'Ссылка-приглашение скопирована. Отправьте её человеку.');
    else this.invite = link;
  }

  private async act(done: string, action: (chats: ChatClient, chatId: string) => Promise<ChatCard>): Promise<void> {
    const chatId = this.detail?.chat.id;
    if (chatId === undefined || this.busy) return;
    this.busy = true;
    this.result = undefined;
    try {
      this.detail = await action(new ChatClient(this.api), chatId);
      this.hostWindow.notify('success', done);
    } catch (error) {
      const outdated = error instanceof ApiError && error.code === 'SFERUM_CONFLICT';
      this.result = outdated ? OUTDATED : { tone: 'error', title: 'Не получилось', text: errorText(error) };
      if (outdated) this.requestRefresh(['chats']);
    } finally {
      this.busy = false;
      await this.keepFocus();
    }
  }

  /** A button that is gone, or was off for a moment, leaves the keyboard nowhere: it goes on from the chat's title. */
  private async keepFocus(): Promise<void> {
    await this.updateComplete;
    if (document.activeElement === document.body) this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  private gridView(members: readonly ChatMember[], context: WindowContext): TemplateResult {
    const empty = this.onlyAbsent ? 'Все, кто должен быть в чате, уже в нём.' : 'Здесь никого нет.';
    return html`
      <vaadin-grid
        accessible-name="Участники: ${MEMBER_TABS[this.tab]?.title}"
        item-id-path="personId"
        .items=${[...members]}
      >
        ${memberColumns(context, this.memberActions)}
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
