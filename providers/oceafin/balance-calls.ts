import type { Balance } from '../../contract/funding';
import type { ClientIds } from '../../contract/onboarding';
import type { BalanceCalls, CallOptions } from '../port';
import { ABSENT_BALANCE } from './assumptions';
import type { OceafinApi } from './client';
import { toBalance } from './mapping';
import { customerIdOf } from './refusals';

/** Balances, as the port has them. */
export class OceafinBalances implements BalanceCalls {
  readonly #api: OceafinApi;

  constructor(api: OceafinApi) {
    this.#api = api;
  }

  async read(client: ClientIds, asset: string, options?: CallOptions): Promise<Balance> {
    const balances = await this.#api.customers.balances(customerIdOf(client, 'listBalances'), options);
    const found = balances.find((balance) => balance.asset === asset);
    return found === undefined
      ? { asset, balance: ABSENT_BALANCE.value, available: ABSENT_BALANCE.value }
      : toBalance(found);
  }
}
