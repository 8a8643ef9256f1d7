import type { Order } from '../../contract/funding';
import type { KnownTransaction, ShownTransactions } from '../../contract/reconciliation';
import { forEachOf } from '../http/for-each';
import type { CallOptions, TransactionCalls, TransactionReading, TransactionSearch } from '../port';
import { ProviderError } from '../provider-error';
import type { OceafinApi } from './client';
import { toOrder } from './mapping';
import { conversionOrder } from './orders/conversions';
import { fiatWithdrawalOrder } from './orders/fiat-withdrawals';

/** How many orders are read at once. */
const AT_ONCE = 4;

/**
 * The orders that are known, each by its id. Lists are of one customer, by an id of Oceafin's that the book does not keep; and
 * they need not show references, so that nothing could be told by them of an order whose id no answer told (section 5).
 */
export class OceafinTransactions implements TransactionCalls {
  readonly coverage = 'asked';
  readonly #api: OceafinApi;

  constructor(api: OceafinApi) {
    this.#api = api;
  }

  async read({ known }: TransactionSearch, options: TransactionReading = {}): Promise<ShownTransactions> {
    const { onAnswer, ...bounds } = options;
    const found = await forEachOf(known, AT_ONCE, async (one) => {
      const order = one.orderId === undefined ? undefined : await this.#orderOf(one.orderId, one, bounds);
      onAnswer?.();
      return order;
    });
    return {
      transactions: found.filter((order) => order !== undefined),
      coverage: this.coverage,
      gaps: [],
      unasked: new Set(known.filter(({ orderId }) => orderId === undefined).map(({ ref }) => ref)),
    };
  }

  /** Which rail a withdrawal went by is not known: its id is of one of them. */
  async #orderOf(orderId: string, known: KnownTransaction, bounds: CallOptions): Promise<Order | undefined> {
    switch (known.kind) {
      case 'conversion':
        return await found(async () => conversionOrder(await this.#api.conversion.get(orderId, bounds), known));
      case 'withdrawal':
        return (
          (await found(async () => fiatWithdrawalOrder(await this.#api.fiatWithdrawals.get(orderId, bounds), known))) ??
          (await found(async () => toOrder(orderId, await this.#api.crypto.withdrawal(orderId, bounds), known)))
        );
      case 'deposit':
        // None is made here (required-calls.ts): its intent was never sent.
        return undefined;
    }
  }
}

/** Undefined if Oceafin has none. */
async function found(read: () => Promise<Order>): Promise<Order | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
