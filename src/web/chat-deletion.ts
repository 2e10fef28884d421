import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import '@vaadin/button';
import type { ChatCard, ChatEntry } from '../protocol/chat-protocol.js';
import { errorText } from './api-error.js';
import { ChatClient } from './chat-client.js';
import { noticeView } from './notice-view.js';
import './question-element.js';
import { clockText } from './time-text.js';
import type { WindowContext } from './window-element.js';

/** Deletes a chat after a question, and offers «Вернуть» as long as nothing happened on the messenger's side. */
export class ChatDeletion implements ReactiveController {
  private asked: ChatEntry | undefined;
  private opened = false;
  private deleted: ChatEntry | undefined;
  private problem: { readonly title: string; readonly error: unknown } | undefined;
  private busy = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param changed reads the list again */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly context: () => WindowContext,
    private readonly changed: () => Promise<void>,
  ) {
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
  }

  ask(chat: ChatEntry): void {
    if (this.busy) return;
    this.asked = chat;
    this.opened = true;
    this.host.requestUpdate();
  }

  questionView(): TemplateResult {
    return html`
      <sferum-question
        header="Удалить чат «${this.asked?.title ?? ''}»?"
        danger
        .opened=${this.opened}
        @answered=${this.answered}
      >
        В Сферуме из чата будут выведены все участники (${this.asked?.members ?? 0}), затем чат закроется. Переписка
        останется у тех, кто в нём был. Минуту после удаления чат можно вернуть.
      </sferum-question>
    `;
  }

  noticeView(): TemplateResult | typeof nothing {
    const { deleted, problem } = this;
    if (problem !== undefined)
      return noticeView({ tone: 'error', title: problem.title, text: errorText(problem.error) });
    if (deleted?.restorableUntil === undefined) return nothing;
    const until = clockText(deleted.restorableUntil, this.context().session.organization.timeZone);
    const extra = html`<vaadin-button ?disabled=${this.busy} @click=${this.restore}>Вернуть</vaadin-button>`;
    const text = `Участники ещё в чате Сферума. Вернуть чат можно до ${until}.`;
    return noticeView({ tone: 'info', title: `Чат «${deleted.title}» удаляется`, text, extra });
  }

  private readonly answered = (event: CustomEvent<boolean>): void => {
    this.opened = false;
    this.host.requestUpdate();
    const chat = this.asked;
    if (event.detail && chat !== undefined)
      void this.act('Чат не удалён', async (chats) => this.offer((await chats.delete(chat.id)).chat));
  };

  private readonly restore = (): void => {
    const chat = this.deleted;
    if (chat === undefined) return;
    void this.act('Чат не возвращён', async (chats) => {
      const card: ChatCard = await chats.restore(chat.id);
      this.offer(undefined);
      this.context().hostWindow.notify('success', `Чат «${card.chat.title}» возвращён.`);
    });
  };

  private async act(failure: string, action: (chats: ChatClient) => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = undefined;
    this.host.requestUpdate();
    try {
      await action(new ChatClient(this.context().api));
      await this.changed();
    } catch (error) {
      this.deleted = undefined;
      this.problem = { title: failure, error };
    } finally {
      this.busy = false;
      this.host.requestUpdate();
    }
  }

  /** @param chat that can be restored; undefined: nothing to offer any more */
  private offer(chat: ChatEntry | undefined): void {
    clearTimeout(this.timer);
    this.deleted = chat;
    if (chat?.restorableUntil === undefined) return;
    const left = Date.parse(chat.restorableUntil) - Date.now();
    this.timer = setTimeout(
      () => {
        this.deleted = undefined;
        this.host.requestUpdate();
      },
      Math.max(0, left),
    );
  }
}
