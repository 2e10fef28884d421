import type { MessengerCallKind } from '../messenger/messenger.js';

/** After so many full packs in a row a larger one is tried again, at first. */
const PATIENCE = 4;
/** Each time such a trial is refused, it takes so much longer until the next one. */
const PATIENCE_GROWTH = 4;
const MOST_PATIENCE = 4096;

/**
 * How many calls travel in one request of a lane. It is kept from run to run: what lies between two requests says nothing
 * about what the messenger takes. What is learnt is learnt of each kind of call: that small readings are taken, also
 * many of them, says nothing about creations.
 */
export class PackRoom {
  private readonly rooms = new Map<MessengerCallKind, KindRoom>();

  /** @param most as many as the messenger takes, by what it says */
  constructor(readonly most: number) {}

  /** Nothing is known that the messenger does not say itself. */
  get isFull(): boolean {
    return [...this.rooms.values()].every((room) => room.isFull);
  }

  /** How many of these calls, from the first, travel together. */
  fitting(kinds: readonly MessengerCallKind[]): number {
    let calls = this.most;
    for (const [index, kind] of kinds.entries()) {
      if (index >= calls) break;
      // A kind that takes less room than there is already in front of it waits for the next request.
      calls = Math.min(calls, Math.max(this.calls(kind), index));
    }
    return Math.min(calls, kinds.length);
  }

  /** @param kinds of the calls of a request that was not refused as a whole */
  taken(kinds: readonly MessengerCallKind[]): void {
    for (const kind of new Set(kinds)) this.rooms.get(kind)?.taken(kinds.length);
  }

  /** @param kinds of the calls of a request that was refused as a whole */
  refused(kinds: readonly MessengerCallKind[]): void {
    for (const kind of new Set(kinds)) {
      const room = this.rooms.get(kind) ?? new KindRoom(this.most);
      room.refused(kinds.length);
      this.rooms.set(kind, room);
    }
  }

  private calls(kind: MessengerCallKind): number {
    return this.rooms.get(kind)?.calls ?? this.most;
  }
}

/** Halved when a request is refused as a whole, doubled when small ones are taken. */
class KindRoom {
  private size: number;
  /** Full packs in a row that were not refused as a whole. */
  private fullPacks = 0;
  private patience = PATIENCE;
  /** The size is one that was tried, and not one that was come down to. */
  private grown = false;

  constructor(private readonly most: number) {
    this.size = most;
  }

  get calls(): number {
    return this.size;
  }

  get isFull(): boolean {
    return this.size >= this.most;
  }

  /** One call that no request could carry does not make a whole filling go one by one. */
  taken(calls: number): void {
    if (calls < this.size) return;
    if (this.isFull) {
      this.patience = PATIENCE;
      return;
    }
    this.fullPacks += 1;
    if (this.fullPacks < this.patience) return;
    this.fullPacks = 0;
    this.size = Math.min(this.most, this.size * 2);
    this.grown = true;
  }

  refused(calls: number): void {
    this.fullPacks = 0;
    if (this.grown) this.patience = Math.min(MOST_PATIENCE, this.patience * PATIENCE_GROWTH);
    this.grown = false;
    this.size = Math.max(1, Math.floor(calls / 2));
  }
}
