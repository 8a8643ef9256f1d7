import type { DirectMeasured, Measured } from './measure';

/** A figure of `gangway` that was promised. */
export interface Target {
  readonly figure: string;
  readonly target: string;
  readonly found: string;
  readonly met: boolean;
}

const MOST_MS_ABOVE_DIRECT = 80;
const LEAST_FLOWS_PER_SECOND = 25;
const MOST_EVENTS = 45;
const MOST_TASKS = 7;
const MEMORY_BELOW_MB = 400;
/** What the flow with the book may take of what it takes without: latency, and time for each of many. */
const MOST_OF_BOOKLESS = 1.15;

/** Compares the figures with the targets. For events and tasks, the flow that took the most counts. */
export function holdToTargets(gangway: Measured, bookless: Measured, direct: DirectMeasured): readonly Target[] {
  const above = gangway.latencyMs.p50 - direct.latencyMs.p50;
  const rate = gangway.flowsPerSecond.median;
  const events = Math.max(gangway.sequential.events.max, gangway.concurrent.events.max);
  const tasks = Math.max(gangway.sequential.tasks.max, gangway.concurrent.tasks.max);
  const memory = gangway.workerPeakMb;
  const cost = gangway.latencyMs.p50 / bookless.latencyMs.p50;
  const slowdown = bookless.flowsPerSecond.median / rate;
  return [
    {
      figure: "p50 above the sandbox's own time",
      target: `at most ${MOST_MS_ABOVE_DIRECT} ms`,
      found: `${above.toFixed(1)} ms`,
      met: above <= MOST_MS_ABOVE_DIRECT,
    },
    {
      figure: 'flows per second',
      target: `at least ${LEAST_FLOWS_PER_SECOND}`,
      found: rate.toFixed(1),
      met: rate >= LEAST_FLOWS_PER_SECOND,
    },
    {
      figure: 'history events of any flow',
      target: `at most ${MOST_EVENTS}`,
      found: `${events}`,
      met: events <= MOST_EVENTS,
    },
    {
      figure: 'workflow tasks of any flow',
      target: `at most ${MOST_TASKS}`,
      found: `${tasks}`,
      met: tasks <= MOST_TASKS,
    },
    {
      figure: "worker's memory",
      target: `below ${MEMORY_BELOW_MB} MB`,
      found: memory === null ? 'n/a' : `${memory.toFixed(0)} MB`,
      met: memory !== null && memory < MEMORY_BELOW_MB,
    },
    {
      figure: 'p50 with the book / without',
      target: `at most ${MOST_OF_BOOKLESS}`,
      found: cost.toFixed(2),
      met: cost <= MOST_OF_BOOKLESS,
    },
    {
      figure: 'flows per second without the book / with it',
      target: `at most ${MOST_OF_BOOKLESS}`,
      found: slowdown.toFixed(2),
      met: slowdown <= MOST_OF_BOOKLESS,
    },
  ];
}
