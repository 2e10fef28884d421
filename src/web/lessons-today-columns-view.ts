import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { LessonToday } from '../protocol/conference-protocol.js';
import { iconView } from './icon-view.js';
import { conferenceStatusView } from './state-view.js';

/** Columns of the table of a day's lessons; in a narrow window one column of several lines. */
export function lessonTodayColumns(narrow: boolean, open: (conferenceId: string) => void): TemplateResult {
  return narrow ? narrowColumn(open) : wideColumns(open);
}

function wideColumns(open: (conferenceId: string) => void): TemplateResult {
  return html`
    <vaadin-grid-column
      header="Время"
      width="112px"
      flex-grow="0"
      ${columnBodyRenderer<LessonToday>(timeView, [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Класс"
      width="108px"
      flex-grow="0"
      ${columnBodyRenderer<LessonToday>(({ source }) => html`<span class="clamp" title=${source}>${source}</span>`, [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Урок"
      width="120px"
      flex-grow="2"
      ${columnBodyRenderer<LessonToday>((lesson, { index }) => lessonView(lesson, index, open), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Учитель"
      width="120px"
      ${columnBodyRenderer<LessonToday>(({ teacher }) => html`<span class="clamp">${teacher?.name ?? '—'}</span>`, [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Онлайн-урок"
      width="170px"
      ${columnBodyRenderer<LessonToday>(onlineView, [])}
    ></vaadin-grid-column>
  `;
}

function narrowColumn(open: (conferenceId: string) => void): TemplateResult {
  return html`
    <vaadin-grid-column
      header="Урок"
      ${columnBodyRenderer<LessonToday>((lesson, { index }) => narrowView(lesson, index, open), [])}
    ></vaadin-grid-column>
  `;
}

function narrowView(lesson: LessonToday, index: number, open: (conferenceId: string) => void): TemplateResult {
  const { title, startTime, endTime, teacher } = lesson;
  const note = [`${startTime}–${endTime}`, teacher?.name].filter((part) => part !== undefined).join(' · ');
  return html`
    <div class="stack" data-row=${index}>
      ${nameView(lesson, title, open)}
      <span class="small muted cut number">${note}</span>
      <span class="small">${onlineView(lesson)}</span>
    </div>
  `;
}

function timeView({ startTime, endTime }: LessonToday): TemplateResult {
  return html`<span class="number">${startTime}–${endTime}</span>`;
}

function lessonView(lesson: LessonToday, index: number, open: (conferenceId: string) => void): TemplateResult {
  const { subject, title, room } = lesson;
  return html`
    <div class="stack" data-row=${index}>
      ${nameView(lesson, subject === '' ? title : subject, open)}
      ${room === undefined ? nothing : html`<span class="small muted cut">кабинет ${room}</span>`}
    </div>
  `;
}

/** Leads to the online lesson, where there is one. */
function nameView(
  { conferenceId, title }: LessonToday,
  text: string,
  open: (conferenceId: string) => void,
): TemplateResult {
  if (conferenceId === undefined) return html`<span class="clamp">${text}</span>`;
  return html`<button class="link" aria-label=${title} @click=${() => open(conferenceId)}>
    <span class="clamp">${text}</span>
  </button>`;
}

function onlineView({ status, cancelled, statusText, problem }: LessonToday): TemplateResult {
  if (problem !== undefined) {
    return html`<span class="stack">
      <span class="state" data-tone="bad">${iconView('bad')}<span class="cut">${statusText}</span></span>
      <span class="small bad problem">${problem}</span>
    </span>`;
  }
  const shown = cancelled ? 'cancelled' : status;
  return shown === undefined
    ? html`<span class="muted cut">${statusText}</span>`
    : html`<span class="cell">${conferenceStatusView(shown, statusText)}</span>`;
}
