import { LitElement, type CSSResultGroup, type PropertyValues } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { LinkView, SessionView } from '../protocol/protocol.js';
import { ApiClient } from './api-client.js';
import { errorText, isRefusal } from './api-error.js';
import { sharedChangeFeed, type ChangeTopic } from './change-feed.js';
import { CoalescedRun } from './coalesced-run.js';
import type { HostWindow, HostWindowElementProperties } from './host-window.js';
import { noticeStyles } from './notice-view.js';
import { themeStyles } from './theme-styles.js';

/** Below this width tables become lists. */
const NARROW_PX = 640;
/** Below this width tables leave out what a row's name says anyway. */
const MEDIUM_PX = 1080;
const REFRESH_PAUSE_MS = 700;
/** The second click of a double click that opened this window falls into it, and would select its text. */
const DOUBLE_CLICK_MS = 600;

/** What parts of a window need from it. */
export interface WindowContext {
  readonly api: ApiClient;
  readonly session: SessionView;
  readonly hostWindow: HostWindow;
  /** One column of several lines instead of a table. */
  readonly narrow: boolean;
  /** A table with fewer columns. */
  readonly medium: boolean;
}

/** Base of the plugin's windows: properties from the host, session, live notices, width. */
export abstract class WindowElement extends LitElement implements HostWindowElementProperties {
  static override styles: CSSResultGroup = [themeStyles, noticeStyles];

  @property({ attribute: false }) baseUrl = '';
  @property({ attribute: false }) params: Readonly<Record<string, string>> = {};
  @property({ attribute: false }) hostWindow!: HostWindow;

  @state() protected context: WindowContext | undefined;
  /** Why the window has nothing to show. */
  @state() protected failure: unknown;

  protected api = new ApiClient('');
  private readonly due = new Set<ChangeTopic>();
  private readonly refreshing = new CoalescedRun(() => this.refreshDue(), REFRESH_PAUSE_MS);
  private readonly width = new ResizeObserver(() => this.measure());
  private started = Promise.resolve();
  private unsubscribe: (() => void) | undefined;
  private selectableTimer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.style.userSelect = 'none';
    this.selectableTimer = window.setTimeout(() => (this.style.userSelect = ''), DOUBLE_CLICK_MS);
    this.api = new ApiClient(this.baseUrl);
    this.width.observe(this);
    this.unsubscribe = sharedChangeFeed(this.baseUrl).subscribe((topics) => this.requestRefresh(topics));
    void this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unsubscribe?.();
    this.width.disconnect();
  }

  /** The host brings an open window to the front with other parameters. */
  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get('params') !== undefined && this.context !== undefined) void this.start();
  }

  /**
   * Reads the session and what the window shows; also the way back from a failure.
   * One after another: what a notice starts while the window still opens would replace what was typed meanwhile.
   */
  protected start(): Promise<void> {
    this.started = this.started.then(() => this.startNow());
    return this.started;
  }

  private async startNow(): Promise<void> {
    try {
      this.failure = undefined;
      await this.readSession();
      await this.updateComplete;
      await this.load();
    } catch (error) {
      this.failure = error;
    }
  }

  protected readonly retry = (): void => void this.start();

  protected requestRefresh(topics: readonly ChangeTopic[]): void {
    for (const topic of topics) this.due.add(topic);
    this.refreshing.request();
  }

  protected async readSession(): Promise<SessionView> {
    const session = await this.api.session();
    this.context = { api: this.api, session, hostWindow: this.hostWindow, ...this.widthNow() };
    return session;
  }

  /** What an action on the link answered; no need to ask again. */
  protected showLink(link: LinkView): void {
    if (this.context !== undefined) this.context = { ...this.context, session: { ...this.context.session, link } };
  }

  /** First reading of what this window shows; the session is there. */
  protected abstract load(): Promise<void>;

  /** Reads again what changed; keeps selection and scroll. */
  protected abstract refresh(topics: ReadonlySet<ChangeTopic>): Promise<void>;

  private async refreshDue(): Promise<void> {
    const topics = new Set(this.due);
    this.due.clear();
    if (!this.isConnected) return;
    if (this.context === undefined || this.failure !== undefined) return this.start();
    try {
      if (topics.has('link') || topics.has('rights')) {
        const { link } = this.context.session;
        const read = await this.readSession();
        // The shortcuts follow the link also when it broke elsewhere.
        if (topics.has('rights') || read.link.state !== link.state) this.hostWindow.refreshDesktop();
      }
      await this.refresh(topics);
    } catch (error) {
      // Otherwise what is on the screen stays; the connection's return announces everything again.
      if (isRefusal(error)) this.failure = error;
      else this.hostWindow.notify('warning', `Данные не обновлены. ${errorText(error)}`);
    }
  }

  private widthNow(): Pick<WindowContext, 'narrow' | 'medium'> {
    const width = this.clientWidth;
    return { narrow: width > 0 && width < NARROW_PX, medium: width >= NARROW_PX && width < MEDIUM_PX };
  }

  private measure(): void {
    const { narrow, medium } = this.widthNow();
    const { context } = this;
    if (context === undefined || (context.narrow === narrow && context.medium === medium)) return;
    this.context = { ...context, narrow, medium };
  }
}
