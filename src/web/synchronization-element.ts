import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/checkbox';
import '@vaadin/progress-bar';
import type { SynchronizationRun, SynchronizationState } from '../protocol/synchronization-protocol.js';
import { RUN_TEXT } from '../protocol/synchronization-texts.js';
import { errorText } from './api-error.js';
import type { ChangeTopic } from './change-feed.js';
import { deliveryChartStyles, deliveryChartView } from './delivery-chart-view.js';
import { listStyles } from './list-styles.js';
import { failureView, noticeView, type Notice } from './notice-view.js';
import { CHAT_FORMS, countText, MEMBER_FORMS, numberText } from './plural-text.js';
import { progressText } from './progress-text.js';
import './question-element.js';
import './run-dialog-element.js';
import './school-states-element.js';
import type { SchoolStatesElement } from './school-states-element.js';
import { SynchronizationClient } from './synchronization-client.js';
import { synchronizationFiguresStyles, synchronizationFiguresView } from './synchronization-figures-view.js';
import {
  errorsView,
  heldView,
  runsView,
  synchronizationListsStyles,
  waitingView,
  type SynchronizationActions,
} from './synchronization-lists-view.js';
import { tabStripStyles, tabStripView } from './tab-strip-view.js';
import { momentText, timeLeftText } from './time-text.js';
import { WindowElement, type WindowContext } from './window-element.js';

/** The chart goes on while nothing happens. */
const CLOCK_MS = 30_000;

/** Window «Состояние синхронизации»: how a school's deliveries stand, and what an operator does about it. */
@customElement('sferum-synchronization')
export class SynchronizationElement extends WindowElement {
  static override styles = [
    WindowElement.styles,
    tabStripStyles,
    listStyles,
    deliveryChartStyles,
    synchronizationFiguresStyles,
    synchronizationListsStyles,
    css`
      :host {
        height: 100%;
        min-height: 420px;
        padding: 12px 16px 16px;
        overflow: auto;
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 12px;
        flex: none;
      }

      header .words {
        flex: 1 1 240px;
        min-width: 0;
      }

      .panel {
        display: flex;
        flex-direction: column;
        flex: 1 0 auto;
      }
    `,
  ];

  @state() private shown: SynchronizationState | undefined;
  @state() private tab = 0;
  @state() private busy = false;
  @state() private run: SynchronizationRun | undefined;
  @state() private undoing = false;
  @state() private result: Notice | undefined;
  @query('sferum-school-states') private readonly schools!: SchoolStatesElement | null;
  private clock = 0;

  private get client(): SynchronizationClient {
    return new SynchronizationClient(this.api);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = window.setInterval(() => this.requestRefresh(['progress']), CLOCK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.clock);
  }

  protected async load(): Promise<void> {
    this.shown = await this.client.state();
    if (this.shown.held.length === 0 && this.shown.errors.length > 0) this.tab = 1;
  }

