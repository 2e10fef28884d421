import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import type { ComboBoxDataProvider } from '@vaadin/combo-box';
import type { ChatCard, ChatCheck, StudyGroupChoice } from '../protocol/chat-protocol.js';
import { errorText } from './api-error.js';
import type { ChangeTopic } from './change-feed.js';
import { ChatClient } from './chat-client.js';
import { chatEditorStyles } from './chat-editor-styles.js';
import { chatFieldsStyles, chatFieldsView } from './chat-fields-view.js';
import {
  formErrors,
  formOf,
  hasDecisions,
  isChanged,
  newForm,
  rebased,
  returnedToRule,
  withGroup,
  withRuleTitle,
  type ChatForm,
  type FormErrors,
} from './chat-form.js';
import { ChatSaver, type SaveOutcome } from './chat-saver.js';
import './draft-table-element.js';
import { listStyles } from './list-styles.js';
import { failureView, noticeView } from './notice-view.js';
import { conflictView, saveDialogStyles, unlinkedWarningView } from './save-dialogs-view.js';
import type { MemberDraft } from './member-draft.js';
import { WindowElement, type WindowContext } from './window-element.js';

const UNSAVED = 'Изменения в чате не сохранены. Закрыть окно без сохранения?';

/** Window where a chat is added or changed; `params.chatId` says which one is changed. */
@customElement('sferum-chat-editor')
export class ChatEditorElement extends WindowElement {
  static override styles = [WindowElement.styles, listStyles, chatFieldsStyles, saveDialogStyles, chatEditorStyles];

  @state() private form: ChatForm | undefined;
  @state() private errors: FormErrors = {};
  @state() private refused: ReadonlySet<string> = new Set();
  @state() private busy = false;
  @state() private problem: unknown;
  @state() private unlinked: ChatCheck['unlinked'] | undefined;
  @state() private conflict: ChatCard | undefined;
  /** Somebody saved while this form was being changed. */
  @state() private newer: ChatCard | undefined;
  @state() private noGroupFound = false;
  @query('footer') private readonly footer!: HTMLElement | null;

  private saver = new ChatSaver(new ChatClient(this.api));
  private groupRun = 0;

  private get chats(): ChatClient {
    return new ChatClient(this.api);
  }

  protected async load(): Promise<void> {
    const { chatId } = this.params;
    if (this.form !== undefined && this.form.card?.chat.id === chatId) return;
    this.saver = new ChatSaver(this.chats);
    this.hostWindow.setTitle(chatId === undefined ? 'Добавление чата' : 'Редактирование чата');
    this.form = chatId === undefined ? newForm(await this.chats.firstMembers()) : formOf(await this.chats.card(chatId));
    this.hostWindow.setCloseGuard(() =>
      this.busy || (this.form !== undefined && isChanged(this.form)) ? UNSAVED : undefined,
    );
    await this.updateComplete;
    this.focusField('title');
  }

  /** What the rules change shows by itself; what a person changed is shown beside one's own when there is any. */
  protected async refresh(topics: ReadonlySet<ChangeTopic>): Promise<void> {
    const { form, busy } = this;
    if (!topics.has('chats') || form?.card === undefined || busy || this.conflict !== undefined) return;
    const card = await this.chats.card(form.card.chat.id);
    if (this.form !== form || this.isBusy()) return;
    if (card.revision === form.card.revision) this.form = rebased(form, card);
    else if (!isChanged(form)) this.form = formOf(card);
    else this.newer = card;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.toggleAttribute('narrow', this.context?.narrow === true);
  }

