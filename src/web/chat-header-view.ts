import { css, html, nothing, type TemplateResult } from 'lit';
import '@vaadin/button';
import type { ChatCard, ChatEntry } from '../protocol/chat-protocol.js';
import { CHAT_CHECKING_TEXT } from '../protocol/doubt-texts.js';
import { CHAT_KIND_TITLE } from '../protocol/texts.js';
import { noticeView } from './notice-view.js';
import { countText, MEMBER_FORMS, numberText } from './plural-text.js';
import { chatStateView, kindMark } from './state-view.js';
import { ageText, momentText } from './time-text.js';
import type { WindowContext } from './window-element.js';

export interface ChatHeaderActions {
  readonly retry: () => void;
  readonly synchronize: () => void;
}

export const chatHeaderStyles = css`
  header {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 12px;
    align-items: center;
  }

  header .kind {
    width: 40px;
    height: 40px;
    border-radius: 10px;
  }

  header .kind svg.icon {
    width: 22px;
    height: 22px;
  }

  header h2:focus {
    outline: none;
  }

  header .words {
    flex: 1 1 220px;
    min-width: 0;
  }
`;

/** Which chat it is, how it stands, and what can be done with it as a whole. */
export function chatHeaderView(
  { chat, may, reading, candidates }: ChatCard,
  { session, hostWindow }: WindowContext,
  busy: boolean,
  { retry, synchronize }: ChatHeaderActions,
): TemplateResult {
  const { openUrl } = chat;
  const edit = (): void => hostWindow.openWindow('sferum.chat-editor', { chatId: chat.id });
  // A list that is not believed has its own answers.
  const stuck = chat.failed > 0 || (chat.problem?.nextAttemptAt !== undefined && reading === undefined);
  const kind = CHAT_KIND_TITLE[chat.kind];
  return html`
    <header>
      ${kindMark(chat.kind)}
      <div class="words">
        <h2 tabindex="-1">${chat.title}</h2>
        <div class="muted">${chat.source === undefined ? kind : `${kind} · ${chat.source}`} · ${countsText(chat)}</div>
      </div>
      <span class="cell">
        ${chatStateView(chat.state)} ${chat.checking ? checkingView() : ageView(chat, session.organization.timeZone)}
      </span>
      ${may.edit ? html`<vaadin-button @click=${edit}>Изменить</vaadin-button>` : nothing}
      ${
        may.retry && stuck
          ? html`<vaadin-button ?disabled=${busy} @click=${retry}>Повторить сейчас</vaadin-button>`
          : nothing
      }
      ${
        may.retry && candidates === undefined
          ? html`<vaadin-button ?disabled=${busy} @click=${synchronize}>Синхронизировать</vaadin-button>`
          : nothing
      }
      ${
        openUrl === undefined
          ? nothing
          : html`<vaadin-button theme="primary" @click=${() => hostWindow.openLink(openUrl)}
              >Открыть в Сферуме</vaadin-button
            >`
      }
    </header>
  `;
}

function checkingView(): TemplateResult {
  return html`<span class="small muted" title=${CHAT_CHECKING_TEXT.help}>${CHAT_CHECKING_TEXT.brief}</span>`;
}

function ageView({ stateAt }: ChatEntry, timeZone: string): TemplateResult {
  return html`<span class="small muted">${ageText(stateAt, timeZone, new Date())}</span>`;
}

/** Why the chat does not get on, and when it is tried again. */
export function chatProblemView(
  { problem }: ChatEntry,
  { session }: WindowContext,
  extra?: TemplateResult,
): TemplateResult | typeof nothing {
  if (problem === undefined) return nothing;
  const { nextAttemptAt } = problem;
  const zone = session.organization.timeZone;
  const next =
    nextAttemptAt === undefined ? undefined : `Следующая попытка: ${momentText(nextAttemptAt, zone, new Date())}.`;
  return noticeView({ tone: 'error', title: problem.text, text: next, ...(extra && { extra }) });
}

function countsText(chat: ChatEntry): string {
  const parts = [countText(chat.members, MEMBER_FORMS), `в чате ${numberText(chat.present)}`];
  if (chat.waiting > 0) parts.push(`ждут привязки ${numberText(chat.waiting)}`);
  if (chat.failed > 0) parts.push(`с ошибкой ${numberText(chat.failed)}`);
  return parts.join(' · ');
}
