import { cancellationSignal } from '@temporalio/activity';
import type { FundingKind, Order } from '../contract/funding';
import type { OrderCalls, OrderSearch } from '../providers/port';
import { ProviderError } from '../providers/provider-error';
import type { FetchedOrder, FindOrderArgument, RefKey, SubmitArgument } from './arguments';
import type { ActivityDeps } from './deps';
import { capabilityMissing } from './refusal';
import { requireCapabilities, servedProvider } from './served';

/**
 * Submits an order. One write, sent once, and never aborted, neither by a cancellation nor by a worker that shuts
 * down: that would turn a known outcome into an unknown one.
 */
export function submitOrder(deps: ActivityDeps, kind: FundingKind) {
  return async ({ provider, ...request }: SubmitArgument): Promise<Order> => {
    const { semantics, connector } = servedProvider(deps, provider);
    requireCapabilities(semantics, [kind]);
    if (connector.orders === undefined) throw capabilityMissing(semantics, [kind]);
    return await connector.orders.submit({ kind, ...request });
  };
}

/** The order under a ref, if the provider has one. */
export function fetchOrderByRef(deps: ActivityDeps) {
  return async ({ provider, ref }: RefKey): Promise<FetchedOrder> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.findByRef === undefined) throw capabilityMissing(semantics, ['deposit', 'withdrawal']);
    const order = await orders.findByRef(ref, { signal: cancellationSignal() });
    return order === undefined ? { found: false } : { found: true, order };
  };
}

/** The order that was asked for, by its id or in the provider's lists, if it shows. */
export function findOrder(deps: ActivityDeps) {
  return async ({ provider, ...search }: FindOrderArgument): Promise<FetchedOrder> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.find === undefined) throw capabilityMissing(semantics, [search.request.kind]);
    const order = await orders.find(search, { signal: cancellationSignal() });
    return order === undefined ? { found: false, ...(await suspectsOf(orders, search)) } : { found: true, order };
  };
}

const MOST_SUSPECTS = 20;

/** What a person may have to look at. A look-up that found nothing does not fail for want of it. */
async function suspectsOf(
  orders: OrderCalls,
  search: OrderSearch,
): Promise<Omit<Extract<FetchedOrder, { readonly found: false }>, 'found'>> {
  if (orders.suspects === undefined) return {};
  try {
    const suspects = await orders.suspects(search, { signal: cancellationSignal() });
    return suspects.length === 0 ? {} : { suspects: suspects.slice(0, MOST_SUSPECTS) };
  } catch (error) {
    if (error instanceof ProviderError) return { suspectsUnread: true };
    throw error;
  }
}
