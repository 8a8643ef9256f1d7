import { cancellationSignal, Context } from '@temporalio/activity';
import { PROVIDER_HAS_NEWS } from '../contract/callbacks';
import type { ErrorCode } from '../contract/errors';
import {
  CODES_OF_PROVIDER,
  FLOW_WAITS,
  isOfProvider,
  providerWatchId,
  WATCH_WORKFLOW_TYPE,
  type Probe,
  type WaitingFlow,
  type WatchRequest,
} from '../contract/provider-watch';
import { NEEDS_ATTENTION, PROVIDER } from '../contract/search-attributes';
import { providerTaskQueue } from '../contract/task-queues';
import { WORKFLOW_TYPES } from '../contract/workflow-types';
import { ProviderError } from '../providers/provider-error';
import type { ListWaitingArgument, WakeArgument } from './arguments';
import type { ActivityDeps } from './deps';
import { isNoWorkflow } from './no-workflow';
import { servedProvider } from './served';

/** Short: what the provider answered must be reported in the time that the attempt has left. */
const JOIN_MS = 1_500;

const TOLD_BY_WRITES: readonly ErrorCode[] = ['UNREACHABLE', 'AUTH'];

/**
 * Has the workflow of this activity woken once the provider answers again, if a call met that it does not: tells the watch
 * of the provider, which is started if there is none.
 *
 * What a read met once may pass in a moment: it only joins a watch that is there, and starts one if it meets that again.
 * A write tells only of what kept it from being sent. One whose answer was lost is looked up at once, and that read tells; one
 * that came too often has a wait of its own.
 *
 * @returns whether the workflow is among those that are woken; never throws
 */
export async function joinWatch(error: unknown, call: 'read' | 'write'): Promise<boolean> {
  if (!(error instanceof ProviderError) || !isOfProvider(error.code)) return false;
  if (call === 'write' && !TOLD_BY_WRITES.includes(error.code)) return false;
  try {
    const { client, info } = Context.current();
    if (info.workflowExecution === undefined) return false;
    const { workflowId } = info.workflowExecution;
    const join = call === 'read' && info.attempt === 1 ? joinOpenWatch : startOrJoinWatch;
    return await client.withDeadline(Date.now() + JOIN_MS, () => join(error, workflowId));
  } catch {
    // Then it waits as long as it would without a watch.
    return false;
  }
}

async function joinOpenWatch(error: ProviderError, workflowId: string): Promise<boolean> {
  const handle = Context.current().client.workflow.getHandle(providerWatchId(error.provider));
  try {
    await handle.signal(FLOW_WAITS, waitingFlow(error, workflowId));
    return true;
  } catch (failure) {
    if (isNoWorkflow(failure)) return false;
    throw failure;
  }
}

async function startOrJoinWatch(error: ProviderError, workflowId: string): Promise<boolean> {
  const { provider } = error;
  const request: WatchRequest = { provider };
  await Context.current().client.workflow.signalWithStart(WATCH_WORKFLOW_TYPE, {
    workflowId: providerWatchId(provider),
    taskQueue: providerTaskQueue(provider),
    args: [request],
    signal: FLOW_WAITS,
    signalArgs: [waitingFlow(error, workflowId)],
    typedSearchAttributes: [{ key: PROVIDER, value: provider }],
    staticSummary: `Wakes who waits for ${provider}, once it answers`,
  });
  return true;
}

function waitingFlow({ code, retryAfterMs }: ProviderError, workflowId: string): WaitingFlow {
  return { workflowId, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/**
 * Reads the provider once in the name of all that wait for it. A connector without a harmless read says that it answers:
 * then the few that are woken first find out.
 */
export function probeProvider(deps: ActivityDeps) {
  return async ({ provider }: WatchRequest): Promise<Probe> => {
    const { connector } = servedProvider(deps, provider);
    try {
      await connector.probe?.({ signal: cancellationSignal() });
      return { answers: true };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const { code, retryAfterMs } = error;
      if (!isOfProvider(code)) return { answers: true };
      return { answers: false, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
  };
}

const CODES = CODES_OF_PROVIDER.map((code) => `'${code}'`).join(', ');
const { claimDeposit: _lock, ...FLOWS } = WORKFLOW_TYPES;
const FLOW_TYPES = Object.values(FLOWS)
  .map((type) => `'${type}'`)
  .join(', ');

/**
 * Flows that wait for the provider and may not have told its watch: those that are parked for what it is watched for; if
 * more waited than a watch can hold, every flow that is under way there.
 */
export async function listWaitingFlows({
  provider,
  everyFlow,
  limit,
}: ListWaitingArgument): Promise<readonly string[]> {
  const which = everyFlow ? `WorkflowType IN (${FLOW_TYPES})` : `${NEEDS_ATTENTION.name} IN (${CODES})`;
  const query = `ExecutionStatus = 'Running' AND ${PROVIDER.name} = '${provider}' AND ${which}`;
  const ids: string[] = [];
  for await (const { workflowId } of Context.current().client.workflow.list({
    query,
    pageSize: Math.min(limit, 500),
  })) {
    ids.push(workflowId);
    if (ids.length >= limit) break;
  }
  return ids;
}

/** Tells flows to read the provider again. One that has ended meanwhile is no trouble; telling one twice neither. */
export async function wakeFlows({ workflowIds }: WakeArgument): Promise<void> {
  const { client } = Context.current();
  await Promise.all(
    workflowIds.map(async (workflowId) => {
      try {
        await client.workflow.getHandle(workflowId).signal(PROVIDER_HAS_NEWS);
      } catch (error) {
        if (!isNoWorkflow(error)) throw error;
      }
    }),
  );
}
