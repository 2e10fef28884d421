/** Milliseconds of a clock that all processes of this computer share and nobody sets. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
