import type { WorkflowExecutionInfo } from '@temporalio/client';
import { FUNDING_STAGES, type FundingStage } from '../../contract/funding';
import { idProblem } from '../../contract/ids';
import { BATCH_WORKFLOW_TYPE } from '../../contract/messages';
import { WORKFLOW_TYPES } from '../../contract/workflow-types';
import { ONBOARDING_STAGES, type OnboardingStage } from '../../contract/onboarding';
import { EVERY_PARK_REASON, isParkReason, type ParkReason } from '../../contract/progress';
import { RECEIVING_STAGES, type ReceivingStage } from '../../contract/receiving';
import { FUNDING_ID, NEEDS_ATTENTION, PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../../contract/search-attributes';
import { BATCH_STAGES, type BatchStage } from '../../contract/batch';
import type { FieldProblem } from '../../contract/errors';
import { invalidRequest } from '../gangway-error';
import { fromTemporal } from './from-temporal';
import type { TemporalAccess } from './temporal-access';

/** Which flows are to be listed: those that match all of it. */
export interface ListFilter {
  /** Those that wait for a person. */
  readonly needsAttention?: boolean;
  /** Those that wait for a person for this reason. */
  readonly code?: ParkReason;
  readonly provider?: string;
  readonly partnerClientId?: string;
  /** A stage of any workflow, such as `parked`. */
  readonly stage?: FlowStage;
  /** Default 50. */
  readonly limit?: number;
}

/** A stage of any flow. */
export type FlowStage = FundingStage | OnboardingStage | ReceivingStage | BatchStage;

/** A filter as it is typed: its words are yet to be known. */
export interface TypedFilter extends Omit<ListFilter, 'code' | 'stage'> {
  readonly code?: string;
  readonly stage?: string;
}

/** A flow as Temporal's list shows it; no worker is asked. */
export interface FlowSummary {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  /** Temporal's word, such as `RUNNING`. */
  readonly status: string;
  readonly provider?: string;
  readonly partnerClientId?: string;
  readonly fundingId?: string;
  readonly stage?: string;
  /** Why it waits for a person. */
  readonly needsAttention?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
}

const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 10_000;
/** As many as a server gives at once: each page is a round trip. */
const LARGEST_PAGE = 1_000;
const STAGES: readonly string[] = [
  ...new Set([...FUNDING_STAGES, ...ONBOARDING_STAGES, ...RECEIVING_STAGES, ...BATCH_STAGES]),
];

/** What people list. A claim of a deposit is only a lock, and is left out. */
const { claimDeposit: _lock, ...LISTED } = WORKFLOW_TYPES;
const LISTED_TYPES: readonly string[] = [...Object.values(LISTED), BATCH_WORKFLOW_TYPE];

/**
 * The flows that match, latest start first. Temporal's list lags: what started or changed a moment ago may be missing.
 *
 * @throws GangwayError INVALID_REQUEST, TEMPORAL_UNREACHABLE
 */
export async function listFlows({ client }: TemporalAccess, filter: ListFilter): Promise<readonly FlowSummary[]> {
  const limit = filter.limit ?? DEFAULT_LIMIT;
  const query = queryOf(filter);
  const found: FlowSummary[] = [];
  try {
    for await (const execution of client.workflow.list({ query, pageSize: Math.min(limit, LARGEST_PAGE) })) {
      found.push(summaryOf(execution));
      if (found.length >= limit) break;
    }
  } catch (error) {
    throw fromTemporal(error);
  }
  return found;
}

/**
 * A filter that is safe in a query: everything in it is a known word or an id, so nothing needs quoting.
 *
 * @throws GangwayError INVALID_REQUEST
 */
export function readListFilter(filter: TypedFilter): ListFilter {
  const problems = filterProblems(filter);
  if (problems.length > 0 || !isOfKnownWords(filter)) throw invalidRequest(problems);
  return filter;
}

function isOfKnownWords(filter: TypedFilter): filter is ListFilter {
  const { code, stage } = filter;
  return (code === undefined || isParkReason(code)) && (stage === undefined || STAGES.includes(stage));
}

function queryOf(filter: ListFilter): string {
  const { needsAttention, code, provider, partnerClientId, stage } = readListFilter(filter);
  const types = LISTED_TYPES.map((type) => `'${type}'`);
  return [
    `WorkflowType IN (${types.join(', ')})`,
    ...(provider === undefined ? [] : [`${PROVIDER.name} = '${provider}'`]),
    ...(partnerClientId === undefined ? [] : [`${PARTNER_CLIENT_ID.name} = '${partnerClientId}'`]),
    ...(stage === undefined ? [] : [`${STAGE.name} = '${stage}'`]),
    // A workflow that Temporal ended while it was parked no longer waits for anyone.
    ...(needsAttention === true && code === undefined
      ? [`${NEEDS_ATTENTION.name} IS NOT NULL AND ExecutionStatus = 'Running'`]
      : []),
    ...(code === undefined ? [] : [`${NEEDS_ATTENTION.name} = '${code}' AND ExecutionStatus = 'Running'`]),
  ].join(' AND ');
}

function filterProblems({ code, provider, partnerClientId, stage, limit }: TypedFilter): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [field, value] of Object.entries({ provider, partnerClientId })) {
    const problem = value === undefined ? undefined : idProblem(value);
    if (problem !== undefined) problems.push({ field, problem });
  }
  if (code !== undefined && !isParkReason(code)) {
    problems.push({ field: 'code', problem: `must be one of ${EVERY_PARK_REASON.join(', ')}` });
  }
  if (stage !== undefined && !STAGES.includes(stage)) {
    problems.push({ field: 'stage', problem: `must be one of ${STAGES.join(', ')}` });
  }
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1 || limit > LARGEST_LIMIT)) {
    problems.push({ field: 'limit', problem: `must be a whole number from 1 to ${LARGEST_LIMIT}` });
  }
  return problems;
}

function summaryOf(execution: WorkflowExecutionInfo): FlowSummary {
  const { workflowId, runId, type, status, startTime, closeTime, typedSearchAttributes: attributes } = execution;
  const [provider, partnerClientId, fundingId, stage, needsAttention] = [
    PROVIDER,
    PARTNER_CLIENT_ID,
    FUNDING_ID,
    STAGE,
    NEEDS_ATTENTION,
  ].map((key) => attributes.get(key));
  return {
    workflowId,
    runId,
    type,
    status: status.name,
    ...(provider === undefined ? {} : { provider }),
    ...(partnerClientId === undefined ? {} : { partnerClientId }),
    ...(fundingId === undefined ? {} : { fundingId }),
    ...(stage === undefined ? {} : { stage }),
    ...(needsAttention === undefined ? {} : { needsAttention }),
    startedAt: startTime.toISOString(),
    ...(closeTime === undefined ? {} : { endedAt: closeTime.toISOString() }),
  };
}
