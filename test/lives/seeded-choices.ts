/** Choices that come out the same for the same seed; each part of a life draws from a branch of its own. */
export class SeededChoices {
  private state: number;

  constructor(private readonly seed: string) {
    this.state = hash(seed);
  }

  /** A generator of its own: what one part draws does not move what another part draws. */
  branch(name: string): SeededChoices {
    return new SeededChoices(`${this.seed}/${name}`);
  }

  /** In `[0, 1)`. */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Both bounds included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** @throws when there is nothing to choose from */
  oneOf<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: this.fraction() }))
      .sort((left, right) => left.at - right.at)
      .map(({ item }) => item);
  }

  /** `weights`: how often each is chosen, relative to the others. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const names = Object.keys(weights) as T[];
    const total = names.reduce((sum, name) => sum + weights[name], 0);
    let at = this.fraction() * total;
    for (const name of names) {
      at -= weights[name];
      if (at < 0) return name;
    }
    return this.oneOf(names);
  }
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  return value >>> 0;
}
