import type { FieldProblem } from '../../contract/errors';
import type { Intent, Order } from '../../contract/funding';
import { drift } from '../http/answers';
import type { CallOptions, OpenOrder, OrderCalls, OrderRequest, OrderSearch, ProviderConnector } from '../port';
import { type ProviderError } from '../provider-error';
import { AWAITING_MOVES_NOTHING } from './assumptions';
import { BackofficeApi, type ApiOptions } from './client';
import type { BackofficeConfig } from './config';
import { PROVIDER_ID, refused } from './errors';
import { differingFromRequest, listedOrder, toOrder, weightiest, type NewTransfer, type TransferStep } from './mapping';
import { movementProblems } from './rules';
import type { WireListed, WireTransfer } from './schemas';
import { callbackToken, carriesAnyToken, carriesToken, commentOf, type CallbackPurpose } from './tokens';

/** The back office as the port has it. Each call's errors are ProviderErrors. */
export class BackofficeConnector implements ProviderConnector {
  readonly orders: OrderCalls & Required<Pick<OrderCalls, 'check' | 'find' | 'suspects' | 'confirm' | 'cancel'>>;
  readonly #config: BackofficeConfig;
  readonly #api: BackofficeApi;

  constructor(config: BackofficeConfig, options: ApiOptions = {}) {
    this.#config = config;
    this.#api = new BackofficeApi(config, options);
    this.orders = {
      check: (intent, bounds) => this.#check(intent, bounds),
      submit: (request) => this.#submit(request),
      find: (search, bounds) => this.#find(search, bounds),
      suspects: (search, bounds) => this.#suspects(search, bounds),
      confirm: async (order) => await this.#api.confirmWithdrawal(this.#step(order, 'confirm')),
      cancel: async (order) => await this.#api.cancelWithdrawal(this.#step(order, 'cancel')),
    };
  }

  async close(): Promise<void> {
    await this.#api.close();
  }

  /** An unknown user is a Not Found of the account history (section 4.5). Balances cannot be read: the back office says. */
  async #check(intent: Intent, options?: CallOptions): Promise<void> {
    const problems = movementProblems(intent);
    if (problems.length > 0) throw refused('INVALID_REQUEST', 'checkFunding', problems);
    await this.#api.accountHistory(intent.partnerClientId, Date.now(), options, 1);
  }

  async #submit(request: OrderRequest): Promise<Order> {
    const problems = movementProblems(request);
    if (problems.length > 0) throw refused('INVALID_REQUEST', 'submit', problems);
    const { operation, send } = this.#transferCall(request);
    const order = toOrder(await send(this.#newTransfer(request)), {
      ref: request.ref,
      userId: request.partnerClientId,
    });
    const differing = differingFromRequest(order, request);
    if (differing.length > 0) throw answeredAnother(operation, differing);
    return order;
  }

  #transferCall({ kind }: OrderRequest): {
    readonly operation: string;
    readonly send: (transfer: NewTransfer) => Promise<WireTransfer>;
  } {
    switch (kind) {
      case 'deposit':
        return { operation: 'deposit', send: (transfer) => this.#api.deposit(transfer) };
      case 'withdrawal':
        return { operation: 'withdraw', send: (transfer) => this.#api.withdraw(transfer) };
      case 'conversion':
        throw refused('CAPABILITY_MISSING', 'submit');
    }
  }

  #newTransfer({ ref, partnerClientId, asset, amount }: OrderRequest): NewTransfer {
    const comment = commentOf(ref, this.#config.tokenSecret);
    return { userId: partnerClientId, asset, amount, comment, callbackUrl: this.#callbackUrl(ref, 'submit') };
  }

  #step({ orderId, request }: OpenOrder, purpose: CallbackPurpose): TransferStep {
    const callbackUrl = this.#callbackUrl(request.ref, purpose);
    return { userId: request.partnerClientId, transferId: orderId, callbackUrl };
  }

  #callbackUrl(ref: string, purpose: CallbackPurpose): string | undefined {
    const { callbackUrl, tokenSecret } = this.#config;
    return callbackUrl === undefined ? undefined : `${callbackUrl}/${callbackToken(ref, purpose, tokenSecret)}`;
  }

  /**
   * A transfer is ours where its comment carries our token, and that shows in the list of transfers only. What the list
   * does not show may stand in the account history, known by its id alone: an id that an answer to us named is proof. One
   * that came with news is not: what it names is among the suspects.
   */
  async #find(search: OrderSearch, options?: CallOptions): Promise<Order | undefined> {
    const sinceMs = this.#since(search);
    const listed = await this.#inList(search, sinceMs, options);
    const ours = listed.filter(({ comment }) => carriesToken(comment, search.ref, this.#config.tokenSecret));
    const found = weightiest(ours.map((entry) => listedOrder(entry, search.ref)));
    return found ?? (search.answered === true ? await this.#inHistory(search, sinceMs, options) : undefined);
  }

  #since({ firstSentAt }: OrderSearch): number {
    return Date.parse(firstSentAt) - this.#config.searchMarginMs;
  }

  /** The transfer that an answer named, as long as it is one like ours. */
  async #inHistory(
    { ref, orderId, request }: OrderSearch,
    sinceMs: number,
    options?: CallOptions,
  ): Promise<Order | undefined> {
    const history = await this.#api.accountHistory(request.partnerClientId, sinceMs, options);
    const transfer = history.find(({ id }) => id === orderId);
    const order = transfer && toOrder(transfer, { ref, userId: request.partnerClientId });
    const alike = order !== undefined && differingFromRequest(order, request).length === 0;
    return alike ? { ...order, idOnly: true } : undefined;
  }

  /** What the list shows by itself, and where it may show only what is done, what it shows of those that are not. */
  async #inList({ ref, request }: OrderSearch, sinceMs: number, options?: CallOptions): Promise<readonly WireListed[]> {
    const user = request.partnerClientId;
    const listed = await this.#api.transfers(sinceMs, options, { user });
    const found = listed.some(({ comment }) => carriesToken(comment, ref, this.#config.tokenSecret));
    if (found || request.kind !== 'withdrawal' || !AWAITING_MOVES_NOTHING.value) return listed;
    return [...listed, ...(await this.#api.transfers(sinceMs, options, { user, status: 'AwaitingConfirmation' }))];
  }

  /**
   * Transfers of the user that could be the one whose answer was lost: like it, made since, and shown without a token of
   * ours. For a person who must decide: none of them is proof of anything.
   */
  async #suspects(search: OrderSearch, options?: CallOptions): Promise<readonly Order[]> {
    const sinceMs = this.#since(search);
    const { request } = search;
    const [history, listed] = await Promise.all([
      this.#api.accountHistory(request.partnerClientId, sinceMs, options),
      this.#inList(search, sinceMs, options),
    ]);
    const explained = new Set(
      listed.flatMap(({ comment, transferId }) => (carriesAnyToken(comment) ? [transferId] : [])),
    );
    return history
      .filter(({ id }) => !explained.has(id))
      .map((transfer) => toOrder(transfer, { ref: '', userId: request.partnerClientId }))
      .filter((order) => differingFromRequest(order, request).length === 0);
  }
}

/** An answer about something else: what was asked for may have been done all the same. */
function answeredAnother(operation: string, fields: readonly string[]): ProviderError {
  const problems: readonly FieldProblem[] = fields.map((field) => ({ field, problem: 'is not what was asked for' }));
  return drift({ provider: PROVIDER_ID, operation }, problems);
}
