import type { OutsideHostSchool } from './host/outside-host-school.js';

export type ChatRole = 'admin' | 'member';
export type HandDecision = { readonly action: 'add' | 'role'; readonly role: ChatRole } | { readonly action: 'remove' };

/** A chat that a person made in the windows. */
export interface HandChat {
  /** The plugin's id of it. */
  readonly id: string;
  readonly organizationId: string;
  readonly kind: 'subject' | 'other';
  readonly title: string;
  readonly groupId?: string;
}

/**
 * `works`: somebody who is linked runs the chats. `absent`: nobody is chosen, or whoever is chosen has not linked. `lost`: the account
 * that the chats belong to is gone; nobody else can run them.
 */
export type DriverState = 'works' | 'absent' | 'lost';

export interface Driver {
  readonly state: DriverState;
  readonly personId?: string;
  /** The account that the chats run by, or ran by until it was lost. */
  readonly account?: number;
}

/** What is true of a life beside the schools themselves; what the oracle judges by. */
export interface LifeFacts {
  readonly school: OutsideHostSchool;
  /** Person → account. */
  readonly links: Map<string, number>;
  /** Key of a chat → person → what was decided in the windows. */
  readonly hands: Map<string, Map<string, HandDecision>>;
  readonly handChats: HandChat[];
  readonly drivers: Map<string, Driver>;
  /** The school year that the chats of a class or group belong to. */
  readonly chatYears: Map<string, string>;
  /** Schools whose chats go on in a new year. */
  readonly continuing: Set<string>;
}

export function copyOfWindowFacts(facts: LifeFacts): Pick<LifeFacts, 'links' | 'hands' | 'handChats'> {
  return {
    links: new Map(facts.links),
    hands: new Map([...facts.hands].map(([key, decisions]) => [key, new Map(decisions)])),
    handChats: [...facts.handChats],
  };
}
