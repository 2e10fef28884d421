import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { ConferenceEntry } from '../protocol/conference-protocol.js';
import { CONFERENCE_KIND_TITLE } from '../protocol/texts.js';
import { conferenceStatusView, kindMark, markedTitle } from './state-view.js';
import { clockText, periodText, startText } from './time-text.js';
import type { WindowContext } from './window-element.js';

/** Columns of the table of conferences; in a narrow window one column of four lines. */
export function conferenceColumns(context: WindowContext): TemplateResult {
  return context.narrow ? narrowColumn(context) : wideColumns(context);
}

function wideColumns(context: WindowContext): TemplateResult {
  const { medium } = context;
  return html`
    <vaadin-grid-sort-column
      path="title"
      header="Название"
      width="140px"
      flex-grow="2"
      resizable
      ${columnBodyRenderer<ConferenceEntry>((row, { index }) => wideTitleView(row, index, medium), medium)}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="kind"
      header="Тип"
      width=${medium ? '76px' : '164px'}
      flex-grow="0"
      resizable
      ${columnBodyRenderer<ConferenceEntry>((row) => kindView(row, medium), medium)}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="chat"
      header="Чат"
      width="110px"
      flex-grow="1"
      resizable
      ${columnBodyRenderer<ConferenceEntry>((row) => cutView(row.chatTitle), [])}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="lesson"
      header="Урок"
      ?hidden=${medium}
      width="110px"
      flex-grow="1"
      resizable
      ${columnBodyRenderer<ConferenceEntry>((row) => lessonView(row), [])}
    ></vaadin-grid-sort-column>
    ${runColumns(context)}
  `;
}

/** When it runs, how it stands, and the way in. */
function runColumns(context: WindowContext): TemplateResult {
  const { timeZone } = context.session.organization;
  return html`
    <vaadin-grid-sort-column
      path="start"
      header="Начало"
      width="176px"
      flex-grow="0"
      ${columnBodyRenderer<ConferenceEntry>((row) => momentView(row, timeZone), timeZone)}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="end"
      header="Окончание"
      width="124px"
      flex-grow="0"
      ${columnBodyRenderer<ConferenceEntry>((row) => html`<span class="number">${clockText(row.endsAt, timeZone)}</span>`, timeZone)}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="state"
      header="Статус"
      width="166px"
      flex-grow="0"
      ${columnBodyRenderer<ConferenceEntry>((row) => statusView(row), [])}
    ></vaadin-grid-sort-column>
    <vaadin-grid-column
      header="Ссылка"
      width="92px"
      flex-grow="0"
      ${columnBodyRenderer<ConferenceEntry>((row) => joinView(row, context), context)}
    ></vaadin-grid-column>
  `;
}

function narrowColumn(context: WindowContext): TemplateResult {
  return html`
    <vaadin-grid-column
      header="Название"
      flex-grow="1"
      ${columnBodyRenderer<ConferenceEntry>((row, { index }) => narrowView(row, index, context), context)}
    ></vaadin-grid-column>
  `;
}

function narrowView(row: ConferenceEntry, index: number, context: WindowContext): TemplateResult {
  const { timeZone } = context.session.organization;
  const place = lessonsText(row) ?? row.chatTitle;
  const kind = CONFERENCE_KIND_TITLE[row.kind];
  return html`
    <div class="cell">
      ${kindMark(row.kind)}
      <div class="stack">
        ${titleView(row, index)}
        <span class="cut small muted">${place === undefined ? kind : `${kind} · ${place}`}</span>
        <span class="small number">${periodText(row.startsAt, row.endsAt, timeZone, new Date())}</span>
        ${timetableView(row.timetableText)}
        <span class="small">${statusView(row)}</span>
      </div>
      ${joinView(row, context)}
    </div>
  `;
}

function titleView(row: ConferenceEntry, index: number): TemplateResult {
  return html`<span class="cut" style="font-weight: 500" data-row=${index} title=${row.title}>${row.title}</span>`;
}

/** Without a column for lessons the joined classes stand below the title. */
function wideTitleView(row: ConferenceEntry, index: number, medium: boolean): TemplateResult {
  const joined = medium ? joinedText(row) : undefined;
  return joined === undefined ? titleView(row, index) : stackedView(titleView(row, index), joined);
}

function stackedView(first: TemplateResult | typeof nothing, text: string): TemplateResult {
  return html`<div class="stack">${first}<span class="cut small muted" title=${text}>${text}</span></div>`;
}

function kindView({ kind }: ConferenceEntry, brief: boolean): TemplateResult {
  return markedTitle(kind, CONFERENCE_KIND_TITLE[kind], brief);
}

/** The joined classes stand below its own lesson. */
function lessonView(row: ConferenceEntry): TemplateResult | typeof nothing {
  const joined = joinedText(row);
  return joined === undefined ? cutView(row.lessonTitle) : stackedView(cutView(row.lessonTitle), joined);
}

function lessonsText(row: ConferenceEntry): string | undefined {
  return row.lessonTitle === undefined
    ? undefined
    : [row.lessonTitle, joinedText(row)].filter((part) => part !== undefined).join(' ');
}

/** «вместе с 5Б, 5В»; «урок отменён, идёт для 5Б» where its own lesson is off. */
function joinedText({ joinedLessons, ownLessonOff }: ConferenceEntry): string | undefined {
  const sources = joinedLessons.filter(({ takesPlace }) => takesPlace).map(({ source }) => source);
  if (sources.length === 0) return undefined;
  return `${ownLessonOff ? 'урок отменён, идёт для' : 'вместе с'} ${sources.join(', ')}`;
}

function cutView(text: string | undefined): TemplateResult | typeof nothing {
  return text === undefined ? nothing : html`<span class="cut" title=${text}>${text}</span>`;
}

/** What the timetable says stands below, where it differs. */
function momentView({ startsAt, timetableText }: ConferenceEntry, timeZone: string): TemplateResult {
  return html`
    <div class="stack">
      <span class="number">${startText(startsAt, timeZone, new Date())}</span>${timetableView(timetableText)}
    </div>
  `;
}

function timetableView(text: string | undefined): TemplateResult | typeof nothing {
  return text === undefined ? nothing : html`<span class="clamp small warn" title=${text}>${text}</span>`;
}

function statusView({ status, problem }: ConferenceEntry): TemplateResult {
  return html`
    <div class="stack">
      <span class="cell">${conferenceStatusView(status)}</span>
      ${problem === undefined ? nothing : html`<span class="small bad clamp" title=${problem}>${problem}</span>`}
    </div>
  `;
}

/** The way into the conference stands there only while it runs. */
function joinView(row: ConferenceEntry, { hostWindow }: WindowContext): TemplateResult | typeof nothing {
  const { joinUrl } = row;
  if (row.status !== 'active' || joinUrl === undefined) return nothing;
  const join = (event: Event): void => {
    event.preventDefault();
    hostWindow.openLink(joinUrl);
  };
  return html`<a class="join" focus-target href=${joinUrl} aria-label="Перейти в «${row.title}»" @click=${join}
    >Перейти</a
  >`;
}
