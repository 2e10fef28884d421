import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import '@vaadin/grid';
import { html, nothing, type TemplateResult } from 'lit';
import type { LinkRow, LinkState } from '../protocol/account-protocol.js';
import { LINK_STATE_TITLE } from '../protocol/account-texts.js';
import { PERSON_KIND_TITLE } from '../protocol/texts.js';
import { iconView, type IconName } from './icon-view.js';
import { dayText } from './time-text.js';
import type { WindowContext } from './window-element.js';

const LOOK: Readonly<Record<LinkState, readonly [tone: string, icon: IconName]>> = {
  none: ['wait', 'wait'],
  linked: ['good', 'good'],
  broken: ['bad', 'bad'],
};

export function linkStateView(state: LinkState): TemplateResult {
  const [tone, icon] = LOOK[state];
  return html`<span class="state" data-tone=${tone}
    >${iconView(icon)}<span class="cut">${LINK_STATE_TITLE[state]}</span></span
  >`;
}

/** Columns of the table of people; in a narrow window one column of three lines. */
export function linkColumns(context: WindowContext): TemplateResult {
  return context.narrow ? narrowColumn(context) : wideColumns(context);
}

function wideColumns(context: WindowContext): TemplateResult {
  return html`
    <vaadin-grid-column
      header="Имя"
      width="220px"
      flex-grow="1"
      resizable
      ${columnBodyRenderer<LinkRow>(({ name }, { index }) => nameView(name, index), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Роль"
      width="120px"
      flex-grow="0"
      ${columnBodyRenderer<LinkRow>(({ role }) => html`${PERSON_KIND_TITLE[role]}`, [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Класс, дети, должность"
      width="200px"
      flex-grow="1"
      resizable
      ${columnBodyRenderer<LinkRow>(({ detail }) => html`<span class="cut" title=${detail}>${detail}</span>`, [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Учётная запись"
      width="290px"
      flex-grow="0"
      ${columnBodyRenderer<LinkRow>((row) => stateView(row, context), context)}
    ></vaadin-grid-column>
  `;
}

function narrowColumn(context: WindowContext): TemplateResult {
  const cell = (row: LinkRow, { index }: { index: number }): TemplateResult => html`
    <div class="stack">
      ${nameView(row.name, index)}
      <span class="cut small muted">${PERSON_KIND_TITLE[row.role]} · ${row.detail}</span>
      ${stateView(row, context)}
    </div>
  `;
  return html`<vaadin-grid-column
    header="Имя"
    flex-grow="1"
    ${columnBodyRenderer<LinkRow>(cell, context)}
  ></vaadin-grid-column>`;
}

function nameView(name: string, index: number): TemplateResult {
  return html`<span class="cut" data-row=${index} title=${name}>${name}</span>`;
}

function stateView(row: LinkRow, { session }: WindowContext): TemplateResult {
  const day = (iso: string): string => dayText(iso, session.organization.timeZone, new Date(), 'short');
  const reminded = row.state !== 'linked' && row.remindedAt !== undefined;
  const since = row.state === 'linked' && row.linkedAt !== undefined ? `с ${day(row.linkedAt)}` : undefined;
  const note = reminded ? `напомнили ${day(row.remindedAt ?? '')}` : since;
  return html`<div class="cell">
    ${linkStateView(row.state)}${note === undefined ? nothing : html`<span class="cut small muted">${note}</span>`}
  </div>`;
}
