import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { QueryDefinition } from '@temporalio/common';
import type { FundingProgress, FundingResult, Intent } from '../../contract/funding';
import { fundingWorkflowId } from '../../contract/ids';
import { fundingProgress, onboardingProgress, receivingProgress } from '../../contract/messages';
import type { OnboardAndFundRequest, OnboardAndFundResult, PlannedFunding } from '../../contract/onboard-and-fund';
import type { OnboardingProgress, OnboardingResult } from '../../contract/onboarding';
import type { ExpectedDeposit, ReceivingProgress, ReceivingResult } from '../../contract/receiving';
import { NEEDS_ATTENTION } from '../../contract/search-attributes';
import { WORKFLOW_TYPES } from '../../contract/workflow-types';
import { fundingRequestSchema, onboardAndFundSchema, parseInput, receivingRequestSchema } from '../../inputs';
import { grpcStatus, GRPC } from '../../temporal/grpc-status';
import { GangwayError } from '../gangway-error';
import { readWorkflowId } from './flow-id';
import type {
  FlowFailure,
  FlowState,
  FlowStatus,
  FundingStatus,
  OnboardingStatus,
  ReceivingStatus,
} from './flow-status';
import { fromTemporal, unknownId } from './from-temporal';
import { repeatedCall } from './repeated-call';
import { startedRequest } from './started-request';
import type { TemporalAccess } from './temporal-access';

/** A worker answers a question about a workflow it has at hand in milliseconds; one that starts takes seconds. */
const QUERY_TIMEOUT_MS = 3_000;

/**
 * Reads where a flow stands.
 *
 * @throws GangwayError UNKNOWN_ID, TEMPORAL_UNREACHABLE
 */
export async function readFlow(temporal: TemporalAccess, workflowId: string): Promise<FlowStatus> {
  const described = await describe(temporal, workflowId);
  switch (described.type) {
    case WORKFLOW_TYPES.fundAccount:
      return await readFunding(temporal, described);
    case WORKFLOW_TYPES.receiveDeposit:
      return await readReceiving(temporal, described);
    case WORKFLOW_TYPES.onboardClient:
      return await readOnboarding(temporal, described);
    case WORKFLOW_TYPES.onboardAndFund:
      return await readChain(temporal, described);
    default:
      throw unknownId(workflowId);
  }
}

/** As {@link readFlow}; undefined if there is none of that id. */
export async function findFlow(temporal: TemporalAccess, workflowId: string): Promise<FlowStatus | undefined> {
  try {
    return await readFlow(temporal, workflowId);
  } catch (error) {
    if (error instanceof GangwayError && error.code === 'UNKNOWN_ID') return undefined;
    throw error;
  }
}

async function describe({ client }: TemporalAccess, workflowId: string): Promise<WorkflowExecutionDescription> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    throw fromTemporal(error, workflowId);
  }
}

async function readFunding(temporal: TemporalAccess, described: WorkflowExecutionDescription): Promise<FundingStatus> {
  const read = await readProgress<FundingProgress, FundingResult>(temporal, described, fundingProgress);
  const { progress, ended } = read;
  const intent = ended.result?.intent ?? progress?.intent ?? (await startedIntent(temporal, described));
  const known = ended.result ?? progress;
  return {
    kind: 'funding',
    ...basics(described, intent, read),
    state: ended.result === undefined ? stateOf(described, progress) : endState(ended.result.outcome),
    fundingId: intent.fundingId,
    ...(progress === undefined ? {} : { stage: progress.stage }),
    intent,
    refs: known?.refs ?? [],
    ...(known?.order === undefined ? {} : { order: known.order }),
    ...(progress?.approval === undefined ? {} : { approval: progress.approval }),
    ...(known?.approvalPolicy === undefined ? {} : { approvalPolicy: known.approvalPolicy }),
    ...(ended.result === undefined ? {} : { adopted: ended.result.adopted }),
    ...(ended.result?.balanceAfter === undefined ? {} : { balanceAfter: ended.result.balanceAfter }),
    ...(ended.result?.completedMeans === undefined ? {} : { completedMeans: ended.result.completedMeans }),
  };
}

async function readReceiving(
  temporal: TemporalAccess,
  described: WorkflowExecutionDescription,
): Promise<ReceivingStatus> {
  const read = await readProgress<ReceivingProgress, ReceivingResult>(temporal, described, receivingProgress);
  const { progress, ended } = read;
  const known = ended.result ?? progress;
  const expected = known?.expected ?? (await startedExpectation(temporal, described));
  return {
    kind: 'receiving',
    ...basics(described, expected, read),
    state: ended.result === undefined ? stateOf(described, progress) : endState(ended.result.outcome),
    fundingId: expected.fundingId,
    ...(progress === undefined ? {} : { stage: progress.stage }),
    expected,
    ...(known?.account === undefined ? {} : { account: known.account }),
    ...(known?.deposit === undefined ? {} : { deposit: known.deposit }),
  };
}

