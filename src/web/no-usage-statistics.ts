/** Stands in for Vaadin's collector of usage statistics in the bundle; collects nothing. */
export function usageStatistics(): void {
  return;
}
