import type { RunDetail, RunUndone, SchoolStates, SynchronizationState } from '../protocol/synchronization-protocol.js';
import type { ApiClient } from './api-client.js';

/** Typed access to the routes of the window «Состояние синхронизации». Every method throws `ApiError`. */
export class SynchronizationClient {
  constructor(private readonly api: ApiClient) {}

  state(): Promise<SynchronizationState> {
    return this.api.request('GET', '/api/synchronization');
  }

  resume(): Promise<SynchronizationState> {
    return this.api.request('POST', '/api/synchronization/resume');
  }

  check(): Promise<SynchronizationState> {
    return this.api.request('POST', '/api/synchronization/check');
  }

  retry(code: string): Promise<SynchronizationState> {
    return this.api.request('POST', '/api/synchronization/retry', { code });
  }

  setContinues(continues: boolean): Promise<SynchronizationState> {
    return this.api.request('PUT', '/api/synchronization/school-year', { continues });
  }

  run(runId: string): Promise<RunDetail> {
    return this.api.request('GET', `/api/synchronization/runs/${encodeURIComponent(runId)}`);
  }

  undo(runId: string): Promise<RunUndone> {
    return this.api.request('POST', `/api/synchronization/runs/${encodeURIComponent(runId)}/undo`);
  }

  schools(): Promise<SchoolStates> {
    return this.api.request('GET', '/api/synchronization/schools');
  }
}
