import { metricMeter, workflowInfo } from '@temporalio/workflow';
import { METRICS } from '../../contract/metrics';
import { textField } from './unchecked';

/** What workflows measure (contract/metrics.ts). The SDK drops what is measured at a replay. */

/** A person is asked something new. */
export function countQuestion(reason: string): void {
  count('questions', 1, { reason });
}

/** A person decided. */
export function countDecision(action: string): void {
  count('decisions', 1, { action });
}

/** A run ended, and no other goes on with it. */
export function countEnd(outcome: string): void {
  count('flowsEnded', 1, { outcome });
  const { continuedFromExecutionRunId: earlier, startTime } = workflowInfo();
  if (earlier !== undefined) return;
  const { name, unit, help } = METRICS.flowSeconds;
  const seconds = Math.max(0, (Date.now() - startTime.getTime()) / 1000);
  metricMeter.createHistogram(name, 'float', unit, help).record(seconds, { outcome });
}

/** What it ended with: its outcome, and how a movement came to its order. */
export function countResult(result: unknown): void {
  countEnd(outcomeOf(result));
  if (isObject(result)) countOrders(result);
}

/** Of what a movement ended with: how it came to its order. */
function countOrders(result: object): void {
  if ('adopted' in result && result.adopted === true) count('ordersAdopted', 1);
  const refs = 'refs' in result && Array.isArray(result.refs) ? result.refs.length : 0;
  if (refs > 1) count('freshRefs', refs - 1);
}

/** How a workflow says that it ended; those that can end in one way only say nothing. */
function outcomeOf(result: unknown): string {
  return (isObject(result) ? textField(result, 'outcome') : '') || 'done';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

type Counter = {
  readonly [Name in keyof typeof METRICS]: (typeof METRICS)[Name]['kind'] extends 'counter' ? Name : never;
}[keyof typeof METRICS];

function count(metric: Counter, by: number, labels: Readonly<Record<string, string>> = {}): void {
  const { name, help } = METRICS[metric];
  metricMeter.createCounter(name, undefined, help).add(by, labels);
}
