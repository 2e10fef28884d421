import { max, ticks } from 'd3-array';
import { area, curveMonotoneX, line } from 'd3-shape';
import { css, html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { DeliveryMinute } from '../protocol/synchronization-protocol.js';
import { numberText } from './plural-text.js';
import { clockText } from './time-text.js';

/** Units of the drawing, near the pixels it is shown in, so that its letters keep their size. */
const WIDE = 920;
const NARROW = 360;
const HEIGHT = 150;
const LEFT = 40;
const RIGHT = 40;
const TOP = 10;
const BOTTOM = 22;
const LABEL_EVERY = 15;
const NARROW_LABEL_EVERY = 30;
/** An idle school's axis does not stretch to nothing. */
const LEAST_BACKLOG = 10;
const LEAST_CALLS = 10;

export const deliveryChartStyles = css`
  figure.deliveries {
    margin: 0;
    flex: none;
  }

  figure.deliveries svg {
    display: block;
    width: 100%;
    height: auto;
  }

  figure.deliveries text {
    fill: var(--sferum-muted);
    font-size: 10px;
    font-variant-numeric: tabular-nums;
  }

  figure.deliveries .gridline {
    stroke: var(--sferum-line);
  }

  figure.deliveries .calls {
    fill: #9dbbe8;
  }

  figure.deliveries .failed {
    fill: var(--sferum-bad);
  }

  figure.deliveries .area {
    fill: rgb(138 83 0 / 10%);
  }

  figure.deliveries .backlog {
    fill: none;
    stroke: var(--sferum-warn);
    stroke-width: 2;
    stroke-linejoin: round;
  }

  figure.deliveries figcaption {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    margin-bottom: 4px;
    font-size: 12px;
    color: var(--sferum-muted);
  }

  figure.deliveries .key::before {
    content: '';
    display: inline-block;
    width: 10px;
    height: 10px;
    margin-inline-end: 6px;
    border-radius: 2px;
    background: var(--key);
  }
`;

/** The last hour: bars are calls carried out per minute, the line is what waited. */
export function deliveryChartView(
  minutes: readonly DeliveryMinute[],
  timeZone: string,
  narrow: boolean,
): TemplateResult {
  const width = narrow ? NARROW : WIDE;
  const labelEvery = narrow ? NARROW_LABEL_EVERY : LABEL_EVERY;
  const backlog = scale(Math.max(LEAST_BACKLOG, max(minutes, (minute) => minute.backlog) ?? 0));
  const calls = scale(Math.max(LEAST_CALLS, max(minutes, (minute) => minute.calls) ?? 0));
  const failed = minutes.some((minute) => minute.failed > 0);
  return html`
    <figure class="deliveries">
      <figcaption>
        <span class="key" style="--key: #9dbbe8">вызовов в минуту (справа)</span>
        ${failed ? html`<span class="key" style="--key: var(--sferum-bad)">из них с ошибкой</span>` : ''}
        <span class="key" style="--key: var(--sferum-warn)">ждёт доставки (слева)</span>
      </figcaption>
      <svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label=${summary(minutes)}>
        ${backlog.ticks.map((tick) => gridline(width, backlog.y(tick), tick))}
        ${calls.ticks.map((tick) => label(width - RIGHT + 6, calls.y(tick) + 3, numberText(tick), 'start'))}
        ${minutes.map((minute, place) => bar(minute, x(width, place, minutes.length), barWidth(width, minutes.length), calls.y))}
        ${backlogShape(minutes, width, backlog.y)}
        ${minutes.map((minute, place) =>
          place % labelEvery === 0 || place === minutes.length - 1
            ? label(x(width, place, minutes.length), HEIGHT - 6, clockText(minute.at, timeZone), 'middle')
            : '',
        )}
      </svg>
    </figure>
  `;
}

interface Scale {
  readonly ticks: readonly number[];
  readonly y: (value: number) => number;
}

function scale(most: number): Scale {
  const found = ticks(0, most, 3);
  const top = Math.max(most, found.at(-1) ?? 0);
  return { ticks: found, y: (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM) };
}

function x(width: number, place: number, count: number): number {
  return LEFT + ((place + 0.5) / count) * (width - LEFT - RIGHT);
}

function barWidth(width: number, count: number): number {
  return ((width - LEFT - RIGHT) / count) * 0.7;
}

function gridline(width: number, y: number, tick: number): SVGTemplateResult {
  return svg`<line class="gridline" x1=${LEFT} x2=${width - RIGHT} y1=${y} y2=${y}></line>
    ${label(LEFT - 6, y + 3, numberText(tick), 'end')}`;
}

function label(left: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): SVGTemplateResult {
  return svg`<text x=${left} y=${y} text-anchor=${anchor}>${text}</text>`;
}

function bar(minute: DeliveryMinute, middle: number, width: number, y: Scale['y']): SVGTemplateResult | string {
  if (minute.calls === 0) return '';
  const box = (name: string, value: number): SVGTemplateResult =>
    svg`<rect class=${name} x=${middle - width / 2} y=${y(value)} width=${width} height=${y(0) - y(value)} rx="1"></rect>`;
  return svg`${box('calls', minute.calls)}${minute.failed > 0 ? box('failed', minute.failed) : ''}`;
}

function backlogShape(minutes: readonly DeliveryMinute[], width: number, y: Scale['y']): SVGTemplateResult {
  const left = (_minute: DeliveryMinute, place: number): number => x(width, place, minutes.length);
  const height = ({ backlog }: DeliveryMinute): number => y(backlog);
  const shape = area<DeliveryMinute>().x(left).y0(y(0)).y1(height).curve(curveMonotoneX);
  const stroke = line<DeliveryMinute>().x(left).y(height).curve(curveMonotoneX);
  return svg`<path class="area" d=${shape([...minutes]) ?? ''}></path>
    <path class="backlog" d=${stroke([...minutes]) ?? ''}></path>`;
}

function summary(minutes: readonly DeliveryMinute[]): string {
  const sent = minutes.reduce((sum, { calls }) => sum + calls, 0);
  const waits = minutes.at(-1)?.backlog ?? 0;
  return `За последний час выполнено вызовов: ${numberText(sent)}. Сейчас ждёт доставки: ${numberText(waits)}.`;
}
