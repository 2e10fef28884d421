import { html, raw } from 'hono/html';

import type { LinkList, LinkRow } from '../protocol/account-protocol.js';
import { LINK_ROLE_TITLE, LINK_STATE_TITLE } from '../protocol/account-texts.js';

/** The list of links for paper. */
export interface PrintedLinks {
  readonly organizationName: string;
  readonly timeZone: string;
  /** Classes the list is about; none: the whole organisation. */
  readonly classNames: readonly string[];
  readonly list: LinkList;
}

type Page = ReturnType<typeof html>;

const STYLE = `
  body { margin: 24px; color: #000; background: #fff; font: 12pt/1.35 'Times New Roman', 'Liberation Serif', serif; }
  h1 { margin: 0 0 4px; font-size: 16pt; }
  h2 { margin: 18px 0 6px; font-size: 13pt; break-after: avoid; }
  p { margin: 0 0 4px; }
  table { width: 100%; border-collapse: collapse; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  th, td { padding: 3px 6px; border: 1px solid #777; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
  th { background: #eee; }
  td:first-child, th:first-child { width: 28px; text-align: right; }
  td:last-child, th:last-child { width: 25%; }
  .hint { padding: 8px 12px; margin-bottom: 16px; background: #eaf1fc; font-family: system-ui, sans-serif; font-size: 14px; }
  @media print { body { margin: 0; } .hint { display: none; } }
  @page { margin: 15mm; }
`;

/** A whole page, fit to be printed as it stands. */
export function printedLinks(printed: PrintedLinks): Page {
  const { organizationName, classNames, list, timeZone } = printed;
  const roles = ['student', 'guardian', 'employee'] as const;
  const about = classNames.length === 0 ? '' : ` · ${classNames.join(', ')}`;
  const when = new Intl.DateTimeFormat('ru', { dateStyle: 'long', timeStyle: 'short', timeZone });
  const linked = list.items.filter((row) => row.state === 'linked').length;
  return html`<!doctype html>
    <html lang="ru">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Привязки учётных записей${about}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <div class="hint">Чтобы напечатать список, нажмите Ctrl+P.</div>
          <h1>Привязки учётных записей «Сферум»${about}</h1>
          <p>${organizationName}</p>
          <p>Привязано ${linked} из ${list.total}. По состоянию на ${when.format(new Date(list.asOf))}.</p>
          ${roles.map((role) =>
            roleTable(
              LINK_ROLE_TITLE[role],
              list.items.filter((row) => row.role === role),
            ),
          )}
        </main>
      </body>
    </html>`;
}

function roleTable(title: string, rows: readonly LinkRow[]): Page | string {
  if (rows.length === 0) return '';
  return html`<h2>${title}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">№</th>
          <th scope="col">Фамилия, имя, отчество</th>
          <th scope="col">Класс, дети, должность</th>
          <th scope="col">Учётная запись</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row, index) =>
            html`<tr>
              <td>${index + 1}</td>
              <td>${row.name}</td>
              <td>${row.detail}</td>
              <td>${LINK_STATE_TITLE[row.state]}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}
