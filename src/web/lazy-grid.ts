import type { Grid, GridDataProviderCallback, GridDataProviderParams, GridSorterDefinition } from '@vaadin/grid';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { isRefusal } from './api-error.js';
import { PageCache, type Page } from './page-cache.js';

const PAGE_SIZE = 100;

/** Reads a part of the list in the order that the person chose. */
export type PageReader<T> = (
  offset: number,
  limit: number,
  order: GridSorterDefinition | undefined,
) => Promise<Page<T>>;

/** Feeds a grid page by page, and refreshes what is in sight without a blink. */
export class LazyGrid<T> implements ReactiveController {
  readonly pageSize = PAGE_SIZE;
  /** Why there is nothing to show. */
  error: unknown;
  private orderKey = '';
  private cache: PageCache<T>;

  /** @param grid the grid once it is rendered; its rows carry `data-row` with their index */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly grid: () => Grid<T> | null,
    private readonly read: PageReader<T>,
    /** The order in which the server answers when none is asked for: the grid names it a moment after its first page. */
    private readonly initialOrder?: GridSorterDefinition,
  ) {
    host.addController(this);
    this.cache = this.newCache(undefined);
  }

  hostConnected(): void {
    return;
  }

  get total(): number | undefined {
    return this.cache.total;
  }

  readonly dataProvider = (params: GridDataProviderParams<T>, callback: GridDataProviderCallback<T>): void => {
    const order = params.sortOrders[0] ?? this.initialOrder;
    const key = JSON.stringify(order ?? null);
    if (key !== this.orderKey) {
      this.orderKey = key;
      this.cache = this.newCache(order);
      // Another order or filter starts from its first row; the grid is in the middle of its own work now.
      queueMicrotask(() => this.grid()?.scrollToIndex(0));
    }
    const ready = this.cache.get(params.page);
    if (ready === undefined) void this.readPage(params.page, callback);
    else callback([...ready], this.cache.total);
  };

  /** The filter changed: everything from the top. */
  readonly reset = (): void => {
    this.orderKey = '';
    this.error = undefined;
    this.host.requestUpdate();
    this.grid()?.clearCache();
  };

  /** Reads the rows in sight again; a refusal empties the list. @throws ApiError on other failures; then everything stays */
  async refresh(): Promise<void> {
    if (this.error !== undefined) return this.reset();
    const cache = this.cache;
    try {
      await cache.refresh(this.pagesInSight());
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.error = error;
    }
    if (cache !== this.cache) return;
    this.grid()?.clearCache();
    this.host.requestUpdate();
  }

  private newCache(order: GridSorterDefinition | undefined): PageCache<T> {
    return new PageCache((offset, limit) => this.read(offset, limit, order), PAGE_SIZE);
  }

  private async readPage(page: number, callback: GridDataProviderCallback<T>): Promise<void> {
    const cache = this.cache;
    try {
      const { items, total } = await cache.read(page);
      if (cache !== this.cache) return;
      this.hand([...items], total, callback);
    } catch (error) {
      if (cache !== this.cache) return;
      this.error = error;
      this.hand([], 0, callback);
    }
    this.host.requestUpdate();
  }

  private hand(items: T[], total: number, callback: GridDataProviderCallback<T>): void {
    callback(items, total);
    // An empty list leaves the grid without a size, and it complains.
    const grid = this.grid();
    if (grid !== null) grid.size = total;
  }

  private pagesInSight(): number[] {
    const grid = this.grid();
    if (grid === null) return [0];
    const frame = grid.getBoundingClientRect();
    const pages = new Set<number>();
    for (const cell of grid.querySelectorAll<HTMLElement>('[data-row]')) {
      const box = cell.getBoundingClientRect();
      const inSight = box.height > 0 && box.bottom >= frame.top && box.top <= frame.bottom;
      if (inSight) pages.add(Math.floor(Number(cell.dataset['row']) / PAGE_SIZE));
    }
    return [...pages];
  }
}
