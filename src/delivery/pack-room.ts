/** After so many full packs in a row a larger one is tried again. */
const FULL_PACKS = 4;

/** How many calls travel in one request: halved when a request is refused as a whole, doubled when small ones are taken. */
export class PackRoom {
  private size: number;
  /** Full packs in a row that were not refused as a whole. */
  private fullPacks = 0;

  /**
   * @param most as many as the messenger takes
   * @param known as many as it took lately; undefined: nothing is known
   */
  constructor(
    private readonly most: number,
    known: number | undefined,
  ) {
    this.size = Math.min(most, Math.max(1, known ?? most));
  }

  get calls(): number {
    return this.size;
  }

  /** What is worth remembering; undefined: as many as the messenger takes. */
  get known(): number | undefined {
    return this.size < this.most ? this.size : undefined;
  }

  /** One call that no request could carry does not make a whole filling go one by one. */
  taken(calls: number): void {
    if (this.size >= this.most || calls < this.size) return;
    this.fullPacks += 1;
    if (this.fullPacks < FULL_PACKS) return;
    this.fullPacks = 0;
    this.size = Math.min(this.most, this.size * 2);
  }

  refused(calls: number): void {
    this.fullPacks = 0;
    this.size = Math.max(1, Math.floor(calls / 2));
  }
}
