import { ApplicationFailure } from '@temporalio/common';
import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { FundingResult } from '../contract/funding';
import { fundingWorkflowId, onboardingWorkflowId } from '../contract/ids';
import type { OnboardAndFundResult } from '../contract/onboard-and-fund';
import type { OnboardingResult } from '../contract/onboarding';
import { NEEDS_ATTENTION } from '../contract/search-attributes';
import { WORKFLOW_TYPES } from '../contract/workflow-types';
import { inLanes as inSomeLanes } from '../system/in-lanes';
import type { ClientPapers } from './applications';
import { type Decision, isStop } from './decisions';
import type { ClientEvidence, FlowEnd, IntentEvidence } from './evidence';
import { PROVIDER, type LoadPlan } from './plan';
import { sendsOf } from './sends';

const LANES = 8;

/** Reads how every intent's workflow ended; needs to know how the clients' did, to tell which may be absent. */
export async function collectIntents(
  temporal: Client,
  { intents, clients }: LoadPlan,
  onboarded: readonly ClientEvidence[],
  decisions: readonly Decision[],
): Promise<readonly IntentEvidence[]> {
  const stopped = new Set(decisions.filter(isStop).map(({ workflowId }) => workflowId));
  const read = await inLanes(intents, async ({ request }) => {
    const workflowId = fundingWorkflowId(PROVIDER, request.fundingId);
    const sends = stopped.has(workflowId) ? await sendsOf(temporal, workflowId) : [];
    return { request, workflowId, sends, end: await endOf<FundingResult>(temporal, workflowId) };
  });
  const ends = new Map(read.map(({ request, end }) => [request.fundingId, end]));
  const ready = new Set(onboarded.filter(isReady).map(({ clientId }) => clientId));
  const ended = new Set(clients.flatMap(({ id, chain }) => (ready.has(id) ? afterItsEnd(chain, ends) : chain)));
  return read.map((intent) => ({ ...intent, mayBeAbsent: ended.has(intent.request.fundingId) }));
}

function isReady({ end }: ClientEvidence): boolean {
  return end.is === 'completed' && end.result.outcome === 'ready';
}

/** The movements of a chain that come after the first one that did not complete: they are never started. */
function afterItsEnd(chain: readonly string[], ends: ReadonlyMap<string, FlowEnd<FundingResult>>): readonly string[] {
  const last = chain.findIndex((fundingId) => {
    const end = ends.get(fundingId);
    return !(end?.is === 'completed' && /^(marked-)?completed$/.test(end.result.outcome));
  });
  return last < 0 ? [] : chain.slice(last + 1);
}

/** Reads how every client's workflow ended. */
export async function collectClients(
  temporal: Client,
  { clients }: LoadPlan,
  papers: ReadonlyMap<string, ClientPapers>,
  { replaced, amendmentLost }: Amendments,
): Promise<readonly ClientEvidence[]> {
  return await inLanes(clients, async ({ id, chain }): Promise<ClientEvidence> => {
    const workflowId = onboardingWorkflowId(PROVIDER, id);
    const contents = contentsOf(papers.get(id), {
      isReplaced: replaced.has(id),
      isUncertain: amendmentLost.has(id) && !replaced.has(id),
    });
    const end =
      chain.length === 0
        ? await endOf<OnboardingResult>(temporal, workflowId)
        : onboardingOf(await endOf<OnboardAndFundResult>(temporal, workflowId));
    return { clientId: id, workflowId, end, contents };
  });
}

/** Clients one of whose documents was replaced; and those of whom Temporal, restored, no longer knows that it was. */
interface Amendments {
  readonly replaced: ReadonlySet<string>;
  readonly amendmentLost: ReadonlySet<string>;
}

/** What must be on file in the end: of a type that was amended, the newer one; either, if nobody knows of it any more. */
function contentsOf(
  papers: ClientPapers | undefined,
  { isReplaced, isUncertain }: { readonly isReplaced: boolean; readonly isUncertain: boolean },
): ReadonlyMap<string, string> {
  const contents = new Map(papers?.contents);
  if (papers === undefined) return contents;
  const { type, content } = papers.replacement;
  if (isReplaced) contents.set(type, content);
  if (isUncertain) contents.delete(type);
  return contents;
}

function onboardingOf(end: FlowEnd<OnboardAndFundResult>): FlowEnd<OnboardingResult> {
  return end.is === 'completed' ? { is: 'completed', result: end.result.onboarding } : end;
}

/** How a workflow ended, if it has. */
export async function endOf<Result>(temporal: Client, workflowId: string): Promise<FlowEnd<Result>> {
  const handle = temporal.workflow.getHandle<() => Promise<Result>>(workflowId);
  try {
    const { status, typedSearchAttributes } = await handle.describe();
    switch (status.name) {
      case 'RUNNING':
        return { is: 'running', parked: typedSearchAttributes.get(NEEDS_ATTENTION) !== undefined };
      case 'CANCELLED':
        return { is: 'cancelled' };
      case 'COMPLETED':
      case 'FAILED':
        return { is: 'completed', result: await handle.result() };
      case 'TERMINATED':
      case 'TIMED_OUT':
      case 'CONTINUED_AS_NEW':
      case 'PAUSED':
      case 'UNSPECIFIED':
      case 'UNKNOWN':
        return { is: 'ended-otherwise', how: status.name };
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { is: 'absent' };
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    return { is: 'failed', code: cause instanceof ApplicationFailure ? (cause.type ?? cause.message) : String(cause) };
  }
}

/** Workflows that have not ended and ask nobody; a chain whose movement asks somebody is not among them. */
export async function unsettled(temporal: Client): Promise<readonly string[]> {
  const running = await idsOf(temporal, `ExecutionStatus = 'Running' AND ${NEEDS_ATTENTION.name} IS NULL`);
  if (running.length === 0) return [];
  const parked = new Set(await idsOf(temporal, `ExecutionStatus = 'Running' AND ${NEEDS_ATTENTION.name} IS NOT NULL`));
  const chains = new Set(
    await idsOf(temporal, `ExecutionStatus = 'Running' AND WorkflowType = '${WORKFLOW_TYPES.onboardAndFund}'`),
  );
  const waits = await inLanes(running, async (workflowId) => {
    if (!chains.has(workflowId)) return false;
    const { raw } = await temporal.workflow.getHandle(workflowId).describe();
    const children = raw.pendingChildren ?? [];
    return children.length > 0 && children.every(({ workflowId: child }) => parked.has(child ?? ''));
  });
  return running.filter((_, index) => waits[index] !== true);
}

/** Workflows that have not ended. */
export async function running(temporal: Client): Promise<readonly string[]> {
  return await idsOf(temporal, "ExecutionStatus = 'Running'");
}

/** How many histories were renewed. */
export async function renewals(temporal: Client): Promise<number> {
  return (await temporal.workflow.count("ExecutionStatus = 'ContinuedAsNew'")).count;
}

/** The ids of the flows that Temporal lists. */
export async function idsOf(temporal: Client, query: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of temporal.workflow.list({ query, pageSize: 500 })) ids.push(workflowId);
  return ids;
}

/** Works on a few at a time. */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  return await inSomeLanes(LANES, items, work);
}
