import type { Intent, Order } from '../../contract/funding';
import type { OrderRequest, OrderSearch } from '../../contract/order-requests';
import { movementDetailsProblems } from '../../inputs';
import type { CallOptions, OrderCalls } from '../port';
import type { CoinifyApi } from './client';
import { answeredAnother, refused } from './errors';
import { inputs, withdrawalDetails, type WithdrawalDetails } from './inputs';
import { toOrder, toWireWithdrawal } from './mapping';
import { movementProblems } from './rules';

/** Withdrawals as the port has them. */
export class CoinifyOrders implements OrderCalls {
  readonly #api: CoinifyApi;
  readonly #findsByOrderId: boolean;

  constructor(api: CoinifyApi, findsByOrderId: boolean) {
    this.#api = api;
    this.#findsByOrderId = findsByOrderId;
  }

  /** Nothing can be checked before a withdrawal: no balance is shown, and a customer is only our label (section 9). */
  check(intent: Intent): Promise<void> {
    requireSendable(intent, 'checkFunding');
    return Promise.resolve();
  }

  async submit(request: OrderRequest): Promise<Order> {
    const details = requireSendable(request, 'submit');
    const withdrawal = await this.#api.createWithdrawal(toWireWithdrawal(request, details));
    if (withdrawal.orderId !== request.ref) throw answeredAnother('createWithdrawal', ['ref']);
    return toOrder(withdrawal, request, details);
  }

  /**
   * By its id, from the answer or a webhook. An id that leads to the withdrawal of another order id was never ours, so
   * nothing was found. Without an id there is nothing to ask, unless a list by order id is known to exist.
   */
  async find({ ref, orderId, request }: OrderSearch, options?: CallOptions): Promise<readonly Order[]> {
    const details = requireWithdrawal(request, 'find');
    const known = orderId === undefined ? undefined : await this.#api.getWithdrawal(orderId, options);
    const listed = this.#findsByOrderId ? await this.#api.withdrawalsByOrderId(ref, options) : [];
    const others = listed.filter(({ id }) => id !== known?.id);
    return [...(known === undefined ? [] : [known]), ...others]
      .filter((withdrawal) => withdrawal.orderId === ref)
      .map((withdrawal) => toOrder(withdrawal, request, details));
  }
}

type Movement = Pick<OrderRequest, 'kind' | 'asset' | 'amount' | 'details'>;

/**
 * The destination of a withdrawal, checked once more before it is sent: every edge has checked it, but only this one
 * sends.
 *
 * @throws ProviderError CAPABILITY_MISSING if it is no withdrawal, INVALID_REQUEST with every wrong field
 */
function requireSendable(movement: Movement, operation: string): WithdrawalDetails {
  const details = requireWithdrawal(movement, operation);
  const problems = movementDetailsProblems(inputs, 'withdrawal', movement);
  if (problems.length > 0) throw refused('INVALID_REQUEST', operation, problems);
  return details;
}

/**
 * The destination of a withdrawal. Every edge checks it: if it does not fit here, it was never checked.
 *
 * @throws ProviderError CAPABILITY_MISSING if it is no withdrawal, INVALID_REQUEST
 */
function requireWithdrawal(movement: Movement, operation: string): WithdrawalDetails {
  if (movement.kind !== 'withdrawal') throw refused('CAPABILITY_MISSING', operation);
  const problems = movementProblems(movement);
  if (problems.length > 0) throw refused('INVALID_REQUEST', operation, problems);
  const parsed = withdrawalDetails.safeParse(movement.details ?? {});
  if (parsed.success) return parsed.data;
  throw refused('INVALID_REQUEST', operation, [{ field: 'details', problem: 'do not fit' }]);
}
