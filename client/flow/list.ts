import type { WorkflowExecutionInfo } from '@temporalio/client';
import { FUNDING_STAGES } from '../../contract/funding';
import { idProblem } from '../../contract/ids';
import { BATCH_WORKFLOW_TYPE } from '../../contract/messages';
import { WORKFLOW_TYPES } from '../../contract/workflow-types';
import { ONBOARDING_STAGES } from '../../contract/onboarding';
import { EVERY_PARK_REASON, isParkReason } from '../../contract/progress';
import { RECEIVING_STAGES } from '../../contract/receiving';
import { FUNDING_ID, NEEDS_ATTENTION, PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../../contract/search-attributes';
import { BATCH_STAGES } from '../../contract/batch';
import type { FieldProblem } from '../../contract/errors';
import { invalidRequest } from '../gangway-error';
import { fromTemporal } from './from-temporal';
import type { TemporalAccess } from './temporal-access';

export interface ListFilter {
  /** Those that wait for a person. */
  readonly needsAttention?: boolean;
  /** Those that wait for a person for this ParkReason. */
  readonly code?: string;
  readonly provider?: string;
  readonly partnerClientId?: string;
  /** A stage of any workflow, such as `parked`. */
  readonly stage?: string;
  /** Default 50. */
  readonly limit?: number;
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
const STAGES: readonly string[] = [
  ...new Set([...FUNDING_STAGES, ...ONBOARDING_STAGES, ...RECEIVING_STAGES, ...BATCH_STAGES]),
];

/** What people list: a claim of a deposit is a lock and nothing else. */
const { claimDeposit: _lock, ...LISTED } = WORKFLOW_TYPES;
const LISTED_TYPES: readonly string[] = [...Object.values(LISTED), BATCH_WORKFLOW_TYPE];

/**
 * The flows that match, latest start first. What started or changed a moment ago may be missing: Temporal's list
 * follows after.
 *
 * @throws GangwayError INVALID_REQUEST, TEMPORAL_UNREACHABLE
 */
export async function listFlows({ client }: TemporalAccess, filter: ListFilter): Promise<readonly FlowSummary[]> {
  const limit = filter.limit ?? DEFAULT_LIMIT;
  const query = queryOf(filter);
  const found: FlowSummary[] = [];
  try {
    for await (const execution of client.workflow.list({ query, pageSize: Math.min(limit, 100) })) {
      found.push(summaryOf(execution));
      if (found.length >= limit) break;
    }
  } catch (error) {
    throw fromTemporal(error);
  }
  return found;
}

/**
 * A filter that can be asked for: everything in it is a known word or an id, so that nothing needs quoting in a query.
 *
 * @throws GangwayError INVALID_REQUEST
 */
export function readListFilter(filter: ListFilter): ListFilter {
  const problems = filterProblems(filter);
  if (problems.length > 0) throw invalidRequest(problems);
  return filter;
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

function filterProblems({ code, provider, partnerClientId, stage, limit }: ListFilter): readonly FieldProblem[] {
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
