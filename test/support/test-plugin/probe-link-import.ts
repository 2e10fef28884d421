import type {
  AccountLinkImport,
  AccountLinkImportResult,
  KnownAccountLink,
} from '../../../src/host/account-link-import.js';

/** Keeps what the host handed over. */
export class ProbeLinkImport implements AccountLinkImport {
  readonly links: KnownAccountLink[] = [];

  async import(links: readonly KnownAccountLink[]): Promise<AccountLinkImportResult> {
    this.links.push(...links);
    return { linked: links.length, refused: [] };
  }
}
