import type { Balance } from '../../contract/funding';
import type { ClientIds } from '../../contract/onboarding';
import type { CallOptions } from '../port';
import { ABSENT_BALANCE } from './assumptions';
import type { CoinmenaApi } from './client';
import { toBalance } from './mapping';

/** Balances, as the port has them. */
export class CoinmenaBalances {
  readonly #api: CoinmenaApi;

  constructor(api: CoinmenaApi) {
    this.#api = api;
  }

  async read({ partnerClientId }: ClientIds, asset: string, options?: CallOptions): Promise<Balance> {
    const balances = await this.#api.balances(partnerClientId, options);
    const found = balances.find(({ asset_id }) => asset_id === asset);
    return found === undefined
      ? { asset, balance: ABSENT_BALANCE.value, available: ABSENT_BALANCE.value }
      : toBalance(found);
  }
}
