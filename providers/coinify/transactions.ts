import type { KnownTransaction, ShownTransactions } from '../../contract/reconciliation';
import { forEachOf } from '../http/for-each';
import type { TransactionCalls, TransactionReading, TransactionSearch } from '../port';
import type { CoinifyApi } from './client';
import { toOrder } from './mapping';
import type { WireWithdrawal } from './schemas';

/** How many withdrawals are read at once. */
const AT_ONCE = 4;

/**
 * The withdrawals that are known, each by its id; no list of all is stated (section 5.2). One whose id no answer told cannot be
 * asked for, unless a list by order id is known to exist.
 */
export class CoinifyTransactions implements TransactionCalls {
  readonly coverage = 'asked';
  readonly #api: CoinifyApi;
  readonly #findsByOrderId: boolean;

  constructor(api: CoinifyApi, findsByOrderId: boolean) {
    this.#api = api;
    this.#findsByOrderId = findsByOrderId;
  }

  async read({ known }: TransactionSearch, options: TransactionReading = {}): Promise<ShownTransactions> {
    const { onAnswer, ...bounds } = options;
    const canAsk = ({ orderId }: KnownTransaction): boolean => orderId !== undefined || this.#findsByOrderId;
    const asked = known.filter(canAsk);
    const found = await forEachOf(asked, AT_ONCE, async (one) => {
      const withdrawals = await this.#withdrawalsOf(one, bounds);
      onAnswer?.();
      return withdrawals.map((withdrawal) => toOrder(withdrawal, one));
    });
    const unasked = new Set(known.filter((one) => !canAsk(one)).map(({ ref }) => ref));
    return { transactions: found.flat(), coverage: this.coverage, gaps: [], unasked };
  }

  async #withdrawalsOf(
    { orderId, ref }: KnownTransaction,
    bounds: TransactionReading,
  ): Promise<readonly WireWithdrawal[]> {
    if (orderId === undefined) return await this.#api.withdrawalsByOrderId(ref, bounds);
    const withdrawal = await this.#api.getWithdrawal(orderId, bounds);
    return withdrawal === undefined ? [] : [withdrawal];
  }
}
