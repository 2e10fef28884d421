import { css, html, type TemplateResult } from 'lit';
import type { LinkCounts, LinkSummary } from '../protocol/account-protocol.js';
import { LINK_ROLE_TITLE } from '../protocol/account-texts.js';
import { numberText } from './plural-text.js';

export const countsStyles = css`
  .counts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(136px, 1fr));
    gap: 8px 20px;
    flex: none;
    padding: 10px 0 2px;
  }

  .meter {
    height: 6px;
    margin-top: 4px;
    border-radius: 3px;
    background: #dfe5ee;
    overflow: hidden;
  }

  .meter > span {
    display: block;
    height: 100%;
    background: var(--sferum-good);
  }

  .figure {
    font-size: 16px;
    line-height: 24px;
    white-space: nowrap;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .classes {
    flex: 1 1 auto;
    min-height: 0;
    overflow: auto;
  }

  .classes table {
    width: 100%;
    border-collapse: collapse;
  }

  .classes th {
    position: sticky;
    top: 0;
    padding: 8px 10px;
    background: var(--sferum-soft);
    color: var(--sferum-muted);
    font-size: 12px;
    font-weight: 600;
    text-align: start;
  }

  .classes td {
    padding: 6px 10px;
    border-top: 1px solid var(--sferum-line);
    font-variant-numeric: tabular-nums;
  }

  .classes tr > :first-child {
    width: 24%;
  }

  .classes button.link {
    color: var(--sferum-accent);
  }
`;

/** How many of each role have linked. */
export function countsView(summary: LinkSummary): TemplateResult {
  const { students, guardians, employees } = summary;
  return html`<div class="counts">
    ${figureView(LINK_ROLE_TITLE.student, students)}${figureView(LINK_ROLE_TITLE.guardian, guardians)}
    ${employees === undefined ? '' : figureView(LINK_ROLE_TITLE.employee, employees)}
  </div>`;
}

/** The table of classes; a class's name leads to its people. */
export function classesView(summary: LinkSummary, open: (classId: string) => void): TemplateResult {
  return html`<div class="classes" tabindex="0" role="region" aria-label="Привязки по классам">
    <table>
      <thead>
        <tr>
          <th scope="col">Класс</th>
          <th scope="col">Ученики</th>
          <th scope="col">Родители</th>
        </tr>
      </thead>
      <tbody>
        ${summary.classes.map(
          ({ id, name, students, guardians }) =>
            html`<tr>
              <td><button class="link" @click=${() => open(id)}>${name}</button></td>
              <td>${cellView(students)}</td>
              <td>${cellView(guardians)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function figureView(title: string, counts: LinkCounts): TemplateResult {
  return html`<div>
    <div class="small muted">${title}: привязано</div>
    <div class="figure">${shareText(counts)}</div>
    ${meterView(counts)}
  </div>`;
}

function cellView(counts: LinkCounts): TemplateResult {
  if (counts.total === 0) return html`<span class="muted">нет</span>`;
  return html`${shareText(counts)}${meterView(counts)}`;
}

function meterView({ linked, total }: LinkCounts): TemplateResult {
  const share = total === 0 ? 0 : Math.round((linked / total) * 100);
  return html`<div class="meter" aria-hidden="true"><span style="width: ${share}%"></span></div>`;
}

function shareText({ linked, total }: LinkCounts): string {
  return `${numberText(linked)} из ${numberText(total)}`;
}
