/** The smallest sample that `share` of all samples do not exceed. @param share 0 < share ≤ 1 */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found === undefined) throw new RangeError('no samples were taken');
  return found;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}
