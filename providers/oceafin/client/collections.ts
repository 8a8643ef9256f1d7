import type { CallOptions } from '../../port';
import { canonicalBody } from '../canonical-json';
import {
  buyer,
  buyers,
  collectionPayment,
  collectionPayments,
  collectionWallet,
  collectionWallets,
  type CreateBuyer,
  type CreateCollectionWallet,
  type UpdateBuyer,
  type UpdateCollectionWalletExpiry,
  type WireBuyer,
  type WireCollectionPayment,
  type WireCollectionWallet,
} from '../wire/collections';
import type { ActionRequest } from '../wire/crypto';
import type { Caller } from './caller';

/** Collections: buyers, the wallets that they pay into, and their payments. */
export class CollectionsApi {
  constructor(private readonly caller: Caller) {}

  async buyers(customerId: string, options?: CallOptions): Promise<readonly WireBuyer[]> {
    return await this.caller.list('listBuyers', buyers, { customerId }, options);
  }

  async createBuyer(customerId: string, request: CreateBuyer, key: string): Promise<WireBuyer> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createBuyer', buyer, call);
  }

  async buyer(buyerId: string, options?: CallOptions): Promise<WireBuyer> {
    return await this.caller.read('getBuyer', buyer, { buyerId }, options);
  }

  async updateBuyer(buyerId: string, request: UpdateBuyer, key: string): Promise<WireBuyer> {
    const call = { parameters: { buyerId }, key, body: canonicalBody(request) };
    return await this.caller.write('updateBuyer', buyer, call);
  }

  async wallets(customerId: string, options?: CallOptions): Promise<readonly WireCollectionWallet[]> {
    return await this.caller.list('listCollectionWallets', collectionWallets, { customerId }, options);
  }

  async createWallet(customerId: string, request: CreateCollectionWallet, key: string): Promise<WireCollectionWallet> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createCollectionWallet', collectionWallet, call);
  }

  async wallet(walletId: string, options?: CallOptions): Promise<WireCollectionWallet> {
    return await this.caller.read('getCollectionWallet', collectionWallet, { walletId }, options);
  }

  async updateWalletExpiry(
    walletId: string,
    request: UpdateCollectionWalletExpiry,
    key: string,
  ): Promise<WireCollectionWallet> {
    const call = { parameters: { walletId }, key, body: canonicalBody(request) };
    return await this.caller.write('updateCollectionWalletExpiry', collectionWallet, call);
  }

  async deactivateWallet(walletId: string, request: ActionRequest, key: string): Promise<WireCollectionWallet> {
    const call = { parameters: { walletId }, key, body: canonicalBody(request) };
    return await this.caller.write('deactivateCollectionWallet', collectionWallet, call);
  }

  async payments(customerId: string, options?: CallOptions): Promise<readonly WireCollectionPayment[]> {
    return await this.caller.list('listCollectionPayments', collectionPayments, { customerId }, options);
  }

  async payment(paymentId: string, options?: CallOptions): Promise<WireCollectionPayment> {
    return await this.caller.read('getCollectionPayment', collectionPayment, { paymentId }, options);
  }
}
