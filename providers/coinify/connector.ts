import type { ProviderConnector } from '../port';
import { CoinifyApi, type ApiOptions } from './client';
import type { CoinifyConfig } from './config';
import { CoinifyOrders } from './order-calls';

/** Coinify's withdrawals as the port has them: it has no clients, no documents, no deposits and no balances. */
export class CoinifyConnector implements ProviderConnector {
  readonly orders: CoinifyOrders;
  readonly #api: CoinifyApi;

  constructor(config: CoinifyConfig, options: ApiOptions = {}) {
    this.#api = new CoinifyApi(config, options);
    this.orders = new CoinifyOrders(this.#api, config.findByOrderId);
  }

  async close(): Promise<void> {
    await this.#api.close();
  }
}
