import type { Life } from '../life.js';

/** A step that was drawn: what it will do, in words, and the doing. */
export interface DrawnStep {
  readonly text: string;
  take(): Promise<void>;
}

/** @returns undefined where the life has nothing to take the step with */
export type StepKind = (life: Life) => DrawnStep | undefined | Promise<DrawnStep | undefined>;

export interface WeightedStep {
  readonly weight: number;
  readonly draw: StepKind;
}

export function anyOrganization(life: Life): string {
  return life.choices.oneOf([...life.school.organizations.keys()]);
}

export function maybeOneOf<T>(life: Life, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : life.choices.oneOf(items);
}
