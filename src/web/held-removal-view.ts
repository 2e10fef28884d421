import { html, nothing, type TemplateResult } from 'lit';
import '@vaadin/button';
import type { ChatCard } from '../protocol/chat-protocol.js';
import { namesView } from './names-view.js';
import { noticeView } from './notice-view.js';

type Decide = (decision: 'confirm' | 'refuse', personIds: readonly string[]) => void;

/** A large removal that waits for a person: who would leave, and both answers where they may give one. */
export function heldRemovalView(card: ChatCard, busy: boolean, decide: Decide): TemplateResult | typeof nothing {
  const held = card.members.filter(({ removalHeld }) => removalHeld);
  if (held.length === 0) return nothing;
  const ids = held.map(({ personId }) => personId);
  const answers = html`
    <div class="row">
      <vaadin-button ?disabled=${busy} @click=${() => decide('refuse', ids)}>Оставить в чате</vaadin-button>
      <vaadin-button theme="danger" ?disabled=${busy} @click=${() => decide('confirm', ids)}
        >Удалить из чата (${held.length})</vaadin-button
      >
    </div>
  `;
  const list = namesView(
    'Кого удалит',
    held.map(({ name }) => name),
  );
  return noticeView({
    tone: 'warning',
    title: 'Удаление участников ждёт решения',
    text: 'Из чата пропало бы больше половины участников. Проверьте состав в «Электронной школе», затем решите.',
    extra: html`${card.may.decideRemovals ? answers : nothing}${list}`,
  });
}
