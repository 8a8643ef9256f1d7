import { cancellationSignal, Context } from '@temporalio/activity';
import { approvalNeeded, type ApprovalRequirement, type FrozenPolicy } from '../contract/approval';
import type { FundingRequest, FundingResult, Intent } from '../contract/funding';
import { fundingWorkflowId } from '../contract/ids';
import type { IntentKey, KnownEntries, RecordedIntent } from '../contract/send-log';
import { WORKFLOW_TYPES } from '../contract/workflow-types';
import { movementProblems } from '../contract/movement';
import { fundingRequestSchema, movementDetailsProblems, parseInput } from '../inputs';
import type { ProviderInputs } from '../inputs/provider-inputs';
import { policySha256 } from './approval-policy';
import type { CheckedFunding, CheckFundingArgument, FundingSoFar } from './arguments';
import { askBook, withEntries } from './ask-book';
import type { ActivityDeps } from './deps';
import { strictestOf, uncount, withinLimits } from './limits';
import { recordStart } from './records';
import { bookBehind, idTaken, invalidRequest } from './refusal';
import { inputsOf, requireCapabilities, servedProvider } from './served';

/**
 * Everything that can be known about a funding before money moves. The whole request is read first; then the book admits
 * it, or tells how it ended before; then the provider is asked; then the book counts it, if the policy has a limit for it.
 *
 * @throws Refusal INVALID_REQUEST with every wrong field, CAPABILITY_MISSING, ID_TAKEN, LIMIT_EXCEEDED, BOOK_UNAVAILABLE or
 *   BOOK_BEHIND; nothing was sent
 * @throws ProviderError CLIENT_UNKNOWN, CLIENT_NOT_VERIFIED, CLIENT_INACTIVE, ASSET_INELIGIBLE, INSUFFICIENT_FUNDS
 */
export function checkFunding(deps: ActivityDeps) {
  return async ({ input, policyRead, ...known }: CheckFundingArgument): Promise<CheckedFunding> => {
    const request = parseRequest(input, inputsOf(deps, input));
    const { semantics, connector, inputs } = servedProvider(deps, request.provider);
    requireCapabilities(semantics, [request.kind]);
    const problems = movementProblems(request, semantics);
    if (problems.length > 0) throw invalidRequest(problems);

    const book = await admitted(deps, request, known);
    // Whoever knows the book of it has been here before.
    if (known.entries === undefined) {
      await recordStart(deps, request.requestedBy, deps.provesRequester?.(request) === true);
    }
    if (book.end !== undefined) return { semantics, book };
    try {
      await connector.orders?.check?.(request, { signal: cancellationSignal() });
      const overLimit = policyRead === true ? undefined : await withinLimits(deps, request, semantics, book);
      const approvalPolicy = policyFor(deps, request, overLimit);
      const destination = inputs?.destinationOf?.(request);
      return {
        semantics,
        ...(destination === undefined ? {} : { destination }),
        ...(approvalPolicy === undefined ? {} : { approvalPolicy }),
        book,
      };
    } catch (error) {
      await uncount(deps, request, book, error);
      throw withEntries(error, book.entries);
    }
  };
}

/** Enters the intent into the book, or finds it there. */
async function admitted(
  { sends }: ActivityDeps,
  request: FundingRequest,
  known: KnownEntries,
): Promise<RecordedIntent> {
  const admission = await askBook(() => sends.log.admit(intentOf(request), known));
  switch (admission.is) {
    case 'taken':
      throw idTaken();
    case 'behind':
      throw bookBehind();
    case 'admitted': {
      const { is: _is, ...recorded } = admission;
      return recorded;
    }
  }
}

/** What is asked for, if it can be read. */
export function askedIntent(input: unknown): Intent | undefined {
  const parsed = parseInput(fundingRequestSchema, input);
  return parsed.ok ? intentOf(parsed.value) : undefined;
}

/** What is asked for: who asks, and how far it may go, is no part of it. */
function intentOf({
  policy: _policy,
  requestedBy: _requestedBy,
  requesterProof: _requesterProof,
  ...intent
}: FundingRequest): Intent {
  return intent;
}

/** Where the movement of an intent stands that another run or workflow has started. */
export async function readFunding({ provider, fundingId }: IntentKey): Promise<FundingSoFar> {
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
  overLimit: ApprovalRequirement | undefined,
): FrozenPolicy | undefined {
  if (approvals.length === 0) return undefined;
  const asks = strictestOf(approvalNeeded(approvals, request), overLimit);
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
