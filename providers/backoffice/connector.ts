import { differencesOf } from '../../contract/differences';
import type { Intent, Order } from '../../contract/funding';
import type { OpenOrder, OrderRequest, OrderSearch } from '../../contract/order-requests';
import type { CallOptions, OrderCalls, ProviderConnector } from '../port';
import { AWAITING_MOVES_NOTHING } from './assumptions';
import { BackofficeApi, type ApiOptions } from './client';
import type { BackofficeConfig } from './config';
import { refused } from './errors';
import { listedId, listedOrder, toOrder, type NewTransfer, type TransferChange } from './mapping';
import { CLIENT_IDS, movementProblems } from './rules';
import type { WireListed, WireTransfer } from './schemas';
import { BackofficeTransactions } from './transactions';
import { callbackToken, carriesAnyToken, carriesToken, commentOf, type CallbackPurpose } from './tokens';

/** The back office as the port has it. Each call's errors are ProviderErrors. */
export class BackofficeConnector implements ProviderConnector {
  readonly orders: OrderCalls & Required<Pick<OrderCalls, 'check' | 'find' | 'suspects' | 'confirm' | 'cancel'>>;
  readonly transactions: BackofficeTransactions;
  readonly #config: BackofficeConfig;
  readonly #api: BackofficeApi;

  constructor(config: BackofficeConfig, options: ApiOptions = {}) {
    this.#config = config;
    this.#api = new BackofficeApi(config, options);
    this.transactions = new BackofficeTransactions(this.#api, config);
    this.orders = {
      check: (intent, bounds) => this.#check(intent, bounds),
      submit: (request) => this.#submit(request),
      find: (search, bounds) => this.#find(search, bounds),
      suspects: (search, bounds) => this.#suspects(search, bounds),
      confirm: async (order) => await this.#api.confirmWithdrawal(this.#change(order, 'confirm')),
      cancel: async (order) => await this.#api.cancelWithdrawal(this.#change(order, 'cancel')),
    };
  }

  /** The newest of the list of transfers: none. */
  async probe(options?: CallOptions): Promise<void> {
    await this.#api.transfers(Date.now(), options);
  }

  async close(): Promise<void> {
    await this.#api.close();
  }

  /**
   * An unknown user is a Not Found of the account history (section 4.5). Balances cannot be read: the back office
   * checks them.
   */
  async #check(intent: Intent, options?: CallOptions): Promise<void> {
    const problems = movementProblems(intent);
    if (problems.length > 0) throw refused('INVALID_REQUEST', 'checkFunding', problems);
    await this.#api.accountHistory(intent.partnerClientId, Date.now(), options, 1);
  }

  async #submit(request: OrderRequest): Promise<Order> {
    const problems = movementProblems(request);
    if (problems.length > 0) throw refused('INVALID_REQUEST', 'submit', problems);
    const transfer = await this.#transfer(request);
    return toOrder(transfer, { ref: request.ref, userId: request.partnerClientId });
  }

  async #transfer(request: OrderRequest): Promise<WireTransfer> {
    switch (request.kind) {
      case 'deposit':
        return await this.#api.deposit(this.#newTransfer(request));
      case 'withdrawal':
        return await this.#api.withdraw(this.#newTransfer(request));
      case 'conversion':
        throw refused('CAPABILITY_MISSING', 'submit');
    }
  }

  #newTransfer({ ref, partnerClientId, asset, amount }: OrderRequest): NewTransfer {
    const comment = commentOf(ref, this.#config.tokenSecret);
    return { userId: partnerClientId, asset, amount, comment, callbackUrl: this.#callbackUrl(ref, 'submit') };
  }

  #change({ orderId, request }: OpenOrder, purpose: CallbackPurpose): TransferChange {
    const callbackUrl = this.#callbackUrl(request.ref, purpose);
    return { userId: request.partnerClientId, transferId: orderId, callbackUrl };
  }

  #callbackUrl(ref: string, purpose: CallbackPurpose): string | undefined {
    const { callbacks } = this.#config;
    return callbacks === undefined ? undefined : `${callbacks.url}/${callbackToken(ref, purpose, callbacks.secret)}`;
  }

  /**
   * A transfer is ours if its comment carries our token, and only the list of transfers shows comments. A transfer that
   * the list does not show may stand in the account history, known only by its id. An id from an answer to us is proof;
   * one that came with news is not: its transfer is among the suspects.
   */
  async #find(search: OrderSearch, options?: CallOptions): Promise<readonly Order[]> {
    const sinceMs = this.#since(search);
    const listed = await this.#inList(search, sinceMs, options);
    const ours = listed
      .filter(({ comment }) => carriesToken(comment, search.ref, this.#config.tokenSecret))
      .map((entry) => listedOrder(entry, search.ref));
    if (search.answered !== true || ours.some(({ orderId }) => orderId === search.orderId)) return ours;
    return [...ours, ...(await this.#inHistory(search, sinceMs, options))];
  }

  /** Not before 1970, which is where a search without limit begins. */
  #since({ firstSentAt }: OrderSearch): number {
    return Math.max(0, Date.parse(firstSentAt) - this.#config.searchMarginMs);
  }

  /** The transfer that an answer named: only its id ties it to the ref. */
  async #inHistory(
    { ref, orderId, request }: OrderSearch,
    sinceMs: number,
    options?: CallOptions,
  ): Promise<readonly Order[]> {
    const history = await this.#api.accountHistory(request.partnerClientId, sinceMs, options);
    return history
      .filter(({ id }) => id === orderId)
      .map((transfer) => ({ ...toOrder(transfer, { ref, userId: request.partnerClientId }), idOnly: true }));
  }

  /** What the list shows by itself and, if it may show only completed transfers, what it shows of the others. */
  async #inList({ ref, request }: OrderSearch, sinceMs: number, options?: CallOptions): Promise<readonly WireListed[]> {
    const user = request.partnerClientId;
    const listed = await this.#api.transfers(sinceMs, options, { user });
    const found = listed.some(({ comment }) => carriesToken(comment, ref, this.#config.tokenSecret));
    if (found || request.kind !== 'withdrawal' || !AWAITING_MOVES_NOTHING.value) return listed;
    return [...listed, ...(await this.#api.transfers(sinceMs, options, { user, status: 'AwaitingConfirmation' }))];
  }

  /**
   * Transfers of the user that could be the one whose answer was lost: like it, made since, and shown without a token
   * of ours. They are for a person who must decide, and prove nothing.
   */
  async #suspects(search: OrderSearch, options?: CallOptions): Promise<readonly Order[]> {
    const sinceMs = this.#since(search);
    const { request } = search;
    const [history, listed] = await Promise.all([
      this.#api.accountHistory(request.partnerClientId, sinceMs, options),
      this.#inList(search, sinceMs, options),
    ]);
    const explained = new Set(listed.filter(({ comment }) => carriesAnyToken(comment)).map(listedId));
    return history
      .filter(({ id }) => !explained.has(id))
      .map((transfer) => toOrder(transfer, { ref: search.ref, userId: request.partnerClientId }))
      .filter((order) => differencesOf(order, request, CLIENT_IDS).length === 0)
      .map((order) => ({ ...order, ref: '' }));
  }
}
