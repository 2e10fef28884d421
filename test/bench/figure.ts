import type { BenchStage } from './bench-stage.js';

/** What a figure is held to. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 's' | 'MB' | 'kB' | '×' | '/s' | '%' | 'lives';
  /** `below` and `at-most` for costs, `at-least` for gains. */
  readonly target: { readonly bound: 'below' | 'at-most' | 'at-least'; readonly value: number };
}

export interface Measurement {
  readonly value: number;
  /** What the same would take if the plugin itself cost nothing, in the figure's unit; absent: nothing to compare with. */
  readonly floor?: number;
  /** Conditions and particulars, one line. */
  readonly note: string;
}

/** Measures one figure, or several that come out of one run. */
export interface Bench {
  readonly figures: readonly Figure[];
  /** The run is given up after this. */
  readonly limitMs: number;
  /** @returns a measurement for the name of every figure */
  measure(stage: BenchStage): Promise<Readonly<Record<string, Measurement>>>;
}

export function meets({ target: { bound, value: wanted } }: Figure, value: number): boolean {
  if (bound === 'at-least') return value >= wanted;
  return bound === 'below' ? value < wanted : value <= wanted;
}