  protected override render(): TemplateResult {
    const { context, form } = this;
    if (this.failure !== undefined) return failureView('Окно не открылось', this.failure, this.retry);
    if (context === undefined || form === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    if (form.card !== undefined && !form.card.may.edit) return closedView(form.card);
    return html`
      ${this.noticesView()}
      <div class="members" ?inert=${this.busy}>${this.fieldsView(form)}${this.membersView(form, context)}</div>
      ${this.footerView(form)} ${unlinkedWarningView(this.unlinked, this.acceptWarning, this.cancelWarning)}
      ${conflictView(form, this.conflict, context.session.organization.timeZone, this.conflictChoice)}
    `;
  }

  private noticesView(): unknown {
    const { problem, newer } = this;
    const compare = html`<vaadin-button @click=${this.compare}>Сравнить</vaadin-button>`;
    return html`
      ${
        problem === undefined
          ? nothing
          : noticeView({ tone: 'error', title: 'Чат не сохранён, введённое осталось', text: errorText(problem) })
      }
      ${
        newer === undefined
          ? nothing
          : noticeView({
              tone: 'warning',
              title: 'Этот чат только что изменил другой человек',
              text: newer.edited?.by,
              extra: compare,
            })
      }
    `;
  }

  private fieldsView(form: ChatForm): TemplateResult {
    return chatFieldsView({
      form,
      errors: this.errors,
      groups: this.groups,
      noGroupFound: this.noGroupFound,
      titleChanged: (title) => {
        if (title !== this.form?.title) this.edit({ title, titleByRule: false }, 'title');
      },
      kindChanged: (kind) => {
        this.edit({ kind }, 'kind');
        if (kind === 'other') void this.chooseGroup(undefined);
      },
      groupChanged: (group) => {
        if (group?.id !== this.form?.group?.id) void this.chooseGroup(group);
      },
      ruleTitle: () => {
        if (this.form !== undefined) this.edit(withRuleTitle(this.form), 'title');
      },
    });
  }

  private membersView(form: ChatForm, { narrow }: WindowContext): TemplateResult {
    return html`
      <sferum-draft-table
        .chats=${this.chats}
        .form=${form}
        .narrow=${narrow}
        .refused=${this.refused}
        .error=${this.errors.members ?? ''}
        @members-changed=${this.membersChanged}
      ></sferum-draft-table>
    `;
  }

  /** «Сохранить» stands on the left: the host's short messages come up over the right corner. */
  private footerView(form: ChatForm): TemplateResult {
    const changed = isChanged(form);
    const hint = this.busy ? 'Сохранение…' : form.card !== undefined && !changed ? 'Изменений нет.' : '';
    return html`
      <footer>
        <vaadin-button
          class="save"
          theme="primary"
          ?disabled=${this.busy || (form.card !== undefined && !changed)}
          @click=${this.save}
          >Сохранить</vaadin-button
        >
        <vaadin-button @click=${() => this.hostWindow.close()}>Отмена</vaadin-button>
        <span class="hint muted small" role="status">${hint}</span>
        ${
          hasDecisions(form)
            ? html`<vaadin-button ?disabled=${this.busy} @click=${this.returnAll}>Вернуть чат к правилу</vaadin-button>`
            : nothing
        }
      </footer>
    `;
  }

  private readonly groups: ComboBoxDataProvider<StudyGroupChoice> = (params, callback) => {
    const { filter, page, pageSize } = params;
    const found = this.chats.studyGroups({ query: filter, offset: page * pageSize, limit: pageSize });
    found.then(
      ({ items, total }) => {
        this.noGroupFound = total === 0;
        callback(items, total);
      },
      (error: unknown) => {
        callback([], 0);
        this.errors = { ...this.errors, groupId: errorText(error) };
      },
    );
  };

  /** The group's pupils and teacher come; a later choice overtakes an earlier one. */
  private async chooseGroup(group: StudyGroupChoice | undefined): Promise<void> {
    this.groupRun += 1;
    const run = this.groupRun;
    this.edit({ group }, 'groupId');
    try {
      const first = await this.chats.firstMembers(group?.id);
      if (run !== this.groupRun || this.form === undefined) return;
      this.form = withGroup(this.form, group, first);
      if (this.form.title !== '') this.edit({}, 'title');
    } catch (error) {
      if (run !== this.groupRun) return;
      this.edit({ group: undefined }, 'groupId');
      this.errors = { ...this.errors, groupId: `Группа не прочитана. ${errorText(error)}` };
    }
  }

  private readonly membersChanged = (event: CustomEvent<MemberDraft>): void => {
    this.edit({ members: event.detail }, 'members');
  };

  private edit(change: Partial<ChatForm>, field: keyof FormErrors): void {
    if (this.form === undefined || this.busy) return;
    this.form = { ...this.form, ...change };
    const { [field]: _mended, ...errors } = this.errors;
    this.errors = errors;
    if (field === 'members') this.refused = new Set();
  }

  private readonly returnAll = (): void => {
    if (this.form !== undefined) this.form = returnedToRule(this.form);
  };

  private readonly save = (): void => {
    const { form } = this;
    if (form === undefined || this.busy) return;
    this.errors = formErrors(form);
    const [field] = Object.keys(this.errors);
    if (field === undefined) void this.run(() => this.saver.begin(form));
    else this.focusField(field);
  };

  private readonly acceptWarning = (): void => {
    const { form } = this;
    this.unlinked = undefined;
    if (form !== undefined) void this.run(() => this.saver.save(form));
  };

  private readonly cancelWarning = (): void => {
    this.unlinked = undefined;
  };

  private async run(saving: () => Promise<SaveOutcome>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = undefined;
    const outcome = await saving();
    this.busy = false;
    this.show(outcome);
  }

  private show(outcome: SaveOutcome): void {
    switch (outcome.kind) {
      case 'saved':
        return this.saved(outcome.card);
      case 'warning':
        this.unlinked = outcome.unlinked;
        return;
      case 'conflict':
        this.newer = undefined;
        this.conflict = outcome.current;
        return;
      case 'refused':
        this.errors = outcome.errors;
        this.refused = new Set(outcome.personIds);
        return this.focusField(Object.keys(outcome.errors)[0] ?? '');
      case 'failed':
        this.problem = outcome.error;
        this.footer?.querySelector<HTMLElement>('.save')?.focus();
    }
  }

  private saved(card: ChatCard): void {
    const added = this.form?.card === undefined;
    this.hostWindow.setCloseGuard(undefined);
    this.hostWindow.notify('success', `Чат «${card.chat.title}» ${added ? 'добавлен' : 'сохранён'}.`);
    this.hostWindow.close();
  }

  private readonly compare = (): void => {
    this.conflict = this.newer;
    this.newer = undefined;
  };

  private readonly conflictChoice = {
    mine: (): void => {
      const form = this.takeCurrent((mine, current) => rebased(mine, current));
      if (form !== undefined) void this.run(() => this.saver.save(form));
    },
    theirs: (): void => void this.takeCurrent((_mine, current) => formOf(current)),
    back: (): void => void this.takeCurrent((mine, current) => rebased(mine, current)),
  };

  private takeCurrent(merge: (mine: ChatForm, current: ChatCard) => ChatForm): ChatForm | undefined {
    const { form, conflict } = this;
    if (form === undefined || conflict === undefined) return undefined;
    this.conflict = undefined;
    this.form = merge(form, conflict);
    return this.form;
  }

  private isBusy(): boolean {
    return this.busy;
  }

  private focusField(field: string): void {
    const id = field === 'groupId' ? 'group' : field;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#${id}`)?.focus());
  }
}

function closedView({ chat }: ChatCard): TemplateResult {
  const text = 'Чат удаляется или закрыт, либо у вас больше нет права его изменять.';
  return noticeView({ tone: 'warning', title: `Чат «${chat.title}» изменить нельзя`, text });
}