  protected async refresh(topics: ReadonlySet<ChangeTopic>): Promise<void> {
    if (!topics.has('progress') && !topics.has('chats') && !topics.has('rights')) return;
    this.shown = await this.client.state();
    await this.schools?.refresh();
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Окно не открылось', this.failure, this.retry);
    const { context, shown } = this;
    if (context === undefined || shown === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    const zone = context.session.organization.timeZone;
    return html`
      ${this.headerView(shown, zone)} ${this.noticesView(shown, zone)} ${synchronizationFiguresView(shown, zone)}
      ${deliveryChartView(shown.minutes, zone, context.narrow)} ${this.tabsView(shown, context, zone)}
      ${this.yearView(shown)}
      <sferum-run-dialog
        .client=${this.client}
        .run=${this.run}
        .timeZone=${zone}
        .mayUndo=${shown.may.confirm}
        .busy=${this.busy}
        @closed=${() => (this.run = undefined)}
        @undo=${() => (this.undoing = true)}
      ></sferum-run-dialog>
      <sferum-question
        header="Отменить эту синхронизацию?"
        danger
        .opened=${this.undoing}
        @answered=${this.undoAnswered}
      >
        ${RUN_TEXT[this.run?.cause ?? 'pass'].question}
      </sferum-question>
    `;
  }

  private headerView(
    { progress, may, checkAvailableAt, comparedAt }: SynchronizationState,
    zone: string,
  ): TemplateResult {
    const text = progressText(progress, zone, new Date());
    const compared =
      comparedAt === undefined
        ? 'сверки со Сферумом ещё не было'
        : `сверено со Сферумом: ${momentText(comparedAt, zone, new Date())}`;
    return html`
      <header>
        <div class="words">
          <h2>${text.headline}</h2>
          <div class="small muted">${[...text.facts.slice(0, 3), compared].join(' · ')}</div>
        </div>
        ${
          may.run
            ? html`<vaadin-button
                ?disabled=${this.busy || checkAvailableAt !== undefined}
                title=${checkAvailableAt === undefined ? '' : `Снова можно в ${momentText(checkAvailableAt, zone, new Date())}`}
                @click=${this.check}
                >Проверить все чаты</vaadin-button
              >`
            : nothing
        }
      </header>
      ${
        text.share === undefined
          ? nothing
          : html`<vaadin-progress-bar aria-label="Обновление чатов" .value=${text.share}></vaadin-progress-bar>`
      }
    `;
  }

  private noticesView({ progress, preview, may }: SynchronizationState, zone: string): unknown {
    const { problem } = progress;
    const resume = html`<vaadin-button theme="primary" ?disabled=${this.busy} @click=${this.resume}
      >Продолжить сейчас</vaadin-button
    >`;
    return html`
      ${
        problem === undefined
          ? nothing
          : noticeView({
              tone: 'error',
              title: problem.text,
              text:
                problem.resumesAt === undefined
                  ? 'Продолжится, когда причина устранена.'
                  : `Продолжится само: ${momentText(problem.resumesAt, zone, new Date())}.`,
              extra: may.run ? resume : nothing,
            })
      }
      ${preview === undefined ? nothing : noticeView({ tone: 'info', title: 'Первое наполнение', text: previewText(preview) })}
      ${this.result === undefined ? nothing : noticeView(this.result)}
    `;
  }

  private tabsView(shown: SynchronizationState, { narrow }: WindowContext, zone: string): TemplateResult {
    const tabs = [
      { id: 'held', title: 'Ждут решения', count: numberText(shown.held.length) },
      { id: 'errors', title: 'Ошибки', count: numberText(shown.errors.length) },
      { id: 'waiting', title: 'Очередь', count: numberText(shown.waitingChats) },
      { id: 'runs', title: 'Журнал сверок' },
      ...(shown.may.seeSchools ? [{ id: 'schools', title: 'Все школы' }] : []),
    ];
    const current = tabs[this.tab]?.id ?? 'held';
    return html`
      ${tabStripView({ label: 'Подробности синхронизации', tabs, selected: this.tab, select: this.selectTab })}
      <div class="panel" role="tabpanel" aria-labelledby="tab-${current}">
        ${this.panelView(current, shown, zone, narrow)}
      </div>
    `;
  }

  private panelView(current: string, shown: SynchronizationState, zone: string, narrow: boolean): TemplateResult {
    switch (current) {
      case 'errors':
        return errorsView(shown, zone, this.busy, this.actions);
      case 'waiting':
        return waitingView(shown, zone, this.actions);
      case 'runs':
        return runsView(shown.runs, zone, this.actions);
      case 'schools':
        return html`<sferum-school-states
          .client=${this.client}
          .timeZone=${zone}
          .narrow=${narrow}
        ></sferum-school-states>`;
      default:
        return heldView(shown.held, this.actions);
    }
  }

  private yearView({ continuesChats, may }: SynchronizationState): TemplateResult | typeof nothing {
    if (!may.editChats) return nothing;
    const changed = (event: Event): void => {
      const { checked } = event.currentTarget as HTMLInputElement;
      void this.act((client) => client.setContinues(checked));
    };
    return html`<vaadin-checkbox
      label="В новом учебном году продолжать чаты вместе с классом (иначе прошлогодние уходят в архив)"
      .checked=${continuesChats}
      ?disabled=${this.busy}
      @change=${changed}
    ></vaadin-checkbox>`;
  }

  private readonly actions: SynchronizationActions = {
    openChat: (chatId) => this.hostWindow.openWindow('sferum.chat', { chatId }),
    retry: (code) => void this.act((client) => client.retry(code), 'Попытка повторяется.'),
    showRun: (run) => (this.run = run),
  };

  private readonly check = (): void =>
    void this.act((client) => client.check(), 'Проверка идёт: результат появится здесь сам.');

  private readonly resume = (): void => void this.act((client) => client.resume(), 'Доставка продолжается.');

  private readonly undoAnswered = ({ detail: yes }: CustomEvent<boolean>): void => {
    const { run } = this;
    this.undoing = false;
    if (!yes || run === undefined) return;
    void this.act(async (client) => {
      const { taken, left } = await client.undo(run.id);
      this.run = undefined;
      const text = left === 0 ? undefined : `Изменены позже и оставлены как есть: ${numberText(left)}.`;
      this.result = { tone: 'success', title: `Отменено изменений: ${numberText(taken)}.`, text };
      return client.state();
    });
  };

  private async act(
    action: (client: SynchronizationClient) => Promise<SynchronizationState>,
    done?: string,
  ): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.result = undefined;
    try {
      this.shown = await action(this.client);
      if (done !== undefined) this.hostWindow.notify('success', done);
    } catch (error) {
      this.result = { tone: 'error', title: 'Не получилось', text: errorText(error) };
    } finally {
      this.busy = false;
    }
  }

  private readonly selectTab = (index: number): void => {
    this.tab = index;
  };
}

function previewText({ chats, memberships, unlinked, seconds }: NonNullable<SynchronizationState['preview']>): string {
  const people = unlinked === 0 ? 'все люди привязали аккаунты' : `ещё не привязали аккаунт: ${numberText(unlinked)}`;
  return `Будет создано: ${countText(chats, CHAT_FORMS)}, ${countText(memberships, MEMBER_FORMS)}; ${people}. Займёт ${timeLeftText(seconds)}.`;
}
