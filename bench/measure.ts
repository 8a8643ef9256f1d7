import type { BatchResult, Batch } from './batch';
import type { Contender, ContenderName } from './contenders';
import { countHistories, type FlowHistory } from './history';
import type { BenchOptions } from './options';
import { cpuMs, peakMemoryMb } from './process-figures';
import { quantile, spread, sum, type Spread } from './statistics';

/** Processes whose CPU time is counted; null if it cannot be known. */
interface CpuFigures {
  readonly worker: number | null;
  readonly server: number | null;
  readonly sandbox: number | null;
  /** The process that starts the flows; a worker that does so itself counts as worker. */
  readonly client: number | null;
}

export interface HistoryFigures {
  readonly events: Spread;
  readonly tasks: Spread;
  /** How many flows took how many workflow tasks. */
  readonly tasksOfFlows: Readonly<Record<string, number>>;
}

/** Everything that is known of a contender. */
export interface Measured {
  readonly name: ContenderName;
  /** All that ran, those that warmed it up too. */
  readonly flows: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** The rounds' rates. */
  readonly flowsPerSecond: Spread;
  /** Milliseconds per flow, while so many are under way at once. */
  readonly cpuMs: CpuFigures;
  readonly workerPeakMb: number | null;
  readonly sequential: HistoryFigures;
  readonly concurrent: HistoryFigures;
}

export interface DirectMeasured {
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

/** Whoever runs flows. */
interface Runner {
  run(batch: Batch): Promise<BatchResult>;
}

interface Pids {
  readonly server: number | undefined;
  readonly sandbox: number;
}

/** What a contender has done so far. */
class Tally {
  readonly latenciesMs: number[] = [];
  readonly rates: number[] = [];
  readonly cpu: CpuFigures[] = [];
  readonly sequential: (readonly string[])[] = [];
  readonly concurrent: (readonly string[])[] = [];
  warmUp = 0;

  constructor(readonly contender: Contender) {}
}

/**
 * Lets the contenders take turns, round after round, so that whatever else the machine does falls on all of them.
 * Histories are read at the end, when nothing is measured any more.
 */
export async function measure(
  contenders: readonly Contender[],
  direct: Runner,
  pids: Pids,
  options: BenchOptions,
  log: (line: string) => void,
): Promise<{ readonly measured: readonly Measured[]; readonly direct: DirectMeasured }> {
  const { flows, concurrency, sequential, rounds } = options;
  const tallies = contenders.map((contender) => new Tally(contender));
  const directLatencies: number[] = [];

  log('warming up');
  const warmUp = Math.min(flows, 2 * concurrency);
  await direct.run({ prefix: prefix('direct', 0), flows: Math.min(sequential, 10), concurrency: 1 });
  for (const tally of tallies) {
    const { contender } = tally;
    await contender.run({ prefix: prefix(contender.name, 0), flows: warmUp, concurrency });
    tally.warmUp = warmUp;
  }
  for (let round = 1; round <= rounds; round += 1) {
    const calls = await direct.run({ prefix: prefix('direct', round), flows: sequential, concurrency: 1 });
    directLatencies.push(...calls.latenciesMs);
    for (const tally of tallies) {
      const { contender } = tally;
      log(`round ${round} of ${rounds}: ${contender.name}`);
      const one = await contender.run({
        prefix: prefix(contender.name, round, 's'),
        flows: sequential,
        concurrency: 1,
      });
      tally.latenciesMs.push(...one.latenciesMs);
      tally.sequential.push(...one.workflowIds);

      const before = cpuNow(contender, pids);
      const many = await contender.run({ prefix: prefix(contender.name, round, 'c'), flows, concurrency });
      tally.cpu.push(cpuOfFlow(before, cpuNow(contender, pids), flows));
      tally.rates.push(flows / (many.wallMs / 1000));
      tally.concurrent.push(...many.workflowIds);
    }
  }
  log('reading histories');
  const measured: Measured[] = [];
  for (const tally of tallies) measured.push(await conclude(tally));
  return { measured, direct: { latencyMs: latency(directLatencies) } };
}

/** A person is known to the sandbox by an id that no other flow of this run has. */
function prefix(name: string, round: number, phase = ''): string {
  return `bench-${name}-${round}${phase}`;
}

function cpuNow({ workerPid }: Contender, { server, sandbox }: Pids): CpuFigures {
  const of = (pid: number | undefined): number | null => (pid === undefined ? null : (cpuMs(pid) ?? null));
  return { worker: of(workerPid), server: of(server), sandbox: of(sandbox), client: of(process.pid) };
}

function cpuOfFlow(before: CpuFigures, after: CpuFigures, flows: number): CpuFigures {
  return mapCpu((of) => {
    const [from, to] = [of(before), of(after)];
    return from === null || to === null ? null : (to - from) / flows;
  });
}

function mapCpu(figure: (of: (figures: CpuFigures) => number | null) => number | null): CpuFigures {
  return {
    worker: figure(({ worker }) => worker),
    server: figure(({ server }) => server),
    sandbox: figure(({ sandbox }) => sandbox),
    client: figure(({ client }) => client),
  };
}

async function conclude({
  contender,
  latenciesMs,
  rates,
  cpu,
  sequential,
  concurrent,
  warmUp,
}: Tally): Promise<Measured> {
  const { name, client, workerPid } = contender;
  const workerPeakMb = peakMemoryMb(workerPid) ?? null;
  return {
    name,
    flows: warmUp + sequential.length + concurrent.length,
    latencyMs: latency(latenciesMs),
    flowsPerSecond: spread(rates),
    cpuMs: mapCpu((of) => {
      const known = cpu.map(of).filter((figure) => figure !== null);
      return known.length === 0 ? null : sum(known) / known.length;
    }),
    workerPeakMb,
    sequential: historyFigures(await countHistories(client, sequential)),
    concurrent: historyFigures(await countHistories(client, concurrent)),
  };
}

function latency(latenciesMs: readonly number[]): { readonly p50: number; readonly p99: number } {
  return { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) };
}

function historyFigures(counted: readonly FlowHistory[]): HistoryFigures {
  const tasks = counted.map((flow) => flow.tasks);
  const tasksOfFlows = new Map<number, number>();
  for (const count of tasks) tasksOfFlows.set(count, (tasksOfFlows.get(count) ?? 0) + 1);
  return {
    events: spread(counted.map((flow) => flow.events)),
    tasks: spread(tasks),
    tasksOfFlows: Object.fromEntries(tasksOfFlows),
  };
}