async function readOnboarding(
  temporal: TemporalAccess,
  described: WorkflowExecutionDescription,
): Promise<OnboardingStatus> {
  return onboardingStatus(described, await readProgress(temporal, described, onboardingProgress));
}

async function readChain(temporal: TemporalAccess, described: WorkflowExecutionDescription): Promise<OnboardingStatus> {
  const read = await readProgress<OnboardingProgress, OnboardAndFundResult>(temporal, described, onboardingProgress);
  const { progress, ended } = read;
  const onboarding = onboardingStatus(described, {
    ...read,
    ended: {
      ...(ended.failure === undefined ? {} : { failure: ended.failure }),
      ...(ended.result === undefined ? {} : { result: ended.result.onboarding }),
    },
  });
  const planned = await plannedFunding(temporal, described);
  const ready = onboarding.state === 'done' || progress?.stage === 'ready';
  const funding = ready ? await begunFunding(temporal, onboarding.provider, planned) : [];
  return withChain({ ...onboarding, planned, funding }, ended.result !== undefined);
}

function onboardingStatus(
  described: WorkflowExecutionDescription,
  read: Read<OnboardingProgress, OnboardingResult>,
): OnboardingStatus {
  const { progress, ended } = read;
  const own = readWorkflowId(described.workflowId);
  const client = (ended.result ?? progress)?.client;
  return {
    kind: 'onboarding',
    ...basics(described, { provider: own?.provider ?? '', partnerClientId: own?.own ?? '' }, read),
    state: ended.result === undefined ? stateOf(described, progress) : endState(ended.result.outcome),
    ...(progress === undefined ? {} : { stage: progress.stage }),
    ...(client === undefined ? {} : { client }),
    ...(ended.result?.how === undefined ? {} : { how: ended.result.how }),
    documents: ended.result?.documents ?? [],
    planned: [],
    funding: [],
  };
}

/** Movements follow one another, so the first that has not begun is the last to be looked for. */
async function begunFunding(
  temporal: TemporalAccess,
  provider: string,
  planned: readonly PlannedFunding[],
): Promise<readonly FundingStatus[]> {
  const begun: FundingStatus[] = [];
  for (const { fundingId } of planned) {
    const flow = await findFlow(temporal, fundingWorkflowId(provider, fundingId));
    if (flow?.kind !== 'funding') break;
    begun.push(flow);
    if (flow.state !== 'done') break;
  }
  return begun;
}

/** The chain's state speaks for its movements too. */
function withChain(chain: OnboardingStatus, ended: boolean): OnboardingStatus {
  if (chain.state !== 'done' && chain.state !== 'running') return chain;
  const unfinished = chain.funding.find(({ state }) => state !== 'done');
  if (unfinished !== undefined) {
    const { state, failure } = unfinished;
    return { ...chain, state, ...(failure === undefined ? {} : { failure }) };
  }
  if (chain.funding.length === chain.planned.length || !ended) return { ...chain, state: ended ? 'done' : 'running' };
  const begun = chain.funding.at(-1)?.workflowId ?? 'a movement';
  const message =
    `${begun} was started apart from this chain, which ended there. ` +
    'The movements after it have not begun: start them by themselves.';
  return { ...chain, state: 'failed', failure: { code: 'ID_TAKEN', message, fields: [] } };
}

interface Read<Progress, Result> {
  /** Undefined if no worker answered, or the workflow had ended before it could be asked. */
  readonly progress: Progress | undefined;
  readonly ended: { readonly result?: Result; readonly failure?: FlowFailure };
}

async function readProgress<Progress, Result>(
  temporal: TemporalAccess,
  described: WorkflowExecutionDescription,
  query: QueryDefinition<Progress>,
): Promise<Read<Progress, Result>> {
  const ended = described.status.name === 'RUNNING' ? {} : await readEnd<Result>(temporal, described);
  const progress = ended.result === undefined ? await ask(temporal, described, query) : undefined;
  return { progress, ended };
}

async function readEnd<Result>(
  { client }: TemporalAccess,
  { workflowId, runId, status }: WorkflowExecutionDescription,
): Promise<{ readonly result?: Result; readonly failure?: FlowFailure }> {
  if (status.name === 'PAUSED') return {};
  try {
    return { result: await client.workflow.getHandle<() => Promise<Result>>(workflowId, runId).result() };
  } catch (error) {
    const { code, message, fields } = fromTemporal(error, workflowId);
    if (code === 'TEMPORAL_UNREACHABLE') throw error;
    return { failure: { code, message, fields } };
  }
}

