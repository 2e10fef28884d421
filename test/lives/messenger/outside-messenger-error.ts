const TEXTS: Readonly<Record<number, string>> = {
  1: 'Unknown error occurred',
  3: 'Unknown method passed',
  5: 'User authorization failed: invalid access_token (4).',
  6: 'Too many requests per second',
  9: 'Flood control',
  10: 'Internal server error',
  12: 'Unable to compile code',
  13: 'Runtime error occurred during code invocation',
  14: 'Captcha needed',
  15: "Access denied: can't add this user",
  17: 'Validation required',
  18: 'User was deleted or banned',
  29: 'Rate limit reached',
  100: 'One of the parameters specified was missing or invalid',
  103: 'Out of limits',
  113: 'Invalid user id',
  917: "You don't have access to this chat",
  919: "You can't see invite link for this chat",
  925: 'You are not admin of this chat',
  927: 'Chat does not exist',
  935: 'User not found in chat',
  936: 'Contact not found',
  939: 'Message request already sent',
  981: 'Cannot add this user by privacy settings',
  982: 'Cannot add users to chat temporary',
  984: 'You has spam restriction',
};

/** A refusal as the API words it. */
export class OutsideMessengerError extends Error {
  constructor(
    readonly code: number,
    text?: string,
  ) {
    super(text ?? TEXTS[code] ?? `Error ${code}`);
  }

  /** @param method repeated to the caller in `request_params`, as VK does */
  body(method: string, subcodes: boolean): Record<string, unknown> {
    const extra = this.code === 14 ? { captcha_sid: '239633676097', captcha_img: 'https://vk.ru/captcha.php' } : {};
    const validation = this.code === 17 ? { redirect_uri: 'https://id.vk.ru/validation' } : {};
    return {
      error_code: this.code,
      ...(subcodes ? { error_subcode: 0 } : {}),
      error_msg: this.message,
      ...extra,
      ...validation,
      request_params: [
        { key: 'method', value: method },
        { key: 'oauth', value: '1' },
        { key: 'v', value: '5.199' },
      ],
    };
  }
}
