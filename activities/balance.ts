import { cancellationSignal } from '@temporalio/activity';
import type { Balance } from '../contract/funding';
import type { BalanceArgument } from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing } from './refusal';
import { servedProvider } from './served';

/** The client's balance in one asset. */
export function readBalance(deps: ActivityDeps) {
  return async ({ provider, partnerClientId, asset }: BalanceArgument): Promise<Balance> => {
    const { connector } = servedProvider(deps, provider);
    if (connector.readBalance === undefined) throw capabilityMissing(provider, ['balances']);
    return await connector.readBalance(partnerClientId, asset, { signal: cancellationSignal() });
  };
}