async function ask<Progress>(
  { client }: TemporalAccess,
  { workflowId, runId }: WorkflowExecutionDescription,
  query: QueryDefinition<Progress>,
): Promise<Progress | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    return await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => handle.query(query));
  } catch (error) {
    const code = grpcStatus(error instanceof Error && error.cause !== undefined ? error.cause : error);
    if (code === GRPC.UNAVAILABLE) throw fromTemporal(error, workflowId);
    return undefined;
  }
}

function basics<
  Progress extends Pick<
    FundingProgress | OnboardingProgress | ReceivingProgress,
    'steps' | 'decisions' | 'parked' | 'waiting'
  >,
>(
  described: WorkflowExecutionDescription,
  { provider, partnerClientId }: Pick<Intent, 'provider' | 'partnerClientId'>,
  { progress, ended }: Read<Progress, Pick<FundingResult | OnboardingResult | ReceivingResult, 'steps' | 'decisions'>>,
) {
  const known = ended.result ?? progress;
  const running = described.status.name === 'RUNNING';
  const waiting = progress?.parked === undefined ? (progress?.waiting ?? repeatedCall(described)) : undefined;
  return {
    workflowId: described.workflowId,
    runId: described.runId,
    provider,
    partnerClientId,
    startedAt: described.startTime.toISOString(),
    ...(described.closeTime === undefined ? {} : { endedAt: described.closeTime.toISOString() }),
    steps: known?.steps ?? [],
    decisions: known?.decisions ?? [],
    ...(progress?.parked === undefined || !running ? {} : { parked: progress.parked }),
    ...(waiting === undefined || !running ? {} : { waiting }),
    ...(ended.failure === undefined ? {} : { failure: ended.failure }),
    workerAnswers: known !== undefined || !running,
  };
}

/** The state of a flow without a result. */
function stateOf(
  { status, typedSearchAttributes }: WorkflowExecutionDescription,
  progress: { readonly parked?: unknown } | undefined,
): FlowState {
  switch (status.name) {
    case 'RUNNING':
    case 'PAUSED':
    case 'CONTINUED_AS_NEW':
    case 'UNSPECIFIED':
    case 'UNKNOWN': {
      const parked = progress === undefined ? typedSearchAttributes.get(NEEDS_ATTENTION) : progress.parked;
      return parked === undefined ? 'running' : 'parked';
    }
    case 'CANCELLED':
      return 'cancelled';
    case 'COMPLETED':
    case 'FAILED':
    case 'TERMINATED':
    case 'TIMED_OUT':
      return 'failed';
  }
}

function endState(outcome: (FundingResult | OnboardingResult | ReceivingResult)['outcome']): FlowState {
  switch (outcome) {
    case 'completed':
    case 'marked-completed':
    case 'ready':
      return 'done';
    case 'abandoned':
    case 'cancelled':
      return outcome;
  }
}

/** What was asked, if neither the workflow nor its result says so. */
async function startedIntent(temporal: TemporalAccess, described: WorkflowExecutionDescription): Promise<Intent> {
  const parsed = parseInput(fundingRequestSchema, await readStarted(temporal, described));
  if (parsed.ok) return parsed.value;
  const own = readWorkflowId(described.workflowId);
  const [provider, fundingId] = [own?.provider ?? '', own?.own ?? ''];
  return { provider, fundingId, kind: 'deposit', partnerClientId: '', asset: '', amount: '' };
}

/** See {@link startedIntent}. */
async function startedExpectation(
  temporal: TemporalAccess,
  described: WorkflowExecutionDescription,
): Promise<ExpectedDeposit> {
  const parsed = parseInput(receivingRequestSchema, await readStarted(temporal, described));
  if (parsed.ok) {
    const { policy: _policy, ...expected } = parsed.value;
    return expected;
  }
  const own = readWorkflowId(described.workflowId);
  return { provider: own?.provider ?? '', fundingId: own?.own ?? '', partnerClientId: '', asset: '', amount: '' };
}

async function plannedFunding(
  temporal: TemporalAccess,
  described: WorkflowExecutionDescription,
): Promise<OnboardAndFundRequest['funding']> {
  const parsed = parseInput(onboardAndFundSchema, await readStarted(temporal, described));
  return parsed.ok ? parsed.value.funding : [];
}

async function readStarted(temporal: TemporalAccess, described: WorkflowExecutionDescription): Promise<unknown> {
  try {
    return await startedRequest(temporal, described);
  } catch (error) {
    throw fromTemporal(error, described.workflowId);
  }
}
