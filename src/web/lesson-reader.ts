import type { ConferenceLessonChoice, ConferenceLessonQuery } from '../protocol/conference-protocol.js';
import type { ConferenceClient } from './conference-client.js';

const PAGE = 500;

/** What was found so far. */
export interface FoundLessons {
  readonly lessons: readonly ConferenceLessonChoice[];
  readonly complete: boolean;
}

/** Reads the lessons of one day page by page. A new filter stops the old reading. */
export class LessonReader {
  private current = 0;

  /** @param show gets everything found so far, after every page */
  constructor(
    private readonly conferences: Pick<ConferenceClient, 'lessons'>,
    private readonly show: (found: FoundLessons) => void,
  ) {}

  /** @throws ApiError; not when another filter came meanwhile */
  async find(filter: Pick<ConferenceLessonQuery, 'date' | 'query' | 'chatId'>): Promise<void> {
    this.current += 1;
    const run = this.current;
    const lessons: ConferenceLessonChoice[] = [];
    try {
      for (let complete = false; !complete;) {
        const page = await this.conferences.lessons({ ...filter, offset: lessons.length, limit: PAGE });
        if (run !== this.current) return;
        lessons.push(...page.items);
        complete = page.items.length === 0 || lessons.length >= page.total;
        this.show({ lessons: [...lessons], complete });
      }
    } catch (error) {
      if (run === this.current) throw error;
    }
  }

  stop(): void {
    this.current += 1;
  }
}
