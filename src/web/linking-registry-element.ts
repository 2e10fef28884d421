import { css, html, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { LinkSummary } from '../protocol/account-protocol.js';
import type { ChangeTopic } from './change-feed.js';
import { LinkingClient } from './linking-client.js';
import { classesView, countsStyles, countsView } from './linking-counts-view.js';
import './linking-people-element.js';
import type { LinkingPeopleElement } from './linking-people-element.js';
import { listStyles } from './list-styles.js';
import { failureView } from './notice-view.js';
import { tabStripStyles, tabStripView } from './tab-strip-view.js';
import { WindowElement } from './window-element.js';

const TABS = [
  { id: 'people', title: 'Люди' },
  { id: 'classes', title: 'По классам' },
];

/** Window «Привязки учётных записей»: who has linked a VK ID profile, of the school or of one's own class. */
@customElement('sferum-links')
export class LinkingRegistryElement extends WindowElement {
  static override styles = [
    WindowElement.styles,
    tabStripStyles,
    listStyles,
    countsStyles,
    css`
      :host {
        height: 100%;
        min-height: 420px;
        padding: 4px 16px 16px;
      }

      .panel {
        display: flex;
        flex-direction: column;
        flex: 1 1 auto;
        min-height: 0;
      }
    `,
  ];

  @state() private tab = 0;
  @state() private summary: LinkSummary | undefined;
  @query('sferum-linking-people') private readonly people!: LinkingPeopleElement | null;

  private get client(): LinkingClient {
    return new LinkingClient(this.api, this.baseUrl);
  }

  protected async load(): Promise<void> {
    this.summary = await this.client.summary();
  }

  protected async refresh(topics: ReadonlySet<ChangeTopic>): Promise<void> {
    if (!topics.has('link') && !topics.has('rights')) return;
    this.summary = await this.client.summary();
    await this.people?.refresh();
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Окно не открылось', this.failure, this.retry);
    const { context, summary } = this;
    if (context === undefined || summary === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    return html`
      ${tabStripView({ label: 'Привязки', tabs: TABS, selected: this.tab, select: this.selectTab })}
      ${countsView(summary)}
      <div class="panel" role="tabpanel" aria-labelledby="tab-people" ?hidden=${this.tab !== 0}>
        <sferum-linking-people .context=${context} .client=${this.client} .summary=${summary}></sferum-linking-people>
      </div>
      <div class="panel" role="tabpanel" aria-labelledby="tab-classes" ?hidden=${this.tab !== 1}>
        ${classesView(summary, this.openClass)}
      </div>
    `;
  }

  private readonly selectTab = (index: number): void => {
    this.tab = index;
  };

  private readonly openClass = (classId: string): void => {
    this.tab = 0;
    this.people?.showClass(classId);
  };
}
