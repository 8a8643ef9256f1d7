import { cancellationSignal } from '@temporalio/activity';
import type { ReceivedDeposit, ReceivingAccount } from '../contract/receiving';
import type { ReceivedCalls } from '../providers/port';
import type { AccountArgument, FetchedAccount, ReceivedArgument } from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing } from './refusal';
import { servedProvider } from './served';

/** The account that a deposit of an asset would arrive at, an applied-for one included. */
export function fetchAccount(deps: ActivityDeps) {
  return async ({ provider, ...request }: AccountArgument): Promise<FetchedAccount> => {
    const account = await receivedCalls(deps, provider).account(request, { signal: cancellationSignal() });
    return account === undefined ? { found: false } : { found: true, account };
  };
}

/** Applies for the account. One write, sent once. */
export function applyForAccount(deps: ActivityDeps) {
  return async ({ provider, ...request }: AccountArgument): Promise<ReceivingAccount> =>
    await receivedCalls(deps, provider).apply(request);
}

/** Deposits of the asset that arrived since a time. */
export function listReceivedDeposits(deps: ActivityDeps) {
  return async ({ provider, since, ...request }: ReceivedArgument): Promise<readonly ReceivedDeposit[]> =>
    await receivedCalls(deps, provider).list(request, since, { signal: cancellationSignal() });
}

function receivedCalls(deps: ActivityDeps, provider: string): ReceivedCalls {
  const { semantics, connector } = servedProvider(deps, provider);
  if (connector.received === undefined) throw capabilityMissing(semantics, ['receive-deposit']);
  return connector.received;
}
