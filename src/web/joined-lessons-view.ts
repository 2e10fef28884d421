import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { CONFERENCE_FORM_TEXT, JOINED_LESSONS_LIMIT } from '../protocol/conference-texts.js';
import type { ConferenceForm, JoinedLessonChoice } from './conference-form.js';
import { iconView } from './icon-view.js';

export interface JoinedLessonsField {
  readonly form: Pick<ConferenceForm, 'lesson' | 'joined'>;
  readonly error: string | undefined;
  readonly add: () => void;
  readonly remove: (lessonId: string) => void;
}

export const joinedLessonsStyles = css`
  .joined {
    grid-column: 1 / -1;
  }

  .joined ul {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 8px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .joined .picked {
    min-height: 30px;
    max-width: 100%;
  }

  .joined .picked > span {
    padding: 5px 0 5px 10px;
    overflow-wrap: anywhere;
    min-width: 0;
  }

  .joined .picked.off > span:first-child {
    color: var(--sferum-muted);
  }
`;

/** Lessons of other classes that an online lesson is held for together with its own. */
export function joinedLessonsView({ form, error, add, remove }: JoinedLessonsField): TemplateResult | typeof nothing {
  const { lesson, joined } = form;
  if (lesson === undefined) return nothing;
  const full = joined.length >= JOINED_LESSONS_LIMIT;
  return html`
    <div class="field joined" role="group" aria-labelledby="joined-label" aria-describedby="joinedLessonIds-error">
      <span id="joined-label" style="font-weight: 500">${CONFERENCE_FORM_TEXT.joined}</span>
      <div class="row">
        ${
          joined.length === 0
            ? nothing
            : html`<ul>
                ${repeat(
                  joined,
                  ({ id }) => id,
                  (one) => chipView(one, remove),
                )}
              </ul>`
        }
        <button id="joinedLessonIds" class="tool" type="button" aria-haspopup="dialog" ?disabled=${full} @click=${add}>
          Присоединить урок
        </button>
        <span class="small muted">${hintOf(joined)}</span>
      </div>
      <div id="joinedLessonIds-error" class="error small">${error ?? ''}</div>
    </div>
  `;
}

function chipView(
  { id, title, teacher, takesPlace }: JoinedLessonChoice,
  remove: (id: string) => void,
): TemplateResult {
  const facts = [teacher, takesPlace ? undefined : 'урок отменён'].filter((fact) => fact !== undefined);
  return html`
    <li class="picked ${takesPlace ? '' : 'off'}">
      <span
        >${title}${facts.length === 0 ? nothing : html`<span class="small muted"> · ${facts.join(' · ')}</span>`}</span
      >
      <button type="button" aria-label="Убрать урок: ${title}" @click=${() => remove(id)}>${iconView('cross')}</button>
    </li>
  `;
}

function hintOf(joined: readonly JoinedLessonChoice[]): string {
  if (joined.length === 0) return 'Один онлайн-урок для параллельных классов.';
  return joined.length >= JOINED_LESSONS_LIMIT ? `Больше ${JOINED_LESSONS_LIMIT} уроков присоединить нельзя.` : '';
}
