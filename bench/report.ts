import { availableParallelism, cpus, totalmem } from 'node:os';
import type { BookSize } from './book-size';
import type { DirectMeasured, HistoryFigures, Measured } from './measure';
import type { BenchOptions } from './options';
import type { Spread } from './statistics';
import { holdToTargets, type Target } from './targets';

/** All that a run found out; `--json` prints it. Times in milliseconds, memory in MB; null if it cannot be known. */
export interface Report {
  readonly machine: { readonly cpus: number; readonly cpu: string; readonly memoryMb: number; readonly node: string };
  readonly options: BenchOptions;
  readonly direct: DirectMeasured;
  readonly gangway: Measured;
  readonly bookless: Measured;
  readonly plain: Measured;
  readonly skeleton: Measured;
  readonly eager: Measured;
  /** What a flow leaves in the book. */
  readonly bookPerFlow: BookSize;
  readonly targets: readonly Target[];
}

export function report(
  options: BenchOptions,
  measured: readonly Measured[],
  direct: DirectMeasured,
  bookPerFlow: BookSize,
): Report {
  const of = (name: Measured['name']): Measured => {
    const found = measured.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not measured`);
    return found;
  };
  const gangway = of('gangway');
  return {
    machine: {
      cpus: availableParallelism(),
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryMb: Math.round(totalmem() / 2 ** 20),
      node: process.version,
    },
    options,
    direct,
    gangway,
    bookless: of('bookless'),
    plain: of('plain'),
    skeleton: of('skeleton'),
    eager: of('eager'),
    bookPerFlow,
    targets: holdToTargets(gangway, of('bookless'), direct),
  };
}

interface Row {
  readonly figure: string;
  /** The one number that stands for it in the ratio. */
  readonly number: (of: Measured) => number | null;
  readonly text: (of: Measured) => string;
}

/** The report as Markdown tables. */
export function asMarkdown(found: Report): string {
  const { machine, options, direct, gangway, bookless, plain, skeleton, eager, bookPerFlow, targets } = found;
  const { rounds, sequential, flows, concurrency } = options;
  return [
    `${machine.cpus} cores (${machine.cpu}), ${(machine.memoryMb / 1024).toFixed(0)} GB, Node ${machine.node}; ` +
      `${rounds} rounds of ${sequential} flows one at a time and ${flows} at concurrency ${concurrency}`,
    '',
    ...table(
      [
        'figure',
        'gangway',
        'bookless',
        'gangway / bookless',
        'plain',
        'gangway / plain',
        'skeleton',
        'gangway / skeleton',
        'eager',
      ],
      rows(concurrency).map(({ figure, number, text }) => [
        figure,
        text(gangway),
        text(bookless),
        ratio(number(gangway), number(bookless)),
        text(plain),
        ratio(number(gangway), number(plain)),
        text(skeleton),
        ratio(number(gangway), number(skeleton)),
        text(eager),
      ]),
    ),
    '',
    `The sandbox's own time, the same calls without Temporal, one flow at a time: p50 ` +
      `${direct.latencyMs.p50.toFixed(1)} ms, p99 ${direct.latencyMs.p99.toFixed(1)} ms`,
    '',
    `A flow leaves ${bookPerFlow.rows.toFixed(1)} rows and ${(bookPerFlow.bytes / 1024).toFixed(1)} KiB in the book, indexes included.`,
    '',
    ...table(
      ['gangway', 'target', 'found', ''],
      targets.map(({ figure, target, found, met }) => [figure, target, found, met ? 'met' : 'not met']),
    ),
    '',
  ].join('\n');
}

function rows(concurrency: number): readonly Row[] {
  const at = `at concurrency ${concurrency}`;
  return [
    figure('latency at concurrency 1, p50 (ms)', ({ latencyMs }) => latencyMs.p50),
    figure('latency at concurrency 1, p99 (ms)', ({ latencyMs }) => latencyMs.p99),
    spreadRow(`flows per second ${at} (slowest, median, fastest round)`, ({ flowsPerSecond }) => flowsPerSecond, 1),
    figure('CPU of the worker per flow (ms)', ({ cpuMs }) => cpuMs.worker),
    figure('CPU of the server per flow (ms)', ({ cpuMs }) => cpuMs.server),
    // Without a ratio: the others call no provider.
    { ...figure('CPU of the sandbox per flow (ms)', ({ cpuMs }) => cpuMs.sandbox), number: () => null },
    figure('CPU of the client per flow (ms)', ({ cpuMs }) => cpuMs.client),
    figure('memory of the worker, peak (MB)', ({ workerPeakMb }) => workerPeakMb, 0),
    ...historyRows('at concurrency 1', (of) => of.sequential),
    ...historyRows(at, (of) => of.concurrent),
  ];
}

function historyRows(at: string, of: (measured: Measured) => HistoryFigures): readonly Row[] {
  return [
    spreadRow(`history events of a flow ${at} (least, median, most)`, (measured) => of(measured).events, 0),
    spreadRow(`workflow tasks of a flow ${at} (least, median, most)`, (measured) => of(measured).tasks, 0),
  ];
}

function figure(name: string, number: Row['number'], digits = 1): Row {
  return { figure: name, number, text: (of) => number(of)?.toFixed(digits) ?? 'n/a' };
}

function spreadRow(name: string, of: (measured: Measured) => Spread, digits: number): Row {
  return {
    figure: name,
    number: (measured) => of(measured).median,
    text: (measured) => {
      const { min, median, max } = of(measured);
      return [min, median, max].map((number) => number.toFixed(digits)).join(' / ');
    },
  };
}

function ratio(one: number | null, other: number | null): string {
  return one === null || other === null || other === 0 ? 'n/a' : (one / other).toFixed(2);
}

function table(head: readonly string[], body: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, 3, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}
