import { cancellationSignal, Context } from '@temporalio/activity';
import { approvalNeeded, type FrozenPolicy } from '../contract/approval';
import type { FundingCheck, FundingRequest, FundingResult } from '../contract/funding';
import { fundingWorkflowId } from '../contract/ids';
import { WORKFLOW_TYPES } from '../contract/workflow-types';
import { movementProblems } from '../contract/movement';
import { fundingRequestSchema, movementDetailsProblems, parseInput } from '../inputs';
import type { ProviderInputs } from '../providers/port';
import { policySha256 } from './approval-policy';
import type { CheckFundingArgument, FundingKey, FundingSoFar } from './arguments';
import type { ActivityDeps } from './deps';
import { invalidRequest } from './refusal';
import { inputsOf, requireCapabilities, servedProvider } from './served';

/**
 * Everything that can be known of a funding before money moves. The request is read whole before the provider is
 * asked anything.
 *
 * @throws Refusal INVALID_REQUEST with every wrong field, or CAPABILITY_MISSING; nothing was sent
 * @throws ProviderError CLIENT_UNKNOWN, CLIENT_NOT_VERIFIED, CLIENT_INACTIVE, ASSET_INELIGIBLE, INSUFFICIENT_FUNDS
 */
export function checkFunding(deps: ActivityDeps) {
  return async ({ input }: CheckFundingArgument): Promise<FundingCheck> => {
    const request = parseRequest(input, inputsOf(deps, input));
    const { semantics, connector, inputs } = servedProvider(deps, request.provider);
    requireCapabilities(semantics, [request.kind]);
    const problems = movementProblems(request, semantics);
    if (problems.length > 0) throw invalidRequest(problems);

    await connector.orders?.check?.(request, { signal: cancellationSignal() });
    const approvalPolicy = policyFor(deps, request);
    const destination = inputs?.destinationOf?.(request);
    return {
      semantics,
      ...(destination === undefined ? {} : { destination }),
      ...(approvalPolicy === undefined ? {} : { approvalPolicy }),
    };
  };
}

/** How the movement of an intent stands, which another run, or another workflow, has started. */
export async function readFunding({ provider, fundingId }: FundingKey): Promise<FundingSoFar> {
  const { client } = Context.current();
  const handle = client.workflow.getHandle<() => Promise<FundingResult>>(fundingWorkflowId(provider, fundingId));
  const { status, type } = await handle.describe();
  if (type !== WORKFLOW_TYPES.fundAccount) return { is: 'another' };
  switch (status.name) {
    case 'RUNNING':
    case 'CONTINUED_AS_NEW':
    case 'PAUSED':
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      return { is: 'under-way' };
    case 'COMPLETED':
      return { is: 'ended', result: await handle.result() };
    case 'CANCELLED':
    case 'FAILED':
    case 'TERMINATED':
    case 'TIMED_OUT':
      return { is: 'stopped' };
  }
}

/** The worker's policy as it is now, for the workflow to freeze. */
function policyFor(
  { approvals = [], provesRequester }: ActivityDeps,
  request: FundingRequest,
): FrozenPolicy | undefined {
  if (approvals.length === 0) return undefined;
  const asks = approvalNeeded(approvals, request);
  return {
    sha256: policySha256(approvals),
    ...(asks === undefined ? {} : { asks }),
    ...(provesRequester?.(request) === true ? { requesterProven: true } : {}),
  };
}

function parseRequest(input: unknown, wants: ProviderInputs | undefined): FundingRequest {
  const parsed = parseInput(fundingRequestSchema, input);
  if (!parsed.ok) throw invalidRequest(parsed.problems);
  const problems = movementDetailsProblems(wants, parsed.value.kind, parsed.value);
  if (problems.length > 0) throw invalidRequest(problems);
  return parsed.value;
}
