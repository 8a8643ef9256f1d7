import { cancellationSignal } from '@temporalio/activity';
import type { FundingKind, Order } from '../contract/funding';
import { looksBeforeSending, type ProviderSemantics } from '../contract/provider';
import { sendsOf, withQuote } from '../contract/refs';
import { LOOK_BEFORE_SEND_MS } from '../contract/timeouts';
import type { OrderCalls, OrderRequest, OrderSearch } from '../providers/port';
import { ProviderError } from '../providers/provider-error';
import type { FetchedOrders, FindOrderArgument, RefKey, SubmitArgument, SubmittedOrder } from './arguments';
import type { ActivityDeps } from './deps';
import { wasSentByAnotherRun } from './earlier-sends';
import { capabilityMissing, lookedInVain, Refusal } from './refusal';
import { requireCapabilities, servedProvider } from './served';

/**
 * Submits an order. One write, sent once, and never aborted, neither by a cancellation nor by a worker that shuts
 * down: that would turn a known outcome into an unknown one.
 *
 * Where a repeat would pay, or is told apart by its quote, the provider is asked for the ref immediately before: a history
 * that was reset answers for nobody. The workflow's other runs are asked too, because the provider may not show yet what
 * one of them sent.
 *
 * @throws ProviderError OUTCOME_UNKNOWN where another run may have sent it: it is looked up, and not sent
 */
export function submitOrder(deps: ActivityDeps, kind: FundingKind) {
  return async ({ provider, begunAt, deadOrderIds = [], ...request }: SubmitArgument): Promise<SubmittedOrder> => {
    const { semantics, connector } = servedProvider(deps, provider);
    requireCapabilities(semantics, [kind]);
    const { orders } = connector;
    if (orders === undefined) throw capabilityMissing(semantics, [kind]);
    const asked = { kind, ...request };
    const found = await ordersSince(begunAt, orders, semantics, asked);
    const known = found.filter(({ orderId, state }) => state === 'completed' || !deadOrderIds.includes(orderId));
    if (known.length > 0) return { sent: false, orders: known };
    return { sent: true, order: await orders.submit(asked) };
  };
}

/** What the provider has under the ref already, where sending it again could move money again. */
async function ordersSince(
  begunAt: string,
  orders: OrderCalls,
  semantics: ProviderSemantics,
  request: OrderRequest,
): Promise<readonly Order[]> {
  if (!looksBeforeSending(semantics, request.kind)) return [];
  if (orders.find === undefined) throw capabilityMissing(semantics, [request.kind]);
  const find = orders.find.bind(orders);
  return await beforeSending(async (signal) => {
    const search = { ref: request.ref, request, firstSentAt: begunAt };
    const found = await find(search, { signal });
    const pays = (activityId: string): boolean => paysBeside(semantics, request, activityId);
    if (found.length > 0 || !(await wasSentByAnotherRun(pays, LOOK_BEFORE_SEND_MS))) return found;
    throw new ProviderError('OUTCOME_UNKNOWN', { provider: semantics.provider, operation: SENT_BEFORE });
  });
}

/** Whether what another send may have done is done again by this one: every other where a repeat pays, else one with another quote. */
function paysBeside({ repeatedRef }: ProviderSemantics, { ref, terms }: OrderRequest, activityId: string): boolean {
  const isSameQuote = terms !== undefined && activityId.endsWith(withQuote(terms.number));
  return activityId.startsWith(sendsOf(ref)) && !(repeatedRef === 'replays' && isSameQuote);
}

/** What is told of a send that was not made, because another run may have made it. */
const SENT_BEFORE = 'submitInAnotherRun';

/**
 * Reads within the time that a submit has for it. What goes wrong in it, or takes longer, leaves the send unmade: that is
 * certain, whatever the error says of itself.
 */
async function beforeSending<Result>(look: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(LOOK_BEFORE_SEND_MS);
  try {
    const seen = await look(signal);
    if (signal.aborted) throw lookedInVain();
    return seen;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error instanceof Refusal ? error : lookedInVain();
    if (error.operation === SENT_BEFORE || error.outcome === 'not-applied') throw error;
    const { code, provider, operation, retryAfterMs } = error;
    throw new ProviderError(code === 'OUTCOME_UNKNOWN' ? 'UNREACHABLE' : code, {
      provider,
      operation,
      outcome: 'not-applied',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** The order under a ref, if the provider has one. */
export function fetchOrderByRef(deps: ActivityDeps) {
  return async ({ provider, ref }: RefKey): Promise<FetchedOrders> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.findByRef === undefined) throw capabilityMissing(semantics, ['deposit', 'withdrawal']);
    const order = await orders.findByRef(ref, { signal: cancellationSignal() });
    return { orders: order === undefined ? [] : [order] };
  };
}

/** The orders under a ref, by id or in the provider's lists, as far as they show. */
export function findOrder(deps: ActivityDeps) {
  return async ({ provider, ...search }: FindOrderArgument): Promise<FetchedOrders> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.find === undefined) throw capabilityMissing(semantics, [search.request.kind]);
    const found = await orders.find(search, { signal: cancellationSignal() });
    return { orders: found, ...(found.length > 0 ? {} : await suspectsOf(orders, search)) };
  };
}

const MOST_SUSPECTS = 20;

/** What a person may have to look at. A look-up that found nothing does not fail for want of it. */
async function suspectsOf(orders: OrderCalls, search: OrderSearch): Promise<Omit<FetchedOrders, 'orders'>> {
  if (orders.suspects === undefined) return {};
  try {
    const suspects = await orders.suspects(search, { signal: cancellationSignal() });
    return suspects.length === 0 ? {} : { suspects: suspects.slice(0, MOST_SUSPECTS) };
  } catch (error) {
    if (error instanceof ProviderError) return { suspectsUnread: true };
    throw error;
  }
}
