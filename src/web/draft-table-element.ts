import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import type { PersonChoice } from '../protocol/chat-protocol.js';
import { PERSON_TAB_TITLE } from '../protocol/chat-texts.js';
import type { ChatClient } from './chat-client.js';
import { chatEditorStyles } from './chat-editor-styles.js';
import { memberKinds, type ChatForm } from './chat-form.js';
import { draftColumns, type DraftActions } from './draft-columns-view.js';
import { listStyles } from './list-styles.js';
import {
  addPeople,
  changeRole,
  draftRows,
  draftTabs,
  removePerson,
  returnToRule,
  withoutEdit,
  type DraftTab,
  type MemberDraft,
  type PersonKind,
} from './member-draft.js';
import { noticeStyles, noticeView } from './notice-view.js';
import './person-picker-element.js';
import { numberText } from './plural-text.js';
import { tabStripStyles, tabStripView } from './tab-strip-view.js';
import { themeStyles } from './theme-styles.js';

/**
 * Members' table of a chat's form: tabs «Сотрудники», «Ученики», «Родители», each with «Добавить».
 *
 * @fires members-changed - `detail` is the new {@link MemberDraft}
 */
@customElement('sferum-draft-table')
export class DraftTableElement extends LitElement {
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
    `,
  ];

  @property({ attribute: false }) chats!: ChatClient;
  @property({ attribute: false }) form!: ChatForm;
  @property({ attribute: false }) narrow = false;
  /** People whom the server refused. */
  @property({ attribute: false }) refused: ReadonlySet<string> = new Set();
  @property({ attribute: false }) error = '';
  @state() private tab = 0;
  @state() private picking: PersonKind | undefined;

  protected override render(): TemplateResult {
    const kinds = memberKinds(this.form);
    const rows = draftRows(this.form.members);
    const tabs = draftTabs(rows, kinds);
    const selected = Math.min(this.tab, kinds.length - 1);
    const kind = kinds[selected] ?? 'employee';
    const taken = new Set(rows.filter(({ belongs }) => belongs).map(({ personId }) => personId));
    return html`
      ${tabStripView({ label: 'Участники чата', tabs: tabs.map(stripTab), selected, select: this.selectTab })}
      ${this.error === '' ? nothing : noticeView({ tone: 'error', title: 'Участники не приняты', text: this.error })}
      <div class="panel" role="tabpanel" aria-labelledby="tab-${kind}">
        <div class="row">
          <vaadin-button @click=${() => this.open(kind)}>Добавить</vaadin-button>
          <span class="small muted">${this.strayText(kinds)}</span>
        </div>
        ${this.gridView(tabs[selected])}
      </div>
      <sferum-person-picker
        .chats=${this.chats}
        .kind=${this.picking}
        .taken=${taken}
        @picked=${this.picked}
      ></sferum-person-picker>
    `;
  }

  private gridView(tab: DraftTab | undefined): TemplateResult {
    if (tab === undefined) return html``;
    const title = PERSON_TAB_TITLE[tab.kind];
    return html`
      <vaadin-grid accessible-name="Участники: ${title}" item-id-path="personId" .items=${[...tab.rows]}>
        ${draftColumns(this.actions, this.narrow, this.refused)}
        <div slot="empty-state" class="muted" style="padding: 28px; text-align: center">
          Здесь пока никого нет. Нажмите «Добавить».
        </div>
      </vaadin-grid>
    `;
  }

  /** Whom a change of the type leaves out; they are back with the former type. */
  private strayText(kinds: readonly PersonKind[]): string {
    const added = [...this.form.members.edits.values()].filter(({ action }) => action === 'add');
    const stray = added.filter(({ kinds: own }) => !own.some((kind) => kinds.includes(kind))).length;
    return stray === 0 ? '' : `Родители в чат этого типа не войдут, выбрано: ${numberText(stray)}.`;
  }

  private readonly actions: DraftActions = {
    remove: ({ personId }) => this.change(removePerson(this.form.members, personId)),
    undo: ({ personId }) => this.change(withoutEdit(this.form.members, personId)),
    returnToRule: ({ personId }) => this.change(returnToRule(this.form.members, personId)),
    setAdmin: ({ personId }, admin) => this.change(changeRole(this.form.members, personId, admin ? 'admin' : 'member')),
  };

  private readonly selectTab = (index: number): void => {
    this.tab = index;
  };

  private open(kind: PersonKind): void {
    this.picking = kind;
  }

  private readonly picked = (event: CustomEvent<readonly PersonChoice[] | undefined>): void => {
    this.picking = undefined;
    if (event.detail !== undefined) this.change(addPeople(this.form.members, event.detail));
  };

  private change(members: MemberDraft): void {
    this.dispatchEvent(new CustomEvent<MemberDraft>('members-changed', { detail: members }));
  }
}

function stripTab({ kind, rows }: DraftTab): { id: string; title: string; count: string } {
  const count = numberText(rows.filter(({ belongs }) => belongs).length);
  return { id: kind, title: PERSON_TAB_TITLE[kind], count };
}
