/**
 * Runs a task at most once at a time and not more often than every `pauseMs`; requests meanwhile become one more run.
 * A burst of notices costs two reads, not a hundred.
 */
export class CoalescedRun {
  private running = false;
  private again = false;

  /** @param pause resolves after so many milliseconds */
  constructor(
    private readonly task: () => Promise<void>,
    private readonly pauseMs: number,
    private readonly pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  request(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    void this.drain();
  }

  private async drain(): Promise<void> {
    try {
      do {
        this.again = false;
        await this.task();
        await this.pause(this.pauseMs);
      } while (this.again);
    } finally {
      this.running = false;
    }
  }
}
