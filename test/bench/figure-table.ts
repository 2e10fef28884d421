import { cpus, loadavg } from 'node:os';

import { meets, type Figure, type Measurement } from './figure.js';

const WIDTHS = { name: 22, value: 12, floor: 12, target: 10, verdict: 6, load: 6 };
const BOUND_SIGN = { below: '<', 'at-most': '≤', 'at-least': '≥' } as const;

/** The computer, since every figure depends on it. */
export function printConditions(): void {
  const [first] = cpus();
  const load = loadavg().map((value) => value.toFixed(1));
  write(`${cpus().length} × ${first?.model ?? 'unknown processor'}, Node ${process.version}, load ${load.join(' ')}\n`);
}

export function printHeading(): void {
  write(row({ name: 'figure', value: 'value', floor: 'floor', target: 'target', verdict: '', load: 'load' }, ''));
}

/** One line: value beside floor and target, the load average after it, and under which conditions. */
export function printFigure(figure: Figure, measurement: Measurement): void {
  const { unit, target } = figure;
  const cells = {
    name: figure.name,
    value: amount(measurement.value, unit),
    floor: measurement.floor === undefined ? '–' : amount(measurement.floor, unit),
    target: `${BOUND_SIGN[target.bound]} ${target.value}`,
    verdict: meets(figure, measurement.value) ? 'ok' : 'MISSES',
    load: loadavg()[0]?.toFixed(1) ?? '',
  };
  write(row(cells, measurement.note));
}

export function printFailure({ name }: Figure, error: unknown): void {
  write(`${name.padEnd(WIDTHS.name)}  not measured: ${error instanceof Error ? error.message : String(error)}\n`);
}

function amount(value: number, unit: Figure['unit']): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

function row(cells: Record<keyof typeof WIDTHS, string>, note: string): string {
  const name = cells.name.padEnd(WIDTHS.name);
  const numbers = (['value', 'floor', 'target'] as const).map((key) => cells[key].padStart(WIDTHS[key]));
  return `${[name, ...numbers, cells.verdict.padEnd(WIDTHS.verdict), cells.load.padStart(WIDTHS.load), note].join('  ').trimEnd()}\n`;
}

function write(text: string): void {
  process.stdout.write(text);
}
