/** Codes of errors that leave the plugin. A caller decides by code, never by message. */
export type SferumErrorCode =
  | 'SFERUM_SETTINGS_INVALID'
  | 'SFERUM_DATABASE_UNREACHABLE'
  | 'SFERUM_DATABASE_TOO_OLD'
  | 'SFERUM_SIGNED_OUT'
  | 'SFERUM_RIGHT_MISSING'
  | 'SFERUM_REQUEST_INVALID'
  | 'SFERUM_NOT_FOUND'
  | 'SFERUM_CONFLICT'
  | 'SFERUM_TOO_SOON'
  | 'SFERUM_CHAT_DEFAULT_NOT_DELETABLE'
  | 'SFERUM_LINK_STATE_INVALID'
  | 'SFERUM_LINK_REFUSED'
  | 'SFERUM_LINK_TAKEN'
  | 'SFERUM_LINK_ALREADY'
  | 'SFERUM_LINK_PROFILE_MISSING'
  | 'SFERUM_UNLINK_STOPS_CHATS'
  | 'SFERUM_CREDENTIAL_MISSING'
  | 'SFERUM_IDENTITY_PROVIDER'
  | 'SFERUM_CONFERENCE_STATE'
  | 'SFERUM_INTERNAL';

/** Base of all errors of the plugin: a code, a message that says what to do next, and fields for the log. */
export class SferumError extends Error {
  constructor(
    readonly code: SferumErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly fields?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.fields = options.fields ?? {};
  }

  readonly fields: Readonly<Record<string, unknown>>;
}

/** Somebody asked for what their role does not allow. */
export class RightMissingError extends SferumError {
  constructor(readonly right: string) {
    super('SFERUM_RIGHT_MISSING', 'Недостаточно прав. Попросите администратора включить право в окне «Роли».', {
      fields: { right },
    });
  }
}

/** The identity provider refused or did not answer. */
export class IdentityProviderError extends SferumError {
  constructor(
    /** `refused`: a clear no. `unknown`: no usable answer; the effect may have happened. */
    readonly outcome: 'refused' | 'unknown',
    /** Provider's own code, for example `invalid_grant`, or `timeout`, `html`, `http_502`. */
    readonly providerCode: string,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super('SFERUM_IDENTITY_PROVIDER', message, { ...options, fields: { outcome, providerCode } });
  }
}
