import { html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import type { ConferenceCard, ConferenceLessonChoice, ConferenceWarning } from '../protocol/conference-protocol.js';
import { errorText } from './api-error.js';
import type { ChangeTopic } from './change-feed.js';
import { ConferenceClient, ConferencePeopleClient } from './conference-client.js';
import { conferenceChatChoices } from './conference-chat-choices.js';
import { ConferenceConflict } from './conference-conflict.js';
import { closedConferenceView, formNoticesView, warnedView, warningsView } from './conference-dialogs-view.js';
import { conferenceEditorStyles } from './conference-editor-styles.js';
import { conferenceFieldsView } from './conference-fields-view.js';
import {
  chosenLesson,
  conferenceErrors,
  conferenceFormOf,
  isConferenceChanged,
  tabsOf,
  withDefaults,
  withJoined,
  withKind,
  withLesson,
  withoutJoined,
  type ConferenceErrors,
  type ConferenceField,
  type ConferenceForm,
} from './conference-form.js';
import { ConferenceFilling } from './conference-filling.js';
import { defaultsOfCard, readConferenceForm } from './conference-form-reader.js';
import type { ParticipantDraft } from './conference-participants.js';
import './conference-participants-element.js';
import { ConferenceSaver, type ConferenceOutcome } from './conference-saver.js';
import './lesson-picker-element.js';
import { failureView } from './notice-view.js';
import { utcOffsetText } from './time-text.js';
import { WindowElement, type WindowContext } from './window-element.js';

const UNSAVED = 'Изменения в видеоконференции не сохранены. Закрыть окно без сохранения?';
const CHECK_PAUSE_MS = 500;

/** Window where a conference is added or changed; `params.conferenceId` says which one is changed. */
@customElement('sferum-conference-editor')
export class ConferenceEditorElement extends WindowElement {
  static override styles = [WindowElement.styles, ...conferenceEditorStyles];

  @state() private form: ConferenceForm | undefined;
  @state() private errors: ConferenceErrors = {};
  @state() private refused: ReadonlySet<string> = new Set();
  @state() private warnings: readonly ConferenceWarning[] = [];
  /** Warnings that wait for an answer. */
  @state() private asked: readonly ConferenceWarning[] | undefined;
  /** Somebody saved, or the timetable changed, while this form was being changed. */
  @state() private newer: ConferenceCard | undefined;
  /** For which field a lesson is picked. */
  @state() private picking: 'lessonId' | 'joinedLessonIds' | undefined;
  @state() private busy = false;
  @state() private problem: unknown;
  @state() private noChatFound = false;
  @query('footer') private readonly footer!: HTMLElement | null;

  private saver = new ConferenceSaver(new ConferenceClient(this.api));
  private readonly conflict = new ConferenceConflict(this, (form, save) => {
    this.form = form;
    this.errors = {};
    if (save) void this.run(() => this.saver.save(form));
  });
  private readonly chatChoices = conferenceChatChoices(
    () => this.conferences,
    (total) => (this.noChatFound = total === 0),
    (error) => (this.errors = { ...this.errors, chatId: errorText(error) }),
  );
  private readonly filling = new ConferenceFilling(() => this.conferences);
  private checkTimer: ReturnType<typeof setTimeout> | undefined;

  private get conferences(): ConferenceClient {
    return new ConferenceClient(this.api);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.checkTimer);
  }

  protected async load(): Promise<void> {
    const { conferenceId } = this.params;
    if (this.form !== undefined && this.form.card?.conference.id === conferenceId) return;
    this.saver = new ConferenceSaver(this.conferences);
    const title = conferenceId === undefined ? 'Добавление видеоконференции' : 'Редактирование видеоконференции';
    this.hostWindow.setTitle(title);
    this.form = await readConferenceForm(this.conferences, conferenceId);
    this.warnings = this.form.card?.warnings ?? [];
    this.hostWindow.setCloseGuard(() =>
      this.busy || (this.form !== undefined && isConferenceChanged(this.form)) ? UNSAVED : undefined,
    );
    await this.updateComplete;
    this.focusField('title');
  }

  protected async refresh(topics: ReadonlySet<ChangeTopic>): Promise<void> {
    const { form } = this;
    if (!topics.has('conferences') || form?.card === undefined || this.busy || this.conflict.open) return;
    const card = await this.conferences.card(form.card.conference.id);
    if (this.form !== form || this.isBusy()) return;
    if (card.revision === form.card.revision) this.form = { ...form, card };
    else if (isConferenceChanged(form)) this.newer = card;
    else this.form = conferenceFormOf(card, await defaultsOfCard(this.conferences, card));
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.toggleAttribute('narrow', this.context?.narrow === true);
  }

  protected override render(): TemplateResult {
    const { context, form } = this;
    if (this.failure !== undefined) return failureView('Окно не открылось', this.failure, this.retry);
    if (context === undefined || form === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    if (form.card?.conference.actions.edit === false) return closedConferenceView(form.card);
    return html`
      ${formNoticesView(this.problem, this.newer === undefined ? undefined : this.compare)}
      <div class="members" ?inert=${this.busy}>
        ${this.fieldsView(form, context)}${warningsView(this.warnings)}${this.participantsView(form, context)}
      </div>
      ${this.footerView(form)} ${this.pickerView(form)}
      ${warnedView(this.asked, this.acceptWarnings, this.cancelWarnings)} ${this.conflict.view()}
    `;
  }

  private fieldsView(form: ConferenceForm, { session }: WindowContext): TemplateResult {
    return conferenceFieldsView({
      form,
      errors: this.errors,
      zone: utcOffsetText(session.organization.timeZone, new Date()),
      noChatFound: this.noChatFound,
      chats: this.chatChoices,
      titleChanged: (title) => {
        if (title !== this.form?.title) this.edit((now) => ({ ...now, title }), 'title');
      },
      kindChanged: (kind) => this.refill((now) => withKind(now, kind), 'kind', 'title', 'chatId', 'lessonId'),
      chatChanged: (chat) => {
        if (chat?.id !== this.form?.chat?.id) this.refill((now) => ({ ...now, chat }), 'chatId', 'lessonId');
      },
      pickLesson: () => (this.picking = 'lessonId'),
      clearLesson: () => this.refill((now) => withLesson(now, undefined), 'lessonId', 'joinedLessonIds'),
      joinLesson: () => (this.picking = 'joinedLessonIds'),
      leaveLesson: (id) => this.refill((now) => withoutJoined(now, id), 'joinedLessonIds'),
      timeChanged: (change, field) =>
        this.edit((now) => ({ ...now, ...change }), field, 'date', 'startTime', 'endTime'),
    });
  }

  private participantsView(form: ConferenceForm, { narrow }: WindowContext): TemplateResult {
    return html`
      <sferum-conference-participants
        .people=${new ConferencePeopleClient(this.api)}
        .draft=${form.participants}
        .kinds=${tabsOf(form)}
        .narrow=${narrow}
        .limitText=${form.limitText}
        .refused=${this.refused}
        .error=${this.errors.participants ?? ''}
        @participants-changed=${this.participantsChanged}
      ></sferum-conference-participants>
    `;
  }

  private pickerView(form: ConferenceForm): TemplateResult {
    const joining = this.picking === 'joinedLessonIds';
    const joined = form.joined.map(({ id }) => id);
    return html`
      <sferum-lesson-picker
        .conferences=${this.conferences}
        .opened=${this.picking !== undefined}
        .day=${form.date}
        .chatId=${joining ? undefined : form.chat?.id}
        .lessonId=${joining ? undefined : form.lesson?.id}
        .conferenceId=${form.card?.conference.id}
        .taken=${new Set(joining ? [form.lesson?.id, ...joined] : joined)}
        .words=${joining ? (form.lesson?.subject ?? '') : ''}
        @picked=${this.lessonPicked}
      ></sferum-lesson-picker>
    `;
  }

  private footerView(form: ConferenceForm): TemplateResult {
    const unchanged = form.card !== undefined && !isConferenceChanged(form);
    const hint = this.busy ? 'Сохранение…' : unchanged ? 'Изменений нет.' : '';
    return html`
      <footer>
        <span class="hint muted small" role="status">${hint}</span>
        <vaadin-button @click=${() => this.hostWindow.close()}>Отмена</vaadin-button>
        <vaadin-button class="save" theme="primary" ?disabled=${this.busy || unchanged} @click=${this.save}
          >Сохранить</vaadin-button
        >
      </footer>
    `;
  }

  private readonly lessonPicked = (event: CustomEvent<ConferenceLessonChoice | undefined>): void => {
    const { picking } = this;
    this.picking = undefined;
    const lesson = event.detail;
    if (lesson === undefined) return;
    if (picking === 'joinedLessonIds') {
      this.refill((now) => withJoined(now, lesson), 'joinedLessonIds', 'title');
      return;
    }
    this.refill((now) => withLesson(now, chosenLesson(lesson)), 'lessonId', 'date', 'startTime', 'endTime', 'chatId');
  };

  private readonly participantsChanged = (event: CustomEvent<ParticipantDraft>): void => {
    this.refused = new Set();
    this.edit((now) => ({ ...now, participants: event.detail }), 'participants');
  };

  private edit(change: (form: ConferenceForm) => ConferenceForm, ...fields: ConferenceField[]): void {
    if (this.form === undefined || this.busy) return;
    this.form = change(this.form);
    this.errors = Object.fromEntries(
      Object.entries(this.errors).filter(([field]) => !(fields as string[]).includes(field)),
    );
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => void this.check(), CHECK_PAUSE_MS);
  }

  /** Type, chat or lessons changed: name and participants come from the server. */
  private refill(change: (form: ConferenceForm) => ConferenceForm, ...fields: ConferenceField[]): void {
    this.edit(change, ...fields);
    void this.fill(fields[0] ?? 'kind');
  }

  private async fill(field: ConferenceField): Promise<void> {
    const { form } = this;
    if (form === undefined) return;
    try {
      const defaults = await this.filling.of(form);
      if (defaults !== undefined) this.edit((now) => withDefaults(now, defaults), 'participants');
    } catch (error) {
      this.errors = { ...this.errors, [field]: errorText(error) };
    }
  }

  /** Shows early what saving would say; a failure is left to saving. */
  private async check(): Promise<void> {
    const { form } = this;
    if (form === undefined || this.busy) return;
    if (Object.keys(conferenceErrors(form)).length > 0) {
      this.warnings = [];
      return;
    }
    const outcome = await this.saver.check(form);
    if (this.form !== form || this.isBusy()) return;
    this.warnings = outcome.kind === 'warned' ? outcome.warnings : [];
    if (outcome.kind === 'refused') this.errors = { ...this.errors, ...outcome.errors };
  }

  private readonly save = (): void => {
    const { form } = this;
    if (form === undefined || this.busy) return;
    this.errors = conferenceErrors(form);
    const [field] = Object.keys(this.errors);
    const shown = new Set(this.warnings.map(({ text }) => text));
    if (field === undefined) void this.run(() => this.saver.begin(form, shown));
    else this.focusField(field);
  };

  private readonly acceptWarnings = (): void => {
    const { form } = this;
    this.asked = undefined;
    if (form !== undefined) void this.run(() => this.saver.save(form));
  };

  private readonly cancelWarnings = (): void => void (this.asked = undefined);

  private async run(saving: () => Promise<ConferenceOutcome>): Promise<void> {
    if (this.busy) return;
    clearTimeout(this.checkTimer);
    this.busy = true;
    this.problem = undefined;
    const outcome = await saving();
    this.busy = false;
    await this.show(outcome);
  }

  private async show(outcome: ConferenceOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'saved':
        return this.saved(outcome.card);
      case 'warned':
        this.warnings = outcome.warnings;
        this.asked = outcome.warnings;
        return;
      case 'conflict':
        return this.showConflict(outcome.current);
      case 'refused':
        this.errors = outcome.errors;
        this.refused = new Set(outcome.personIds);
        return this.focusField(Object.keys(outcome.errors)[0] ?? '');
      case 'failed':
        this.problem = outcome.error;
        this.footer?.querySelector<HTMLElement>('.save')?.focus();
    }
  }

  private saved({ conference }: ConferenceCard): void {
    const done = this.form?.card === undefined ? 'добавлена' : 'сохранена';
    this.hostWindow.setCloseGuard(undefined);
    this.hostWindow.notify('success', `Видеоконференция «${conference.title}» ${done}.`);
    this.hostWindow.close();
  }

  private readonly compare = (): void => {
    if (this.newer !== undefined) void this.showConflict(this.newer);
  };

  private async showConflict(current: ConferenceCard): Promise<void> {
    const { form } = this;
    if (form === undefined) return;
    this.newer = undefined;
    try {
      await this.conflict.show(this.conferences, form, current);
    } catch (error) {
      this.problem = error;
    }
  }

  private isBusy(): boolean {
    return this.busy;
  }

  private focusField(field: string): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#${field}`)?.focus());
  }
}
