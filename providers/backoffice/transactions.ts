import type { Order } from '../../contract/funding';
import type { KnownTransaction, ShownTransactions } from '../../contract/reconciliation';
import { forEachOf } from '../http/for-each';
import type { TransactionCalls, TransactionReading, TransactionSearch } from '../port';
import { HISTORY_LIMIT } from './assumptions';
import type { BackofficeApi } from './client';
import type { BackofficeConfig } from './config';
import { listedTransaction, toOrder, withUtcTimes } from './mapping';
import { refOfComment } from './tokens';

/** How many account histories are read at once. */
const AT_ONCE = 4;

/** Every transfer of a span, from the list (section 4.6), and from the accounts' histories what the list does not show yet. */
export class BackofficeTransactions implements TransactionCalls {
  readonly coverage = 'all';
  readonly #api: BackofficeApi;
  readonly #tokenSecret: string;

  constructor(api: BackofficeApi, { tokenSecret }: Pick<BackofficeConfig, 'tokenSecret'>) {
    this.#api = api;
    this.#tokenSecret = tokenSecret;
  }

  /** The list may show completed transfers only: what awaits confirmation is asked for by its status. */
  async read({ from, to, known }: TransactionSearch, options: TransactionReading = {}): Promise<ShownTransactions> {
    const sinceMs = Math.max(0, Date.parse(from));
    const entries = [
      ...(await this.#api.transfers(sinceMs, options)),
      ...(await this.#api.transfers(sinceMs, options, { status: 'AwaitingConfirmation' })),
    ];
    const listed = entries.map((entry) => listedTransaction(entry, refOfComment(entry.comment, this.#tokenSecret)));
    const ids = new Set(listed.map(({ orderId }) => orderId));
    const unlisted = known.filter(
      ({ orderId, settled }) => orderId !== undefined && settled !== true && !ids.has(orderId),
    );
    const { orders, unasked } = await this.#inHistories(unlisted, sinceMs, options);
    const shown = [...listed, ...orders].filter(
      ({ createdAt }) => createdAt === undefined || Date.parse(createdAt) < Date.parse(to),
    );
    return { transactions: shown, coverage: this.coverage, gaps: [], unasked };
  }

  /** By their ids: histories show no comment. What a long one has no room for cannot be asked for. */
  async #inHistories(
    unlisted: readonly KnownTransaction[],
    sinceMs: number,
    { signal, onAnswer }: TransactionReading,
  ): Promise<{ readonly orders: readonly Order[]; readonly unasked: ReadonlySet<string> }> {
    const refs = new Map(unlisted.map(({ orderId = '', ref }) => [orderId, ref]));
    const users = [...new Set(unlisted.map(({ partnerClientId }) => partnerClientId))];
    const histories = await forEachOf(users, AT_ONCE, async (userId) => {
      const history = await this.#api.accountHistory(userId, sinceMs, signal === undefined ? {} : { signal });
      onAnswer?.();
      const orders = history.flatMap((transfer) => {
        const ref = refs.get(transfer.id);
        return ref === undefined ? [] : [withUtcTimes({ ...toOrder(transfer, { ref, userId }), idOnly: true })];
      });
      return { userId, orders, isCut: history.length >= HISTORY_LIMIT.value };
    });
    const orders = histories.flatMap((one) => one.orders);
    const found = new Set(orders.map(({ orderId }) => orderId));
    const cut = new Set(histories.filter(({ isCut }) => isCut).map(({ userId }) => userId));
    const unasked = unlisted.filter(
      ({ orderId = '', partnerClientId }) => cut.has(partnerClientId) && !found.has(orderId),
    );
    return { orders, unasked: new Set(unasked.map(({ ref }) => ref)) };
  }
}
