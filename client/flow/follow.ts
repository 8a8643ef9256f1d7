import type { ParkedState, ParkReason, StepRecord } from '../../contract/progress';
import { providerTaskQueue } from '../../contract/task-queues';
import { hasEnded, type FlowFailure, type FlowState, type FlowStatus } from './flow-status';
import { pause } from '../pause';
import { fromTemporal } from './from-temporal';
import { readFlow } from './read-flow';
import type { TemporalAccess } from './temporal-access';

/** What happens in a flow, as a follower sees it. */
export type FlowEvent = { readonly workflowId: string } & (
  | ({ readonly event: 'step' } & StepRecord)
  | { readonly event: 'stage'; readonly stage: string }
  | { readonly event: 'parked'; readonly parked: ParkedState<ParkReason> }
  /** Nobody works on the flow's task queue: it waits, and nothing is lost. */
  | { readonly event: 'no-worker'; readonly taskQueue: string }
  | { readonly event: 'ended'; readonly state: FlowState; readonly failure?: FlowFailure }
);

export interface FollowOptions {
  /** Whether to stop at the first open question to a person. Default false: follow to the end. */
  readonly untilParked?: boolean;
  /**
   * The time between looks, in milliseconds, if only its end and its questions matter. The first look comes after that
   * time, so that a flow that ends before is read once. Default: at once and often, for somebody who watches.
   */
  readonly lookEveryMs?: number;
  /** Called with what each look found. */
  readonly onLook?: (status: FlowStatus) => void;
  /** Ends the following, not the flow. */
  readonly signal?: AbortSignal;
}

const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 2_000;
const POLL_GROWTH = 1.5;

/**
 * Follows a flow, and the movements that follow from it, until its end.
 *
 * @returns where it stood last: ended, parked if that was asked for, or as it was when `signal` was aborted
 * @throws GangwayError UNKNOWN_ID, TEMPORAL_UNREACHABLE
 */
export async function followFlow(
  temporal: TemporalAccess,
  workflowId: string,
  onEvent: (event: FlowEvent) => void,
  { untilParked = false, lookEveryMs, onLook, signal }: FollowOptions = {},
): Promise<FlowStatus> {
  const tell = teller(onEvent);
  const watch = new AbortController();
  // Movements may go on after their chain, and are polled at their own pace.
  const root = { closed: false };
  const closing = untilClosed(temporal, workflowId, watch.signal).then(() => {
    root.closed = true;
  });
  try {
    if (lookEveryMs !== undefined) await Promise.race([pause(lookEveryMs, signal), closing]);
    for (
      let wait = lookEveryMs ?? FIRST_POLL_MS;
      ;
      wait = lookEveryMs ?? Math.min(wait * POLL_GROWTH, LONGEST_POLL_MS)
    ) {
      const status = await readFlow(temporal, workflowId);
      onLook?.(status);
      if (tell(status)) wait = lookEveryMs ?? FIRST_POLL_MS;
      const stop = hasEnded(status) || (untilParked && status.state === 'parked') || signal?.aborted === true;
      if (stop) return status;
      await (root.closed ? pause(wait, signal) : Promise.race([pause(wait, signal), closing]));
    }
  } finally {
    watch.abort();
  }
}

/** Tells each step, stage and question once; answers whether anything was new. */
function teller(onEvent: (event: FlowEvent) => void): (status: FlowStatus) => boolean {
  const told = new Set<string>();
  return (status) => {
    const fresh = eventsOf(status).filter(({ key, event }) => !told.has(`${event.workflowId} ${key}`));
    for (const { key, event } of fresh) {
      told.add(`${event.workflowId} ${key}`);
      onEvent(event);
    }
    return fresh.length > 0;
  };
}

interface KeyedEvent {
  /** Identifies the event when it is read again. */
  readonly key: string;
  readonly event: FlowEvent;
}

/** Everything a status says, in order: the end of a chain comes after the ends of its movements. */
function eventsOf(status: FlowStatus): readonly KeyedEvent[] {
  const movements = status.kind === 'onboarding' ? status.funding : [];
  return [
    ...progressOf(status),
    ...movements.flatMap((movement) => [...progressOf(movement), ...endOf(movement)]),
    ...endOf(status),
  ];
}

function progressOf(flow: FlowStatus): readonly KeyedEvent[] {
  const { workflowId, steps, stage, parked, workerAnswers, provider } = flow;
  const events: KeyedEvent[] = steps.map((step) => ({
    key: ['step', step.at, step.step, step.ref].join(' '),
    event: { workflowId, event: 'step', ...step },
  }));
  if (stage !== undefined && !hasEnded(flow)) {
    // A stage that is entered again after more steps is news.
    events.push({ key: `stage ${stage} ${steps.length}`, event: { workflowId, event: 'stage', stage } });
  }
  if (parked !== undefined) {
    events.push({ key: `parked ${parked.reason} ${parked.since}`, event: { workflowId, event: 'parked', parked } });
  }
  if (!workerAnswers) {
    events.push({
      key: 'no-worker',
      event: { workflowId, event: 'no-worker', taskQueue: providerTaskQueue(provider) },
    });
  }
  return events;
}

function endOf(flow: FlowStatus): readonly KeyedEvent[] {
  if (!hasEnded(flow)) return [];
  const { workflowId, state, failure } = flow;
  return [
    { key: 'ended', event: { workflowId, event: 'ended', state, ...(failure === undefined ? {} : { failure }) } },
  ];
}

/** Settles when the workflow closes, however it does; never before, and never throws. */
async function untilClosed({ client }: TemporalAccess, workflowId: string, signal: AbortSignal): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    await client.withAbortSignal(signal, () => handle.result());
  } catch (error) {
    if (fromTemporal(error).code === 'TEMPORAL_UNREACHABLE') await new Promise<never>(() => undefined);
  }
}
