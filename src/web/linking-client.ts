import type {
  AccountLinkView,
  LinkList,
  LinkListQuery,
  LinkSummary,
  ReminderResult,
  UnlinkConsequences,
  UnlinkResult,
} from '../protocol/account-protocol.js';
import { queryText, type ApiClient } from './api-client.js';

const AT_ONCE = 1000;

/** What may be left open of a list's filter. */
export type LinkFilter = Pick<LinkListQuery, 'role' | 'classId' | 'state' | 'query'>;

/** Account links, own and of others. Every method throws ApiError. */
export class LinkingClient {
  constructor(
    private readonly api: ApiClient,
    private readonly baseUrl: string,
  ) {}

  /** @param candidateId of the profile that the person saw */
  confirm(candidateId: string | undefined): Promise<AccountLinkView> {
    return this.api.request('POST', '/api/link/confirm', candidateId === undefined ? {} : { candidateId });
  }

  consequences(): Promise<UnlinkConsequences> {
    return this.api.request('GET', '/api/link/consequences');
  }

  /** @param accepted the person knows what stops */
  unlink(accepted: boolean): Promise<UnlinkResult> {
    return this.api.request('POST', '/api/link/unlink', { accepted });
  }

  reminderSeen(): Promise<object> {
    return this.api.request('POST', '/api/link/reminder/seen');
  }

  list(query: LinkListQuery): Promise<LinkList> {
    return this.api.request('GET', `/api/links${queryText(query)}`);
  }

  summary(): Promise<LinkSummary> {
    return this.api.request('GET', '/api/links/summary');
  }

  /** Everybody that fits the filter and may be reminded now. */
  async remindable(filter: LinkFilter): Promise<string[]> {
    const ids = new Set<string>();
    for (let offset = 0; ; offset += AT_ONCE) {
      const { total, items } = await this.list({ ...filter, offset, limit: AT_ONCE });
      for (const row of items) if (row.canRemind) ids.add(row.personId);
      if (offset + AT_ONCE >= total) return [...ids];
    }
  }

  async remind(personIds: readonly string[]): Promise<ReminderResult> {
    const sum = { reminded: 0, skipped: 0 };
    for (let from = 0; from < personIds.length; from += AT_ONCE) {
      const some = { personIds: personIds.slice(from, from + AT_ONCE) };
      const { reminded, skipped } = await this.api.request<ReminderResult>('POST', '/api/links/remind', some);
      sum.reminded += reminded;
      sum.skipped += skipped;
    }
    return sum;
  }

  /** Address of the list as a page for paper. */
  printUrl(filter: LinkFilter): string {
    return `${this.baseUrl}/api/links/print${queryText(filter)}`;
  }
}
