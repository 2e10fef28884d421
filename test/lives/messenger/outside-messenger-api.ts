import { OutsideMessengerError } from './outside-messenger-error.js';
import { readExecuteCode, type ExecuteCall } from './outside-messenger-execute.js';
import type { OutsideMessengerFaults } from './outside-messenger-faults.js';
import type { OutsideMessengerIdentity } from './outside-messenger-identity.js';
import { CHANGING_METHODS } from './outside-messenger-methods.js';
import { READING_METHODS } from './outside-messenger-readings.js';
import { distortedList, isCountedList, shapedAnswer } from './outside-messenger-shapes.js';
import type { OutsideAccount, OutsideMessengerWorld } from './outside-messenger-world.js';
import type { SeededChoices } from '../seeded-choices.js';

type Fields = ReadonlyMap<string, string>;

/** Methods of the API: who asks, how often, what the call does, in which form it answers. */
export class OutsideMessengerApi {
  private readonly recent = new Map<string, number[]>();
  /** The calls that were carried out last, in one line. */
  lastCalls = '';

  constructor(
    private readonly world: OutsideMessengerWorld,
    private readonly identity: OutsideMessengerIdentity,
    private readonly faults: OutsideMessengerFaults,
    private readonly choices: SeededChoices,
    private readonly requestsPerSecond: number,
  ) {}

  /** A refusal that comes before anything else: the token, the rate, the version, the name. */
  refusalOf(token: string, method: string, fields: Fields): unknown {
    if (this.identity.accountOf(token) === undefined) return this.refusal(5, method);
    const now = Date.now();
    const times = (this.recent.get(token) ?? []).filter((at) => at > now - 1000);
    if (times.length >= this.requestsPerSecond) return this.refusal(6, method);
    this.recent.set(token, [...times, now]);
    if (!fields.has('v')) return this.refusal(100, method);
    return method === 'execute' || methodNamed(method) ? undefined : this.refusal(3, method);
  }

  methodsOf(method: string, fields: Fields): readonly string[] {
    if (method !== 'execute') return [method];
    try {
      return [method, ...readExecuteCode(fields.get('code') ?? '').map((call) => call.method)];
    } catch {
      return [method];
    }
  }

  carryOut(token: string, method: string, fields: Fields): unknown {
    const caller = this.world.accounts.get(this.identity.accountOf(token) ?? -1);
    this.lastCalls = method;
    if (!caller) return this.refusal(5, method);
    try {
      if (method === 'execute') return this.execute(caller, readExecuteCode(fields.get('code') ?? ''));
      const response = this.one(caller, { method, parameters: fields });
      this.lastCalls = `${caller.id} ${callText({ method, parameters: fields })} → ${JSON.stringify(response).slice(0, 160)}`;
      return { response };
    } catch (error) {
      if (!(error instanceof OutsideMessengerError)) throw error;
      this.lastCalls = `${caller.id} ${callText({ method, parameters: fields })} → error ${error.code} ${error.message}`;
      return { error: error.body(method, this.choices.chance(0.3)) };
    }
  }

  refusal(code: number, method: string): unknown {
    return { error: new OutsideMessengerError(code).body(method, this.choices.chance(0.3)) };
  }

  private execute(caller: OutsideAccount, calls: readonly ExecuteCall[]): unknown {
    const tooLarge = this.faults.forPack(calls.length);
    if (tooLarge === 'before') throw new OutsideMessengerError(13);
    const failures: unknown[] = [];
    const lines: string[] = [];
    const response = calls.map((call) => {
      try {
        const answer = this.one(caller, call);
        lines.push(`${callText(call)} → ${JSON.stringify(answer).slice(0, 120)}`);
        return answer;
      } catch (error) {
        if (!(error instanceof OutsideMessengerError)) throw error;
        lines.push(`${callText(call)} → error ${error.code}`);
        failures.push({ method: call.method, error_code: error.code, error_msg: error.message });
        return false;
      }
    });
    this.lastCalls = `${caller.id} execute ${lines.join('; ')}`;
    if (tooLarge === 'after') throw new OutsideMessengerError(13);
    return { response, ...(failures.length > 0 ? { execute_errors: failures } : {}) };
  }

  private one(caller: OutsideAccount, { method, parameters }: ExecuteCall): unknown {
    const run = methodNamed(method);
    if (!run) throw new OutsideMessengerError(3);
    const fault = this.faults.forCall(method);
    if (fault?.moment === 'before') throw new OutsideMessengerError(fault.code);
    const answer = shapedAnswer(method, run(this.world, caller, parameters), this.world, this.choices);
    if (fault) throw new OutsideMessengerError(fault.code);
    const listFault = isCountedList(method) ? this.faults.forList() : undefined;
    if (listFault === undefined) return answer;
    return distortedList(answer, listFault, Number(parameters.get('offset') ?? 0), this.choices);
  }
}

function methodNamed(name: string) {
  return CHANGING_METHODS[name] ?? READING_METHODS[name];
}

function callText({ method, parameters }: ExecuteCall): string {
  const shown = [...parameters].filter(([name]) => !['v', 'access_token', 'extended', 'fields'].includes(name));
  return `${method.replace('messages.', '')}(${shown.map(([name, value]) => `${name}=${value}`).join(' ')})`;
}
