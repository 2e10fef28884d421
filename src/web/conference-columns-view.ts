import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { ConferenceRow } from '../protocol/protocol.js';
import { CONFERENCE_KIND_TITLE } from '../protocol/texts.js';
import { conferenceStatusView, kindMark, markedTitle } from './state-view.js';
import { clockText, periodText, startText } from './time-text.js';
import type { WindowContext } from './window-element.js';

/** Columns of the table of conferences; in a narrow window one column of four lines. */
export function conferenceColumns(context: WindowContext): TemplateResult {
  return context.narrow ? narrowColumn(context) : wideColumns(context);
}

function wideColumns(context: WindowContext): TemplateResult {
  const { timeZone } = context.session.organization;
  const { medium } = context;
  return html`
    <vaadin-grid-column
      header="Название"
      width="140px"
      flex-grow="2"
      resizable
      ${columnBodyRenderer<ConferenceRow>((row, { index }) => titleView(row, index), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Тип"
      width=${medium ? '56px' : '164px'}
      flex-grow="0"
      resizable
      ${columnBodyRenderer<ConferenceRow>((row) => kindView(row, medium), medium)}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Чат"
      width="110px"
      flex-grow="1"
      resizable
      ${columnBodyRenderer<ConferenceRow>((row) => cutView(row.chatTitle), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Урок"
      ?hidden=${medium}
      width="110px"
      flex-grow="1"
      resizable
      ${columnBodyRenderer<ConferenceRow>((row) => cutView(row.lessonTitle), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Начало"
      width="140px"
      flex-grow="0"
      ${columnBodyRenderer<ConferenceRow>((row) => momentView(row.startsAt, timeZone), timeZone)}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Окончание"
      width="108px"
      flex-grow="0"
      ${columnBodyRenderer<ConferenceRow>((row) => html`<span class="number">${clockText(row.endsAt, timeZone)}</span>`, timeZone)}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Статус"
      width="166px"
      flex-grow="0"
      ${columnBodyRenderer<ConferenceRow>((row) => statusView(row), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Ссылка"
      width="92px"
      flex-grow="0"
      ${columnBodyRenderer<ConferenceRow>((row) => joinView(row, context), context)}
    ></vaadin-grid-column>
  `;
}

function narrowColumn(context: WindowContext): TemplateResult {
  return html`
    <vaadin-grid-column
      header="Название"
      flex-grow="1"
      ${columnBodyRenderer<ConferenceRow>((row, { index }) => narrowView(row, index, context), context)}
    ></vaadin-grid-column>
  `;
}

function narrowView(row: ConferenceRow, index: number, context: WindowContext): TemplateResult {
  const { timeZone } = context.session.organization;
  const place = row.lessonTitle ?? row.chatTitle;
  const kind = CONFERENCE_KIND_TITLE[row.kind];
  return html`
    <div class="cell">
      ${kindMark(row.kind)}
      <div class="stack">
        ${titleView(row, index)}
        <span class="cut small muted">${place === undefined ? kind : `${kind} · ${place}`}</span>
        <span class="small number">${periodText(row.startsAt, row.endsAt, timeZone, new Date())}</span>
        <span class="small">${statusView(row)}</span>
      </div>
      ${joinView(row, context)}
    </div>
  `;
}

function titleView(row: ConferenceRow, index: number): TemplateResult {
  return html`<span class="cut" style="font-weight: 500" data-row=${index} title=${row.title}>${row.title}</span>`;
}

function kindView({ kind }: ConferenceRow, brief: boolean): TemplateResult {
  return markedTitle(kind, CONFERENCE_KIND_TITLE[kind], brief);
}

function cutView(text: string | undefined): TemplateResult | typeof nothing {
  return text === undefined ? nothing : html`<span class="cut" title=${text}>${text}</span>`;
}

function momentView(iso: string, timeZone: string): TemplateResult {
  return html`<span class="number">${startText(iso, timeZone, new Date())}</span>`;
}

function statusView(row: ConferenceRow): TemplateResult {
  return html`<span class="cell" title=${row.problem ?? nothing}>${conferenceStatusView(row.status)}</span>`;
}

/** The way into the conference stands there only while it runs. */
function joinView(row: ConferenceRow, { hostWindow }: WindowContext): TemplateResult | typeof nothing {
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
