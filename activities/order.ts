import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { Order, Terms } from '../contract/funding';
import { looksBeforeSending, type ProviderSemantics } from '../contract/provider';
import { sendsOf, withQuote } from '../contract/refs';
import { type KnownEntries, SENT_BY_ANOTHER_RUN } from '../contract/send-log';
import { LOOK_BEFORE_SEND_MS } from '../contract/timeouts';
import type { OrderRequest, OrderSearch, QuoteRequest } from '../contract/order-requests';
import type { OrderCalls } from '../providers/port';
import { ProviderError } from '../providers/provider-error';
import type {
  AtProvider,
  FetchedOrders,
  FindOrderArgument,
  ForTheBook,
  OrderKey,
  SentBefore,
  SubmittedOrder,
} from './arguments';
import { beforeSending, mayBeMadeElsewhere } from './before-sending';
import { lookedUpInBook } from './booked-look-up';
import type { ActivityDeps } from './deps';
import { mayHaveBeenApplied, sendsOfOtherRuns } from './earlier-sends';
import { sendLogged } from './logged-send';
import { capabilityMissing } from './refusal';
import { requireCapabilities, servedProvider } from './served';

/** Asks for the terms of an order. Binds nobody. */
export function quoteOrder(deps: ActivityDeps) {
  return async ({ provider, ...request }: AtProvider<QuoteRequest>): Promise<Terms> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.quote === undefined) throw capabilityMissing(semantics, ['quote']);
    return await orders.quote(request);
  };
}

/**
 * Submits an order, of whichever kind. One write, sent once, and never aborted, neither by a cancellation nor by a worker that shuts
 * down: that would turn a known outcome into an unknown one.
 *
 * If a repeat would pay, or is told apart by its quote, the provider is asked for the ref immediately before, because a
 * history that was reset does not tell what was sent. The workflow's other runs are asked too: the provider may not
 * show yet what one of them sent. What they have not begun is fenced.
 *
 * @throws ProviderError OUTCOME_UNKNOWN if another run may have sent it: it is looked up, and not sent
 */
export function submitOrder(deps: ActivityDeps) {
  return async (argument: AtProvider<OrderRequest> & SentBefore): Promise<SubmittedOrder> => {
    const { provider, begunAt, deadOrderIds = [], entries, ...request } = argument;
    const { semantics, connector } = servedProvider(deps, provider);
    requireCapabilities(semantics, [request.kind]);
    const { orders } = connector;
    if (orders === undefined) throw capabilityMissing(semantics, [request.kind]);
    const known: KnownEntries = entries === undefined ? {} : { entries };
    const found = await ordersSince(deps, { begunAt, ...known }, orders, semantics, request);
    const standing = found.filter(({ orderId, state }) => state === 'completed' || !deadOrderIds.includes(orderId));
    if (standing.length > 0) return { sent: false, orders: standing };
    const { activityId } = activityInfo();
    const send = { provider, request, activityId, ...known };
    return { sent: true, ...(await sendLogged(deps.sends, send, () => orders.submit(request))) };
  };
}

/** What the provider has under the ref already, if sending it again could move money again. */
async function ordersSince(
  deps: ActivityDeps,
  { begunAt, ...known }: Pick<SentBefore, 'begunAt'> & KnownEntries,
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
    if (found.length > 0) return found;
    const { provider } = semantics;
    const elsewhere = await sendsOfOtherRuns(pays, LOOK_BEFORE_SEND_MS);
    if (!(await mayHaveBeenApplied(deps, { provider, ref: request.ref, ...known }, elsewhere))) return found;
    throw mayBeMadeElsewhere(provider, SENT_BY_ANOTHER_RUN);
  });
}

/** Whether this send could repeat what another one did: any other if a repeat pays, else one with another quote. */
function paysBeside({ repeatedRef }: ProviderSemantics, { ref, terms }: OrderRequest, activityId: string): boolean {
  const isSameQuote = terms !== undefined && activityId.endsWith(withQuote(terms.number));
  return activityId.startsWith(sendsOf(ref)) && !(repeatedRef === 'replays' && isSameQuote);
}

/** The order under a ref, if the provider has one. */
export function fetchOrderByRef(deps: ActivityDeps) {
  return async (lookUp: OrderKey): Promise<FetchedOrders> => {
    const { semantics, connector } = servedProvider(deps, lookUp.provider);
    const { orders } = connector;
    if (orders?.findByRef === undefined) throw capabilityMissing(semantics, ['deposit', 'withdrawal']);
    const findByRef = orders.findByRef.bind(orders);
    return await lookedUpInBook(deps, lookUp, async () => {
      const order = await findByRef(lookUp.ref, { signal: cancellationSignal() });
      return { orders: order === undefined ? [] : [order] };
    });
  };
}

/** The orders under a ref, by id or in the provider's lists, as far as they show. */
export function findOrder(deps: ActivityDeps) {
  return async ({ provider, entries, fence, ownOrderIds, ...search }: FindOrderArgument): Promise<FetchedOrders> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { orders } = connector;
    if (orders?.find === undefined) throw capabilityMissing(semantics, [search.request.kind]);
    const find = orders.find.bind(orders);
    const forTheBook: ForTheBook = {
      ...(entries === undefined ? {} : { entries }),
      ...(fence === undefined ? {} : { fence }),
      ...(ownOrderIds === undefined ? {} : { ownOrderIds }),
    };
    return await lookedUpInBook(deps, { provider, ref: search.ref, ...forTheBook }, async () => {
      const found = await find(search, { signal: cancellationSignal() });
      return { orders: found, ...(found.length > 0 ? {} : await suspectsOf(orders, search)) };
    });
  };
}

const MOST_SUSPECTS = 20;

/** What a person may have to look at. A look-up that found nothing does not fail if this cannot be read. */
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
