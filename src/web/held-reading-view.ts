import { html, nothing, type TemplateResult } from 'lit';
import type { ChatCard } from '../protocol/chat-protocol.js';
import { DECISION_ELSEWHERE_TEXT, HELD_READING_TEXT } from '../protocol/doubt-texts.js';
import { choicesView } from './choices-view.js';
import { heldReadingText } from './doubt-text.js';
import { namesView } from './names-view.js';
import { noticeView } from './notice-view.js';

type Decide = (decision: 'confirm' | 'refuse') => void;

/** A list of the messenger that is not believed: who is missing on it, and both answers where they may give one. */
export function heldReadingView(
  card: ChatCard,
  timeZone: string,
  busy: boolean,
  decide: Decide,
): TemplateResult | typeof nothing {
  const question = heldReadingText(card, timeZone, new Date());
  if (question === undefined) return nothing;
  const names = (card.reading?.missing ?? []).map(({ name }) => name);
  const { confirm, confirmHelp, refuse, refuseHelp } = HELD_READING_TEXT;
  const answers = choicesView(
    [
      { label: refuse, help: refuseHelp, choose: () => decide('refuse') },
      { label: confirm, help: confirmHelp, choose: () => decide('confirm') },
    ],
    busy,
  );
  const decided = card.may.decideReading ? answers : html`<p class="muted">${DECISION_ELSEWHERE_TEXT}</p>`;
  return noticeView({
    tone: 'warning',
    ...question,
    extra: html`${namesView(HELD_READING_TEXT.missing, names)}${decided}`,
  });
}
