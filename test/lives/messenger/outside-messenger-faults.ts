import type { SeededChoices } from '../seeded-choices.js';

export type Moment = 'before' | 'after';

/** What happens to one request as a whole. */
export type RequestFault =
  | { readonly kind: 'refused'; readonly code: number; readonly moment: Moment }
  | { readonly kind: 'dropped' | 'bad-gateway'; readonly moment: Moment }
  /** The client gives up; the effect comes `delayMs` after the request, the answer never. */
  | { readonly kind: 'late-effect'; readonly delayMs: number }
  /** The effect comes at once, the answer after the client gave up. */
  | { readonly kind: 'slow-answer'; readonly delayMs: number };

export interface CallFault {
  readonly code: number;
  readonly moment: Moment;
}

export type ListFault =
  | 'count-without-items'
  | 'fewer-items'
  | 'only-the-owner'
  | 'repeating-pages'
  | 'changing-count'
  | 'without-chat-settings';

export type FaultBurst =
  | { readonly kind: 'requests'; readonly fault: RequestFault; readonly method?: string }
  | { readonly kind: 'calls'; readonly fault: CallFault; readonly methods: readonly string[] }
  | { readonly kind: 'large-packs'; readonly limit: number; readonly moment: Moment }
  | { readonly kind: 'lists'; readonly fault: ListFault }
  | { readonly kind: 'identity-away' };

interface RunningBurst {
  readonly burst: FaultBurst;
  readonly probability: number;
  left: number;
}

/** Faults that are switched on now. A burst ends after a number of strikes, or with all others at once. */
export class OutsideMessengerFaults {
  private bursts: RunningBurst[] = [];

  constructor(private readonly choices: SeededChoices) {}

  begin(burst: FaultBurst, probability: number, strikes: number): void {
    this.bursts.push({ burst, probability, left: strikes });
  }

  endAll(): void {
    this.bursts = [];
  }

  get running(): readonly FaultBurst[] {
    return this.bursts.map(({ burst }) => burst);
  }

  /** @param methods the request's own method, and those inside an `execute` */
  forRequest(methods: readonly string[]): RequestFault | undefined {
    const struck = this.strike(
      ({ burst }) => burst.kind === 'requests' && (burst.method === undefined || methods.includes(burst.method)),
    );
    return struck?.kind === 'requests' ? struck.fault : undefined;
  }

  forPack(calls: number): Moment | undefined {
    const struck = this.strike(({ burst }) => burst.kind === 'large-packs' && calls > burst.limit);
    return struck?.kind === 'large-packs' ? struck.moment : undefined;
  }

  forCall(method: string): CallFault | undefined {
    const struck = this.strike(({ burst }) => burst.kind === 'calls' && burst.methods.includes(method));
    return struck?.kind === 'calls' ? struck.fault : undefined;
  }

  forList(): ListFault | undefined {
    const struck = this.strike(({ burst }) => burst.kind === 'lists');
    return struck?.kind === 'lists' ? struck.fault : undefined;
  }

  identityAway(): boolean {
    return this.strike(({ burst }) => burst.kind === 'identity-away') !== undefined;
  }

  private strike(fits: (running: RunningBurst) => boolean): FaultBurst | undefined {
    const running = this.bursts.find((one) => one.left > 0 && fits(one) && this.choices.chance(one.probability));
    if (!running) return undefined;
    running.left -= 1;
    if (running.left === 0) this.bursts = this.bursts.filter((one) => one !== running);
    return running.burst;
  }
}

const CHANGES = [
  'messages.createChat',
  'messages.addChatUser',
  'messages.removeChatUser',
  'messages.setMemberRole',
  'messages.editChat',
  'calls.start',
  'calls.forceFinish',
];
const LISTS: readonly ListFault[] = [
  'count-without-items',
  'fewer-items',
  'only-the-owner',
  'repeating-pages',
  'changing-count',
  'without-chat-settings',
];

/** @param clientLimitMs after how long the client gives a request up */
export function drawBurst(choices: SeededChoices, clientLimitMs: number): FaultBurst {
  const moment = choices.oneOf(['before', 'after'] as const);
  const method = choices.chance(0.5) ? choices.oneOf(CHANGES) : undefined;
  const target = method === undefined ? {} : { method };
  const kind = choices.weighted({
    refused: 3,
    dropped: 4,
    'bad-gateway': 2,
    'late-effect': 4,
    'slow-answer': 2,
    calls: 5,
    packs: 2,
    lists: 4,
    identity: 1,
  });
  switch (kind) {
    case 'refused': {
      const code = moment === 'after' ? choices.oneOf([1, 10]) : choices.oneOf([1, 6, 9, 10, 14, 29, 8, 100, 984]);
      return { kind: 'requests', fault: { kind, code, moment }, ...target };
    }
    case 'dropped':
    case 'bad-gateway':
      return { kind: 'requests', fault: { kind, moment }, ...target };
    case 'late-effect':
      return {
        kind: 'requests',
        fault: { kind, delayMs: clientLimitMs + choices.between(300, 3000) },
        ...target,
      };
    case 'slow-answer':
      return { kind: 'requests', fault: { kind, delayMs: clientLimitMs + 400 }, ...target };
    case 'calls': {
      const code = moment === 'after' ? choices.oneOf([1, 10]) : choices.oneOf([1, 9, 10, 15, 100, 103, 982]);
      return {
        kind: 'calls',
        fault: { code, moment },
        methods: choices.shuffled(CHANGES).slice(0, choices.between(1, 3)),
      };
    }
    case 'packs':
      return { kind: 'large-packs', limit: choices.between(1, 6), moment };
    case 'lists':
      return { kind: 'lists', fault: choices.oneOf(LISTS) };
    case 'identity':
      return { kind: 'identity-away' };
  }
}
