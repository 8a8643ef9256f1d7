import type { Order, Terms } from '../../../contract/funding';
import { plainDecimal, sameAmount } from '../../../contract/money';
import type { OrderRequest, QuoteRequest } from '../../../contract/order-requests';
import type { CallOptions } from '../../port';
import type { OceafinApi } from '../client';
import { idempotencyKey } from '../idempotency';
import type { ConversionDetails } from '../inputs';
import { toEvidenceOf, toOrder } from '../mapping';
import { customerIdOf, driftIn, failure } from '../refusals';
import type { WireConversion } from '../wire/conversion';
import { draftReference, requireCovered, requireRef, termsOf, type OrderRoute } from './order-route';

/** One asset into another: quote, and the draft with the evidence, which starts it (assumptions.ts). */
export class ConversionRoute implements OrderRoute {
  readonly #api: OceafinApi['conversion'];
  readonly #details: ConversionDetails;

  constructor(api: OceafinApi, details: ConversionDetails) {
    this.#api = api.conversion;
    this.#details = details;
  }

  async quote(request: QuoteRequest): Promise<Terms> {
    const operation = 'createConversionQuote';
    const { asset, amount, partnerClientId, ref, number } = request;
    const { toAsset } = this.#details;
    const quote = await this.#api.createQuote(
      customerIdOf(request, operation),
      { fromAsset: asset, fromAmount: amount, toAsset },
      idempotencyKey(partnerClientId, 'conversion:quote', `${ref}:${number}`),
    );
    const isAsked = quote.fromAsset === asset && quote.toAsset === toAsset && sameAmount(quote.fromAmount, amount);
    if (!isAsked) throw driftIn(operation, ['amount', 'asset', 'details.toAsset']);
    requireCovered(quote, operation);
    const { quoteId, expiresAt, fee, feeAsset, toAmount } = quote;
    return {
      quoteId,
      number,
      gives: { asset, amount },
      receives: { asset: toAsset, amount: plainDecimal(toAmount) },
      ...(expiresAt == null ? {} : { expiresAt }),
      ...(fee == null ? {} : { fee: { asset: feeAsset ?? asset, amount: plainDecimal(fee) } }),
    };
  }

  async submit(request: OrderRequest): Promise<Order> {
    const operation = 'createConversion';
    const terms = termsOf(request, operation);
    const drafted = await this.#api.draft(
      customerIdOf(request, operation),
      {
        quoteId: terms.quoteId,
        partnerReference: request.ref,
        authorizationEvidence: toEvidenceOf('CONVERSION', request, this.#details.authorization),
      },
      idempotencyKey(request.partnerClientId, 'conversion:create', draftReference(request, terms)),
    );
    return requireRef(conversionOrder(drafted, request), request, operation);
  }

  async get(orderId: string, request: OrderRequest, options?: CallOptions): Promise<Order> {
    return conversionOrder(await this.#api.get(orderId, options), request);
  }

  async listed(request: OrderRequest, options?: CallOptions): Promise<readonly Order[]> {
    const all = await this.#api.list(customerIdOf(request, 'listConversions'), options);
    return all
      .filter(({ partnerReference }) => partnerReference === request.ref)
      .map((one) => conversionOrder(one, request));
  }

  /** No operation submits a conversion. */
  async confirm(): Promise<void> {
    throw failure('CAPABILITY_MISSING', 'createConversion');
  }

  /** No operation takes information about a conversion. */
  async supplyInformation(): Promise<void> {
    throw failure('CAPABILITY_MISSING', 'createConversion');
  }
}

/** A conversion as an order. */
export function conversionOrder(wire: WireConversion, request: OrderRequest): Order {
  const order = toOrder(wire.conversionId, { ...wire, asset: wire.fromAsset, amount: wire.fromAmount }, request);
  return { ...order, received: { asset: wire.toAsset, amount: plainDecimal(wire.toAmount) } };
}
