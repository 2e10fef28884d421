import type { EnrollmentEvent, ScheduleEvent } from '../../../src/host/host-streams.js';
import type { SeededChoices } from '../seeded-choices.js';

export type StreamName = 'enrollment' | 'schedule';
export type StreamEvent = EnrollmentEvent | ScheduleEvent;
type WithoutPlace<E> = E extends unknown ? Omit<E, 'id' | 'position' | 'at'> : never;
/** An event before the stream gave it its place. */
export type EnrollmentFact = WithoutPlace<EnrollmentEvent>;
export type ScheduleFact = WithoutPlace<ScheduleEvent>;

/** How well the streams work at the moment. */
export interface StreamWeather {
  readonly lost: number;
  readonly repeated: number;
  readonly delayed: number;
}
export const FAIR_WEATHER: StreamWeather = { lost: 0, repeated: 0, delayed: 0 };

/** The host's streams: events come once, twice, late, in another order or not at all; what was lost is announced by a gap. */
export class OutsideHostStreams {
  weather: StreamWeather = FAIR_WEATHER;
  private readonly kept: Record<StreamName, StreamEvent[]> = { enrollment: [], schedule: [] };
  private readonly delayed: { stream: StreamName; event: StreamEvent }[] = [];
  private readonly lostIn = new Map<string, StreamName>();
  private position = 0;

  /** @param deliver hands an event to every process that listens now */
  constructor(
    private readonly choices: SeededChoices,
    private readonly deliver: (stream: StreamName, event: StreamEvent) => void,
  ) {}

  enrollment(fact: EnrollmentFact): void {
    this.emit('enrollment', this.placed(fact) as EnrollmentEvent);
  }

  schedule(fact: ScheduleFact): void {
    this.emit('schedule', this.placed(fact) as ScheduleEvent);
  }

  /** Whatever was late comes now, in any order; what was lost is announced. */
  settle(): void {
    const waiting = this.choices.shuffled(this.delayed.splice(0));
    for (const { stream, event } of waiting) this.deliver(stream, event);
    for (const [key, stream] of this.lostIn) {
      const organizationId = key.slice(stream.length + 1);
      const gap = this.placed({ kind: 'gap', organizationId }) as StreamEvent;
      this.kept[stream].push(gap);
      this.deliver(stream, gap);
    }
    this.lostIn.clear();
  }

  /** Events after a position, the oldest first. */
  since(stream: StreamName, position: number): readonly StreamEvent[] {
    return this.kept[stream].filter((event) => event.position > position);
  }

  private emit(stream: StreamName, event: StreamEvent): void {
    this.kept[stream].push(event);
    if (this.choices.chance(this.weather.lost)) {
      this.lostIn.set(`${stream}/${event.organizationId}`, stream);
      return;
    }
    if (this.choices.chance(this.weather.delayed)) this.delayed.push({ stream, event });
    else this.deliver(stream, event);
    if (this.choices.chance(this.weather.repeated)) this.deliver(stream, event);
  }

  private placed(fact: EnrollmentFact | ScheduleFact): unknown {
    this.position += this.choices.between(1, 3);
    return { ...fact, id: `event-${this.position}`, position: this.position, at: new Date() };
  }
}
