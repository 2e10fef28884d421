import type { Page, PageRequest } from '../../src/host/host-directory.js';

/** A page of a set in memory; the cursor is the place of its first item. */
export function pageOf<T>(items: readonly T[], { cursor, limit }: PageRequest): Page<T> {
  const from = Number(cursor ?? 0);
  const to = from + limit;
  return { items: items.slice(from, to), ...(to < items.length ? { cursor: String(to) } : {}) };
}
