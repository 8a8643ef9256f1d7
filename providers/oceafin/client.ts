import { Caller, type ApiOptions } from './client/caller';
import { CheckoutsApi } from './client/checkouts';
import { CollectionsApi } from './client/collections';
import { ConversionApi } from './client/conversion';
import { CryptoApi } from './client/crypto';
import { CustomersApi } from './client/customers';
import { FiatAccountsApi } from './client/fiat-accounts';
import { FiatWithdrawalsApi } from './client/fiat-withdrawals';
import type { OceafinConfig } from './config';

export type { ApiOptions } from './client/caller';

/**
 * Oceafin's Partner API V1, by subject: one method per operation (operations.ts). Answers are parsed, everything else
 * is a ProviderError. Each call is sent once; a write is sent again by calling again with the same key and request.
 */
export class OceafinApi {
  readonly customers: CustomersApi;
  readonly fiatAccounts: FiatAccountsApi;
  readonly fiatWithdrawals: FiatWithdrawalsApi;
  readonly conversion: ConversionApi;
  readonly crypto: CryptoApi;
  readonly checkouts: CheckoutsApi;
  readonly collections: CollectionsApi;
  readonly #caller: Caller;

  constructor(config: OceafinConfig, options: ApiOptions = {}) {
    this.#caller = new Caller(config, options);
    this.customers = new CustomersApi(this.#caller);
    this.fiatAccounts = new FiatAccountsApi(this.#caller);
    this.fiatWithdrawals = new FiatWithdrawalsApi(this.#caller);
    this.conversion = new ConversionApi(this.#caller);
    this.crypto = new CryptoApi(this.#caller);
    this.checkouts = new CheckoutsApi(this.#caller);
    this.collections = new CollectionsApi(this.#caller);
  }

  /** The Date header of a signed read that changes nothing, and when it was asked and answered. */
  async clock(): ReturnType<Caller['clock']> {
    return await this.#caller.clock('getTransaction', { transactionId: NO_TRANSACTION });
  }

  async close(): Promise<void> {
    await this.#caller.close();
  }
}

/** An id that nothing has: only that the request was read matters. */
export const NO_TRANSACTION = '00000000-0000-0000-0000-000000000000';
