import { RightMissingError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { Right } from './rights.js';

/** @throws RightMissingError */
export function requireRight(session: SessionContext, right: Right): void {
  if (!session.rights.has(right)) throw new RightMissingError(right);
}
