import type { CallOptions, ProviderConnector } from '../port';
import { CoinifyApi, NOBODYS_WITHDRAWAL, type ApiOptions } from './client';
import type { CoinifyConfig } from './config';
import { CoinifyOrders } from './order-calls';
import { CoinifyTransactions } from './transactions';

/** Coinify's withdrawals as the port has them: it has no clients, no documents, no deposits and no balances. */
export class CoinifyConnector implements ProviderConnector {
  readonly orders: CoinifyOrders;
  readonly transactions: CoinifyTransactions;
  readonly #api: CoinifyApi;

  constructor(config: CoinifyConfig, options: ApiOptions = {}) {
    this.#api = new CoinifyApi(config, options);
    this.orders = new CoinifyOrders(this.#api, config.findByOrderId);
    this.transactions = new CoinifyTransactions(this.#api, config.findByOrderId);
  }

  /** A withdrawal that nobody has. */
  async probe(options?: CallOptions): Promise<void> {
    await this.#api.getWithdrawal(NOBODYS_WITHDRAWAL, options);
  }

  async close(): Promise<void> {
    await this.#api.close();
  }
}
