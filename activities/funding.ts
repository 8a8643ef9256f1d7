import { cancellationSignal } from '@temporalio/activity';
import { approvalNeeded, type FrozenPolicy } from '../contract/approval';
import type { FundingCheck, FundingRequest } from '../contract/funding';
import { movementProblems } from '../contract/movement';
import { fundingRequestSchema, movementDetailsProblems, parseInput } from '../inputs';
import type { ProviderInputs } from '../providers/port';
import { policySha256 } from './approval-policy';
import type { CheckFundingArgument } from './arguments';
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
