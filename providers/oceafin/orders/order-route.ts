import type { Order, Terms } from '../../../contract/funding';
import type { JsonObject } from '../../../contract/json';
import { plainDecimal } from '../../../contract/money';
import type { OpenOrder, OrderRequest, QuoteRequest } from '../../../contract/order-requests';
import type { CallOptions } from '../../port';
import { canonicalJson } from '../canonical-json';
import { contentReference } from '../idempotency';
import { driftIn, failure } from '../refusals';

/** How one kind of movement goes through Oceafin: quote, approval draft, and what comes after. */
export interface OrderRoute {
  quote(request: QuoteRequest): Promise<Terms>;
  /** Creates the approval draft: one write, keyed by reference and quote. */
  submit(request: OrderRequest): Promise<Order>;
  get(orderId: string, request: OrderRequest, options?: CallOptions): Promise<Order>;
  /** Those of the customer that carry the request's reference, in no order. */
  listed(request: OrderRequest, options?: CallOptions): Promise<readonly Order[]>;
  confirm(order: OpenOrder): Promise<void>;
  supplyInformation(order: OpenOrder, information: JsonObject): Promise<void>;
}

/** The terms that an order is submitted with. @throws ProviderError INVALID_REQUEST if there are none */
export function termsOf({ terms }: OrderRequest, operation: string): Terms {
  if (terms !== undefined) return terms;
  throw failure('INVALID_REQUEST', operation, [{ field: 'terms', problem: 'are required' }]);
}

/** What tells a draft from one under other terms: its reference, and the number of its quote. */
export function draftReference({ ref }: OrderRequest, { number }: Terms): string {
  return `${ref}:${number}`;
}

/** What tells one submission of a draft, or of information about it, from another. */
export function orderReference({ orderId, request, attempt = 1 }: OpenOrder, information?: JsonObject): string {
  const content = information === undefined ? '' : `:${contentReference(canonicalJson(information))}`;
  const repeat = attempt === 1 ? '' : `:${attempt}`;
  return `${request.ref}:${orderId}${content}${repeat}`;
}

/** @throws ProviderError CONTRACT_DRIFT (outcome unknown) if the order that is answered shows another reference */
export function requireRef(order: Order, { ref }: OrderRequest, operation: string): Order {
  if (order.ref !== ref) throw driftIn(operation, ['ref']);
  return order;
}

/** @throws ProviderError INSUFFICIENT_FUNDS if a quote says that the balance does not cover it */
export function requireCovered(
  {
    balanceAvailability,
  }: { readonly balanceAvailability?: { readonly sufficient?: boolean | null | undefined } | null | undefined },
  operation: string,
): void {
  if (balanceAvailability?.sufficient === false) throw failure('INSUFFICIENT_FUNDS', operation);
}

/** What a withdrawal's quote says, whatever the operation calls the fee's asset. */
interface WithdrawalQuote {
  readonly quoteId: string;
  readonly expiresAt?: string | null | undefined;
  readonly fee?: string | null | undefined;
  readonly feeAsset?: string | null | undefined;
  readonly receiveAmount?: string | null | undefined;
}

/** The terms of a withdrawal: what is given and received is one asset. */
export function withdrawalTerms({ asset, amount, number }: QuoteRequest, quote: WithdrawalQuote): Terms {
  const { quoteId, expiresAt, fee, feeAsset, receiveAmount } = quote;
  return {
    quoteId,
    number,
    gives: { asset, amount },
    receives: { asset, amount: plainDecimal(receiveAmount ?? amount) },
    ...(expiresAt == null ? {} : { expiresAt }),
    ...(fee == null ? {} : { fee: { asset: feeAsset ?? asset, amount: plainDecimal(fee) } }),
  };
}
