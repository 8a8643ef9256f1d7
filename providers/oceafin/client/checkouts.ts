import type { CallOptions } from '../../port';
import { canonicalBody } from '../canonical-json';
import {
  checkout,
  checkoutLink,
  checkouts,
  posPaymentRequest,
  type CreateCheckout,
  type CreateCheckoutLink,
  type CreatePosPayment,
  type WireCheckout,
  type WireCheckoutLink,
  type WirePosPaymentRequest,
} from '../wire/checkouts';
import type { ActionRequest } from '../wire/crypto';
import type { Caller } from './caller';

/** Crypto checkouts, their links and payment requests at a point of sale. */
export class CheckoutsApi {
  constructor(private readonly caller: Caller) {}

  async list(customerId: string, options?: CallOptions): Promise<readonly WireCheckout[]> {
    return await this.caller.list('listCheckouts', checkouts, { customerId }, options);
  }

  async create(customerId: string, request: CreateCheckout, key: string): Promise<WireCheckout> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createCheckout', checkout, call);
  }

  async get(checkoutId: string, options?: CallOptions): Promise<WireCheckout> {
    return await this.caller.read('getCheckout', checkout, { checkoutId }, options);
  }

  async createLink(checkoutId: string, request: CreateCheckoutLink, key: string): Promise<WireCheckoutLink> {
    const call = { parameters: { checkoutId }, key, body: canonicalBody(request) };
    return await this.caller.write('createCheckoutLink', checkoutLink, call);
  }

  async requestPosPayment(checkoutId: string, request: CreatePosPayment, key: string): Promise<WirePosPaymentRequest> {
    const call = { parameters: { checkoutId }, key, body: canonicalBody(request) };
    return await this.caller.write('createPosPaymentRequest', posPaymentRequest, call);
  }

  async close(checkoutId: string, request: ActionRequest, key: string): Promise<WireCheckout> {
    const call = { parameters: { checkoutId }, key, body: canonicalBody(request) };
    return await this.caller.write('closeCheckout', checkout, call);
  }
}
