/** It is about noon there now, so that a lesson of today neither begins yesterday nor ends tomorrow. */
export const NOON_ZONE = zoneOfHour(12 - new Date().getUTCHours());

/** POSIX names count the other way round: east of Greenwich is minus. */
function zoneOfHour(offset: number): string {
  if (offset === 0) return 'Etc/GMT';
  return `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
}
