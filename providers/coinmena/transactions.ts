import type { ShownTransactions } from '../../contract/reconciliation';
import { forEachOf } from '../http/for-each';
import type { OrderCalls, TransactionCalls, TransactionReading, TransactionSearch } from '../port';

/** How many references are looked up at once. */
const AT_ONCE = 8;

/**
 * The orders that are known, each by its reference. That a list of all orders exists is stated; its path, its filters and how it
 * goes on are not (section 8.4), and a list that may be incomplete proves nothing.
 */
export class CoinmenaTransactions implements TransactionCalls {
  readonly coverage = 'asked';
  readonly #findByRef: NonNullable<OrderCalls['findByRef']>;

  constructor(orders: Required<Pick<OrderCalls, 'findByRef'>>) {
    this.#findByRef = orders.findByRef.bind(orders);
  }

  async read({ known }: TransactionSearch, options: TransactionReading = {}): Promise<ShownTransactions> {
    const { onAnswer, ...bounds } = options;
    const found = await forEachOf(known, AT_ONCE, async ({ ref }) => {
      const order = await this.#findByRef(ref, bounds);
      onAnswer?.();
      return order;
    });
    const transactions = found.filter((order) => order !== undefined);
    return { transactions, coverage: this.coverage, gaps: [], unasked: new Set() };
  }
}
