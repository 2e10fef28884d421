import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import type { PersonChoice } from '../protocol/chat-protocol.js';
import { PARTICIPANT_ORIGIN_TITLE, PARTICIPANT_TAB_TITLE } from '../protocol/conference-texts.js';
import { chatEditorStyles } from './chat-editor-styles.js';
import type { ConferencePeopleClient } from './conference-client.js';
import {
  addParticipants,
  participantRows,
  removeParticipant,
  returnParticipant,
  type ParticipantDraft,
  type ParticipantKind,
  type ParticipantRow,
} from './conference-participants.js';
import { listStyles } from './list-styles.js';
import { noticeStyles, noticeView } from './notice-view.js';
import './person-picker-element.js';
import { numberText } from './plural-text.js';
import { tabStripStyles, tabStripView } from './tab-strip-view.js';
import { themeStyles } from './theme-styles.js';

/**
 * Participants of a conference in its form: tabs «Ученики», «Сотрудники», «Родители», each with «Добавить».
 *
 * @fires participants-changed - `detail` is the new {@link ParticipantDraft}
 */
@customElement('sferum-conference-participants')
export class ConferenceParticipantsElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    listStyles,
    tabStripStyles,
    chatEditorStyles,
    css`
      :host {
        flex: 1 1 auto;
        height: auto;
        min-height: 240px;
        padding: 0;
        gap: 8px;
      }

      .panel {
        min-height: 180px;
      }

      vaadin-grid {
        min-height: 130px;
      }
    `,
  ];

  @property({ attribute: false }) people!: ConferencePeopleClient;
  @property({ attribute: false }) draft!: ParticipantDraft;
  @property({ attribute: false }) kinds: readonly ParticipantKind[] = [];
  @property({ attribute: false }) narrow = false;
  /** Participants' limit of a call. */
  @property({ attribute: false }) limitText = '';
  /** Why the server refused the participants, and whom. */
  @property({ attribute: false }) error = '';
  @property({ attribute: false }) refused: ReadonlySet<string> = new Set();
  @state() private chosen: ParticipantKind = 'student';
  @state() private picking: ParticipantKind | undefined;

  protected override render(): TemplateResult {
    const tabs = this.kinds.map((kind) => ({ kind, rows: participantRows(this.draft, kind) }));
    const selected = Math.max(0, this.kinds.indexOf(this.chosen));
    const tab = tabs[selected];
    const taken = tabs.flatMap(({ rows }) => rows.filter(({ takesPart }) => takesPart));
    return html`
      ${tabStripView({
        label: 'Участники видеоконференции',
        tabs: tabs.map(({ kind, rows }) => ({
          id: kind,
          title: PARTICIPANT_TAB_TITLE[kind],
          count: numberText(rows.filter(({ takesPart }) => takesPart).length),
        })),
        selected,
        select: this.selectTab,
      })}
      ${this.error === '' ? nothing : noticeView({ tone: 'error', title: 'Участники не приняты', text: this.error })}
      ${tab === undefined ? nothing : this.panelView(tab.kind, tab.rows)}
      <sferum-person-picker
        .chats=${this.people}
        .kind=${this.picking}
        .taken=${new Set(taken.map(({ personId }) => personId))}
        @picked=${this.picked}
      ></sferum-person-picker>
    `;
  }

  private panelView(kind: ParticipantKind, rows: readonly ParticipantRow[]): TemplateResult {
    const title = PARTICIPANT_TAB_TITLE[kind];
    return html`
      <div class="panel" role="tabpanel" aria-labelledby="tab-${kind}">
        <div class="row">
          <vaadin-button @click=${() => this.open(kind)}>Добавить</vaadin-button>
          <span class="small muted grow">${this.limitText}</span>
        </div>
        <vaadin-grid accessible-name="Участники: ${title}" item-id-path="personId" .items=${[...rows]}>
          <vaadin-grid-column
            header="Фамилия, имя, отчество"
            flex-grow="1"
            ${columnBodyRenderer<ParticipantRow>((row) => this.personView(row), [this.refused, this.narrow])}
          ></vaadin-grid-column>
          <vaadin-grid-column
            header="Действия"
            width="140px"
            flex-grow="0"
            ?hidden=${this.narrow}
            ${columnBodyRenderer<ParticipantRow>((row) => this.toolView(row), [this.draft])}
          ></vaadin-grid-column>
          <div slot="empty-state" class="muted" style="padding: 28px; text-align: center">
            Здесь пока никого нет. Выберите чат или нажмите «Добавить».
          </div>
        </vaadin-grid>
      </div>
    `;
  }

  private personView(row: ParticipantRow): TemplateResult {
    const { personId, name, takesPart, origin, linked } = row;
    const who = origin === 'administrator' || origin === 'host' ? PARTICIPANT_ORIGIN_TITLE[origin] : '';
    const facts = [who, linked ? '' : 'аккаунт не привязан'].filter((fact) => fact !== '').join(' · ');
    const refused = this.refused.has(personId) ? html`<span class="mark bad">не принят</span>` : nothing;
    return html`
      <div class="stack">
        <span class="cell named">
          <span class="cut person ${takesPart ? '' : 'gone'}" title=${name}>${name}</span>${markView(row)}${refused}
        </span>
        ${facts === '' ? nothing : html`<span class="cut small muted">${facts}</span>`}
        ${this.narrow ? html`<div class="row tools small">${this.toolView(row)}</div>` : nothing}
      </div>
    `;
  }

  private toolView(row: ParticipantRow): TemplateResult {
    if (row.locked) return html`<span class="small muted">нельзя удалить</span>`;
    const [label, next] = row.takesPart
      ? ['Удалить', () => removeParticipant(this.draft, row)]
      : ['Вернуть', () => returnParticipant(this.draft, row.personId)];
    const run = (): void => this.change(next());
    return html`<button class="tool" focus-target aria-label="${label}: ${row.name}" @click=${run}>${label}</button>`;
  }

  private readonly selectTab = (index: number): void => {
    this.chosen = this.kinds[index] ?? 'student';
  };

  private open(kind: ParticipantKind): void {
    this.picking = kind;
  }

  private readonly picked = (event: CustomEvent<readonly PersonChoice[] | undefined>): void => {
    this.picking = undefined;
    if (event.detail !== undefined) this.change(addParticipants(this.draft, event.detail));
  };

  private change(draft: ParticipantDraft): void {
    this.dispatchEvent(new CustomEvent<ParticipantDraft>('participants-changed', { detail: draft }));
  }
}

/** A change not saved yet, or what was decided by hand before. */
function markView({ takesPart, fresh, origin }: ParticipantRow): TemplateResult | typeof nothing {
  if (!takesPart)
    return fresh
      ? html`<span class="mark bad">будет удалён</span>`
      : html`<span class="mark">${PARTICIPANT_ORIGIN_TITLE.removed}</span>`;
  if (origin === 'added')
    return fresh
      ? html`<span class="mark good">будет добавлен</span>`
      : html`<span class="mark">${PARTICIPANT_ORIGIN_TITLE.added}</span>`;
  return fresh ? html`<span class="mark good">будет возвращён</span>` : nothing;
}
