import type { Intent, Order, Terms } from '../../contract/funding';
import type { JsonObject } from '../../contract/json';
import { covers } from '../../contract/money';
import type { OpenOrder, OrderRequest, OrderSearch, QuoteRequest } from '../../contract/order-requests';
import { movementDetailsProblems } from '../../inputs';
import type { CallOptions, OrderCalls } from '../port';
import { ProviderError } from '../provider-error';
import type { OceafinBalances } from './balance-calls';
import type { OceafinApi } from './client';
import { conversionDetails, inputs, withdrawalDetails } from './inputs';
import { ConversionRoute } from './orders/conversions';
import { CryptoWithdrawalRoute } from './orders/crypto-withdrawals';
import { FiatWithdrawalRoute } from './orders/fiat-withdrawals';
import type { OrderRoute } from './orders/order-route';
import { detailsAs, failure } from './refusals';

/** Withdrawals and conversions, as the port has them. Every write has a key: a repeat gets the first answer. */
export class OceafinOrders implements OrderCalls {
  readonly #api: OceafinApi;
  readonly #balances: OceafinBalances;

  constructor(api: OceafinApi, balances: OceafinBalances) {
    this.#api = api;
    this.#balances = balances;
  }

  /**
   * Refuses by the balances: a customer that does not exist, is not approved, or has too little. The status of a
   * customer is not read here, because that would create one.
   */
  async check(intent: Intent, options?: CallOptions): Promise<void> {
    const operation = 'checkFunding';
    this.#routeOf(intent, operation);
    requireSendable(intent, operation);
    const { available } = await this.#availableTo(intent, options);
    if (!covers(available, intent.amount)) throw failure('INSUFFICIENT_FUNDS', operation);
  }

  async quote(request: QuoteRequest): Promise<Terms> {
    const route = this.#routeOf(request, 'quote');
    requireSendable(request, 'quote');
    return await route.quote(request);
  }

  async submit(request: OrderRequest): Promise<Order> {
    const route = this.#routeOf(request, 'submit');
    requireSendable(request, 'submit');
    return await route.submit(request);
  }

  /**
   * By its id; if that is not known to be ours, in the lists too, as far as they show references. Absence from the
   * lists proves nothing: the order is sent again.
   */
  async find({ orderId, answered, request }: OrderSearch, options?: CallOptions): Promise<readonly Order[]> {
    const route = this.#routeOf(request, 'find');
    const known = orderId === undefined ? undefined : await this.#orderOf(route, orderId, request, options);
    if (known !== undefined && answered === true) return [known];
    const listed = await route.listed(request, options);
    return known === undefined ? listed : [known, ...listed.filter((one) => one.orderId !== known.orderId)];
  }

  async #orderOf(
    route: OrderRoute,
    orderId: string,
    request: OrderRequest,
    options?: CallOptions,
  ): Promise<Order | undefined> {
    try {
      return await route.get(orderId, request, options);
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** Submits an approved draft for processing. */
  async confirm(order: OpenOrder): Promise<void> {
    await this.#routeOf(order.request, 'confirm').confirm(order);
  }

  async supplyInformation(order: OpenOrder, information: JsonObject): Promise<void> {
    await this.#routeOf(order.request, 'supplyInformation').supplyInformation(order, information);
  }

  async #availableTo(intent: Intent, options?: CallOptions): Promise<{ readonly available: string }> {
    try {
      return await this.#balances.read(intent, intent.asset, options);
    } catch (error) {
      // Balances are a product, and products are for approved customers.
      if (error instanceof ProviderError && error.code === 'STATE_INVALID') {
        throw failure('CLIENT_NOT_VERIFIED', 'checkFunding');
      }
      throw error;
    }
  }

  #routeOf({ kind, details }: Pick<OrderRequest, 'kind' | 'details'>, operation: string): OrderRoute {
    switch (kind) {
      case 'withdrawal': {
        const known = detailsAs(withdrawalDetails, details, operation);
        return known.rail === 'fiat'
          ? new FiatWithdrawalRoute(this.#api, known)
          : new CryptoWithdrawalRoute(this.#api, known);
      }
      case 'conversion':
        return new ConversionRoute(this.#api, detailsAs(conversionDetails, details, operation));
      case 'deposit':
        throw failure('CAPABILITY_MISSING', operation);
    }
  }
}

/**
 * Checked once more before anything is sent: every edge has checked where the money goes, but only this one sends.
 *
 * @throws ProviderError INVALID_REQUEST with every wrong field
 */
function requireSendable(movement: Pick<OrderRequest, 'kind' | 'asset' | 'details'>, operation: string): void {
  const problems = movementDetailsProblems(inputs, movement.kind, movement);
  if (problems.length > 0) throw failure('INVALID_REQUEST', operation, problems);
}
