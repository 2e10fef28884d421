import type { ChangeNotice } from '../protocol/protocol.js';

export type ChangeTopic = ChangeNotice['topics'][number];
type Listener = (topics: readonly ChangeTopic[]) => void;

const ALL_TOPICS: readonly ChangeTopic[] = ['chats', 'progress', 'conferences', 'link', 'rights'];
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;

/** Live notices of what to read again. After a broken connection every topic is announced once. */
export class ChangeFeed {
  private readonly listeners = new Set<Listener>();
  private source: EventSource | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private retryMs = FIRST_RETRY_MS;
  private interrupted = false;

  /** @param url address of the server-sent events */
  constructor(private readonly url: string) {}

  /** @returns ends the subscription; the last one closes the connection */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.open();
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0) this.close();
    };
  }

  private open(): void {
    const source = new EventSource(this.url);
    this.source = source;
    source.onopen = () => this.opened();
    source.onmessage = (event: MessageEvent<string>) => this.received(event.data);
    source.onerror = () => this.failed(source);
  }

  private close(): void {
    clearTimeout(this.retryTimer);
    this.source?.close();
    this.source = undefined;
    this.interrupted = false;
  }

  private opened(): void {
    this.retryMs = FIRST_RETRY_MS;
    if (!this.interrupted) return;
    this.interrupted = false;
    this.announce(ALL_TOPICS);
  }

  private received(data: string): void {
    const notice = JSON.parse(data) as ChangeNotice;
    this.announce(notice.topics);
  }

  /** The browser retries a lost connection by itself, but gives up for good when the server refuses it. */
  private failed(source: EventSource): void {
    this.interrupted = true;
    if (source.readyState !== EventSource.CLOSED || source !== this.source) return;
    this.retryTimer = setTimeout(() => this.open(), this.retryMs);
    this.retryMs = Math.min(LAST_RETRY_MS, this.retryMs * 2);
  }

  private announce(topics: readonly ChangeTopic[]): void {
    for (const listener of [...this.listeners]) listener(topics);
  }
}

const feeds = new Map<string, ChangeFeed>();

/** One connection for all windows of a page: browsers allow six to a site, and open windows would use them up. */
export function sharedChangeFeed(baseUrl: string): ChangeFeed {
  const known = feeds.get(baseUrl);
  if (known !== undefined) return known;
  const feed = new ChangeFeed(`${baseUrl}/api/events`);
  feeds.set(baseUrl, feed);
  return feed;
}
