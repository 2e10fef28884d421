import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { ConferenceEntry } from '../protocol/conference-protocol.js';
import { errorText } from './api-error.js';
import { ConferenceClient } from './conference-client.js';
import { noticeView } from './notice-view.js';
import './question-element.js';
import type { WindowContext } from './window-element.js';

type Question = 'end' | 'delete';

/** «Закончить видеоконференцию» and «Удалить», each after a question, and «Начать сейчас». */
export class ConferenceActions implements ReactiveController {
  private asked: ConferenceEntry | undefined;
  private question: Question | undefined;
  private problem: { readonly title: string; readonly error: unknown } | undefined;
  private busy = false;

  /** @param changed reads the list again, without a conference that was deleted */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly context: () => WindowContext,
    private readonly changed: (deleted?: ConferenceEntry) => Promise<void>,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    return;
  }

  ask(question: Question, conference: ConferenceEntry): void {
    if (this.busy) return;
    this.asked = conference;
    this.question = question;
    this.host.requestUpdate();
  }

  start({ id, title }: ConferenceEntry): void {
    void this.act('Видеоконференция не начата', `Видеоконференция «${title}» запускается.`, (server) =>
      server.start(id),
    );
  }

  questionsView(): TemplateResult {
    const title = this.asked?.title ?? '';
    const running = this.asked?.status === 'active' || this.asked?.status === 'starting';
    const lost = running ? 'Она идёт и завершится для всех участников. ' : '';
    return html`
      <sferum-question
        header="Закончить видеоконференцию?"
        .opened=${this.question === 'end'}
        @answered=${this.endAnswered}
      >
        «${title}» завершится для всех участников. Подключиться к ней снова будет нельзя.
      </sferum-question>
      <sferum-question
        header="Удалить видеоконференцию?"
        danger
        .opened=${this.question === 'delete'}
        @answered=${this.deleteAnswered}
      >
        ${lost}«${title}» исчезнет из реестра. Вернуть её будет нельзя.
      </sferum-question>
    `;
  }

  problemView(): TemplateResult | typeof nothing {
    const { problem } = this;
    if (problem === undefined) return nothing;
    return noticeView({ tone: 'error', title: problem.title, text: errorText(problem.error) });
  }

  private readonly endAnswered = (event: CustomEvent<boolean>): void => {
    const conference = this.close();
    if (!event.detail || conference === undefined) return;
    const { id, title } = conference;
    void this.act('Видеоконференция не завершена', `Видеоконференция «${title}» завершается.`, (server) =>
      server.end(id),
    );
  };

  private readonly deleteAnswered = (event: CustomEvent<boolean>): void => {
    const conference = this.close();
    if (!event.detail || conference === undefined) return;
    const { id, title } = conference;
    void this.act(
      'Видеоконференция не удалена',
      `Видеоконференция «${title}» удалена.`,
      (server) => server.delete(id),
      conference,
    );
  };

  private close(): ConferenceEntry | undefined {
    this.question = undefined;
    this.host.requestUpdate();
    return this.asked;
  }

  private async act(
    failure: string,
    done: string,
    action: (server: ConferenceClient) => Promise<unknown>,
    deleted?: ConferenceEntry,
  ): Promise<void> {
    if (this.busy) return;
    const { api, hostWindow } = this.context();
    this.busy = true;
    this.problem = undefined;
    try {
      await action(new ConferenceClient(api));
      hostWindow.notify('success', done);
      await this.changed(deleted);
    } catch (error) {
      this.problem = { title: failure, error };
    } finally {
      this.busy = false;
      this.host.requestUpdate();
    }
  }
}
