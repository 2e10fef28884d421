import type { PersonChoice } from '../protocol/chat-protocol.js';
import type { ChatClient } from './chat-client.js';
import type { PersonKind } from './member-draft.js';

const FIRST_PAGE = 100;
const PAGE = 1000;

export interface PeopleFilter {
  readonly kind: PersonKind;
  readonly query: string;
  /** Empty: all classes. */
  readonly classId: string;
}

/** What was found so far. */
export interface FoundPeople {
  readonly people: readonly PersonChoice[];
  readonly complete: boolean;
}

/**
 * Finds people page by page, the first one small so that something is there at once. A new filter stops the old reading.
 */
export class PeopleReader {
  private current = 0;

  /** @param show gets everything found so far, after every page */
  constructor(
    private readonly chats: Pick<ChatClient, 'people'>,
    private readonly show: (found: FoundPeople) => void,
  ) {}

  /** @throws ApiError; not when another filter came meanwhile */
  async find({ kind, query, classId }: PeopleFilter): Promise<void> {
    this.current += 1;
    const run = this.current;
    const people: PersonChoice[] = [];
    let cursor: string | undefined;
    try {
      do {
        const limit = cursor === undefined ? FIRST_PAGE : PAGE;
        const filter = { kind, query, limit, ...(classId === '' ? {} : { classId }) };
        const page = await this.chats.people({ ...filter, ...(cursor === undefined ? {} : { cursor }) });
        if (run !== this.current) return;
        people.push(...page.items);
        cursor = page.cursor;
        this.show({ people: [...people], complete: cursor === undefined });
      } while (cursor !== undefined);
    } catch (error) {
      if (run === this.current) throw error;
    }
  }

  stop(): void {
    this.current += 1;
  }
}
