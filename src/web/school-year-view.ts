import { html, nothing, type TemplateResult } from 'lit';
import '@vaadin/button';
import '@vaadin/checkbox';
import type { ChatCard } from '../protocol/chat-protocol.js';
import { SCHOOL_YEAR_TEXT } from '../protocol/chat-texts.js';
import { CHAT_PROBLEM_TEXT } from '../protocol/texts.js';
import { noticeView } from './notice-view.js';

export interface SchoolYearActions {
  readonly continuesChanged: (continues: boolean) => void;
  readonly goOn: () => void;
  readonly decideClosing: (decision: 'confirm' | 'refuse') => void;
}

/** What the school year means for this chat: an archive that may go on, or one that waits for a decision. */
export function schoolYearNotices(card: ChatCard, busy: boolean, actions: SchoolYearActions): unknown {
  if (card.chat.state === 'archived') return archiveView(card, busy, actions);
  if (card.chat.problem?.code === 'chat.closing-held') return closingView(card, busy, actions);
  return nothing;
}

/** The switch of an open chat of a class or group. */
export function nextYearSwitch(
  { nextYear, may }: ChatCard,
  busy: boolean,
  { continuesChanged }: SchoolYearActions,
): TemplateResult | typeof nothing {
  if (nextYear === undefined || !may.edit) return nothing;
  const changed = (event: Event): void => {
    const { checked } = event.currentTarget as HTMLInputElement;
    if (checked !== nextYear.continues) continuesChanged(checked);
  };
  return html`<vaadin-checkbox
    label=${SCHOOL_YEAR_TEXT.continues}
    title=${SCHOOL_YEAR_TEXT.continuesHelp}
    .checked=${nextYear.continues}
    ?disabled=${busy}
    @change=${changed}
  ></vaadin-checkbox>`;
}

function archiveView(card: ChatCard, busy: boolean, { goOn }: SchoolYearActions): TemplateResult {
  const button = html`<vaadin-button ?disabled=${busy} @click=${goOn}>${SCHOOL_YEAR_TEXT.goOn}</vaadin-button>`;
  return noticeView({
    tone: 'info',
    title: 'Чат в архиве',
    text: SCHOOL_YEAR_TEXT.archived,
    extra: card.may.goOn ? button : nothing,
  });
}

function closingView(card: ChatCard, busy: boolean, { decideClosing }: SchoolYearActions): TemplateResult {
  const answers = html`
    <div class="row">
      <vaadin-button ?disabled=${busy} @click=${() => decideClosing('refuse')}>Оставить действующим</vaadin-button>
      <vaadin-button theme="danger" ?disabled=${busy} @click=${() => decideClosing('confirm')}>В архив</vaadin-button>
    </div>
  `;
  return noticeView({
    tone: 'warning',
    title: 'Перенос в архив ждёт решения',
    text: CHAT_PROBLEM_TEXT['chat.closing-held'],
    extra: card.may.decideClosing ? answers : nothing,
  });
}
