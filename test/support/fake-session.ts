import type { SessionContext } from '../../src/host/host-session.js';
import type { Right } from '../../src/rights/rights.js';

/** A signed-in person with just these rights. */
export function fakeSession(
  personId: string,
  rights: readonly Right[] = [],
  more: Partial<SessionContext> = {},
): SessionContext {
  return {
    sessionId: `session-of-${personId}`,
    personId,
    organizationId: 'school',
    metaroles: [],
    rights: new Set(rights),
    ...more,
  };
}
