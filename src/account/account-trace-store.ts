import type { ServiceIdentifier } from 'inversify';

/** What of a person is on its way: for their export and erasure. */
export interface AccountTraceStore {
  /** Sign-ins under way, oldest first. */
  attempts(personId: string): Promise<readonly AttemptTrace[]>;
  /** @returns how many pairs of the person's tokens wait to be taken back */
  revocations(personId: string): Promise<number>;
}
export const AccountTraceStore = Symbol('AccountTraceStore') as ServiceIdentifier<AccountTraceStore>;

export interface AttemptTrace {
  readonly stateHash: Buffer;
  readonly begunAt: Date;
}
