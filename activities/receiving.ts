import { cancellationSignal, Context } from '@temporalio/activity';
import { receivedDepositWorkflowId } from '../contract/ids';
import { sameAmount } from '../contract/money';
import { receivingProblems } from '../contract/movement';
import type { DepositClaim, ReceivedDeposit, ReceivingAccount, ReceivingCheck } from '../contract/receiving';
import { movementDetailsProblems, parseInput, receivingRequestSchema } from '../inputs';
import type { AccountRequest, ReceivedCalls } from '../providers/port';
import type {
  AccountInformationArgument,
  AtProvider,
  CheckReceivingArgument,
  DepositKey,
  FetchedAccount,
  ReceivedArgument,
} from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing, invalidRequest } from './refusal';
import { inputsOf, requireCapabilities, servedProvider } from './served';

/**
 * Everything that can be known about an expected deposit before its account is asked for.
 *
 * @throws Refusal INVALID_REQUEST with every wrong field, or CAPABILITY_MISSING; nothing was sent
 */
export function checkReceiving(deps: ActivityDeps) {
  return async ({ input }: CheckReceivingArgument): Promise<ReceivingCheck> => {
    const parsed = parseInput(receivingRequestSchema, input);
    if (!parsed.ok) throw invalidRequest(parsed.problems);
    const request = parsed.value;
    const { semantics } = servedProvider(deps, request.provider);
    requireCapabilities(semantics, ['receive-deposit']);
    const problems = [
      ...receivingProblems(request, semantics),
      ...movementDetailsProblems(inputsOf(deps, input), 'receive', request),
    ];
    if (problems.length > 0) throw invalidRequest(problems);
    return { semantics };
  };
}

/** The account that a deposit of an asset would arrive at, an applied-for one included. */
export function fetchAccount(deps: ActivityDeps) {
  return async ({ provider, ...request }: AtProvider<AccountRequest>): Promise<FetchedAccount> => {
    const account = await receivedCalls(deps, provider).account(request, { signal: cancellationSignal() });
    return account === undefined ? { found: false } : { found: true, account };
  };
}

/** Applies for the account. One write, sent once. */
export function applyForAccount(deps: ActivityDeps) {
  return async ({ provider, ...request }: AtProvider<AccountRequest>): Promise<ReceivingAccount> =>
    await receivedCalls(deps, provider).apply(request);
}

/** Gives an application for an account what the provider asked for. One write, sent once. */
export function supplyAccountInformation(deps: ActivityDeps) {
  return async ({ provider, information, ...request }: AccountInformationArgument): Promise<void> => {
    const received = receivedCalls(deps, provider);
    if (received.supplyInformation === undefined) {
      throw capabilityMissing(servedProvider(deps, provider).semantics, ['supply-information']);
    }
    await received.supplyInformation(request, information);
  };
}

/** How many other deposits are shown beside those of the amount, to a person who looks for the money: the latest. */
const MOST_OTHERS = 10;

/** Deposits of the asset that arrived since a time: all of the amount, and the latest of the others. */
export function listReceivedDeposits(deps: ActivityDeps) {
  return async ({ provider, since, amount, ...request }: ReceivedArgument): Promise<readonly ReceivedDeposit[]> => {
    const all = await receivedCalls(deps, provider).list(request, since, { signal: cancellationSignal() });
    const byTime = all.toSorted((a, b) => (a.receivedAt ?? '').localeCompare(b.receivedAt ?? ''));
    const isOfAmount = (deposit: ReceivedDeposit): boolean => sameAmount(deposit.amount, amount);
    const others = byTime.filter((deposit) => !isOfAmount(deposit)).slice(-MOST_OTHERS);
    return [...byTime.filter(isOfAmount), ...others];
  };
}

/** Which expected deposit the money was taken for: a run of its own workflow that was reset away may have taken it. */
export async function readDepositClaim({ provider, depositId }: DepositKey): Promise<DepositClaim> {
  const { client } = Context.current();
  const workflowId = receivedDepositWorkflowId(provider, depositId);
  return await client.workflow.getHandle<(claim: DepositClaim) => Promise<DepositClaim>>(workflowId).result();
}

function receivedCalls(deps: ActivityDeps, provider: string): ReceivedCalls {
  const { semantics, connector } = servedProvider(deps, provider);
  if (connector.received === undefined) throw capabilityMissing(semantics, ['receive-deposit']);
  return connector.received;
}
