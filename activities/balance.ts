import { cancellationSignal } from '@temporalio/activity';
import type { Balance } from '../contract/funding';
import type { BalanceArgument } from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing } from './refusal';
import { servedProvider } from './served';

/** The client's balance in one asset. */
export function readBalance(deps: ActivityDeps) {
  return async ({ provider, asset, ...client }: BalanceArgument): Promise<Balance> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { balances } = connector;
    if (balances === undefined) throw capabilityMissing(semantics, ['balances']);
    return await balances.read(client, asset, { signal: cancellationSignal() });
  };
}
