import type { ChatCard, ChatEntry } from '../../src/protocol/chat-protocol.js';
import type { ConferenceEntry } from '../../src/protocol/conference-protocol.js';
import type { Progress } from '../../src/protocol/protocol.js';
import type { SynchronizationState } from '../../src/protocol/synchronization-protocol.js';
import type { OutsideHost } from './host/outside-host.js';
import { must } from './host/outside-host-school.js';
import type { HttpAnswer } from './host/plugin-process-messages.js';

/** What a person does in the plugin's windows, by their HTTP API. */
export class LifeWindows {
  /** Answers that no window should ever get. */
  readonly failures: string[] = [];

  constructor(private readonly host: OutsideHost) {}

  async send(
    organizationId: string,
    personId: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<HttpAnswer> {
    const answer = await this.host.request(this.host.session(organizationId, personId), method, path, body);
    if (answer.status >= 500) {
      this.failures.push(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
    }
    return answer;
  }

  /** In the name of the head of the school, who has all rights there. */
  async asHead(organizationId: string, method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    return this.send(organizationId, this.headOf(organizationId), method, path, body);
  }

  headOf(organizationId: string): string {
    const heads = this.host.school.employeesOf(organizationId);
    return must(
      heads.find(({ positionTypes }) => positionTypes.includes('administration')),
      'head',
    ).personId;
  }

  async chats(organizationId: string): Promise<readonly ChatEntry[]> {
    const { status, body } = await this.asHead(organizationId, 'GET', '/api/chats?limit=500');
    return status === 200 ? (body as { items: ChatEntry[] }).items : [];
  }

  async card(organizationId: string, chatId: string): Promise<ChatCard | undefined> {
    const { status, body } = await this.asHead(organizationId, 'GET', `/api/chats/${chatId}`);
    return status === 200 ? (body as ChatCard) : undefined;
  }

  async progress(organizationId: string): Promise<Progress | undefined> {
    const { status, body } = await this.asHead(organizationId, 'GET', '/api/progress');
    return status === 200 ? (body as Progress) : undefined;
  }

  async synchronization(organizationId: string): Promise<SynchronizationState | undefined> {
    const { status, body } = await this.asHead(organizationId, 'GET', '/api/synchronization');
    return status === 200 ? (body as SynchronizationState) : undefined;
  }

  async conferences(organizationId: string): Promise<readonly ConferenceEntry[]> {
    const { status, body } = await this.asHead(organizationId, 'GET', '/api/conferences?limit=500');
    return status === 200 ? (body as { items: ConferenceEntry[] }).items : [];
  }

  /** The one open chat of a kind and class; absent while there is none, or more than one of the name. */
  async chatOf(organizationId: string, kind: ChatEntry['kind'], source?: string): Promise<ChatEntry | undefined> {
    const fitting = (await this.chats(organizationId)).filter(
      (chat) => chat.kind === kind && (source === undefined || chat.source === source),
    );
    return fitting.length === 1 ? fitting[0] : undefined;
  }
}
