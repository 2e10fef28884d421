/** A part of a long list, as the server gives it. */
export interface Page<T> {
  readonly total: number;
  readonly items: readonly T[];
}

/**
 * Pages of one list (one filter, one order) that were read already. A refresh reads the pages in sight behind the scenes and
 * then puts them all in place at once, so that rows on the screen never blink.
 */
export class PageCache<T> {
  private pages = new Map<number, readonly T[]>();
  private pending = new Map<number, Promise<Page<T>>>();
  private known: number | undefined;

  /** @param load reads `limit` items from `offset` */
  constructor(
    private readonly load: (offset: number, limit: number) => Promise<Page<T>>,
    readonly pageSize: number,
  ) {}

  /** Length of the whole list; undefined before the first page. */
  get total(): number | undefined {
    return this.known;
  }

  get(page: number): readonly T[] | undefined {
    return this.pages.get(page);
  }

  /** Reads one page; a page that is being read already is not asked for twice. */
  async read(page: number): Promise<Page<T>> {
    const running = this.pending.get(page);
    if (running !== undefined) return running;
    const reading = this.load(page * this.pageSize, this.pageSize);
    this.pending.set(page, reading);
    try {
      const result = await reading;
      this.keep(page, result);
      return result;
    } finally {
      if (this.pending.get(page) === reading) this.pending.delete(page);
    }
  }

  /** Reads these pages again and forgets all others. When one fails, everything stays as it was. */
  async refresh(pages: readonly number[]): Promise<void> {
    const wanted = pages.length === 0 ? [0] : pages;
    this.pending = new Map();
    const fresh = await Promise.all(
      wanted.map(async (page) => ({ page, result: await this.load(page * this.pageSize, this.pageSize) })),
    );
    this.pages = new Map();
    for (const { page, result } of fresh) this.keep(page, result);
  }

  private keep(page: number, result: Page<T>): void {
    this.known = result.total;
    this.pages.set(page, result.items);
  }
}
