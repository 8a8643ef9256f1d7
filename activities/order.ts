import { cancellationSignal } from '@temporalio/activity';
import type { FundingKind, Order } from '../contract/funding';
import type { FetchedOrder, RefKey, SubmitArgument } from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing } from './refusal';
import { requireCapabilities, servedProvider } from './served';

/**
 * Submits an order. One write, sent once, and never aborted, neither by a cancellation nor by a worker that shuts
 * down: that would turn a known outcome into an unknown one.
 */
export function submitOrder(deps: ActivityDeps, kind: FundingKind) {
  return async ({ provider, partnerClientId, asset, amount, ref }: SubmitArgument): Promise<Order> => {
    const { semantics, connector } = servedProvider(deps, provider);
    requireCapabilities(semantics, [kind]);
    if (connector.submitOrder === undefined) throw capabilityMissing(provider, [kind]);
    return await connector.submitOrder({ kind, partnerClientId, asset, amount, ref });
  };
}

/** The order under a ref, if the provider has one. */
export function fetchOrderByRef(deps: ActivityDeps) {
  return async ({ provider, ref }: RefKey): Promise<FetchedOrder> => {
    const { connector } = servedProvider(deps, provider);
    if (connector.findOrder === undefined) throw capabilityMissing(provider, ['deposit', 'withdrawal']);
    const order = await connector.findOrder(ref, { signal: cancellationSignal() });
    return order === undefined ? { found: false } : { found: true, order };
  };
}
