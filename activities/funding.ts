import { cancellationSignal } from '@temporalio/activity';
import { approvalNeeded } from '../contract/approval';
import type { FundingCheck, FundingRequest } from '../contract/funding';
import { movementProblems } from '../contract/movement';
import { fundingRequestSchema, movementDetailsProblems, parseInput } from '../inputs';
import type { ProviderInputs } from '../providers/port';
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
    const { semantics, connector } = servedProvider(deps, request.provider);
    requireCapabilities(semantics, [request.kind]);
    const problems = movementProblems(request, semantics);
    if (problems.length > 0) throw invalidRequest(problems);

    await connector.orders?.check?.(request, { signal: cancellationSignal() });
    const approval = approvalNeeded(deps.approvals ?? [], request);
    return { semantics, ...(approval === undefined ? {} : { approval }) };
  };
}

function parseRequest(input: unknown, wants: ProviderInputs | undefined): FundingRequest {
  const parsed = parseInput(fundingRequestSchema, input);
  if (!parsed.ok) throw invalidRequest(parsed.problems);
  const problems = movementDetailsProblems(wants, parsed.value.kind, parsed.value);
  if (problems.length > 0) throw invalidRequest(problems);
  return parsed.value;
}
