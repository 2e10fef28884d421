/** A request to the plugin's handler that did not succeed. `message` is fit to be shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param code the server's code, or `NETWORK` (no answer), `SIGNED_OUT` (401 without a code), `UNREADABLE` (not our JSON)
   * @param status HTTP status; 0 without an answer
   * @param fields what the server says beside the text, by code
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    options?: ErrorOptions,
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message, options);
  }
}

/** Text for the screen of whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Что-то пошло не так. Закройте окно и откройте его ещё раз.';
}

/** The person may not (any more) see it, or it is gone: what stands on the screen must go. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403 || error.status === 404);
}
