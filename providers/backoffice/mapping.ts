import type { FundingKind, Order, OrderState } from '../../contract/funding';
import { plainDecimal, type DecimalText } from '../../contract/money';
import type { RequestBody } from '../http/body';
import { CANCELLED_STATUSES, FAILED_STATUSES, TIMES_ARE_UTC, TRANSFER_ID } from './assumptions';
import { JsonNumber, jsonTextBody } from './json-text';
import type { WireListed, WireTransfer } from './schemas';

/** Our words in the back office's, and back (docs/providers/backoffice.md sections 4 and 5). */

/** A deposit or a withdrawal to be made. */
export interface NewTransfer {
  readonly userId: string;
  readonly asset: string;
  readonly amount: DecimalText;
  readonly comment: string;
  readonly callbackUrl: string | undefined;
}

/** A withdrawal to be confirmed or cancelled. */
export interface TransferChange {
  readonly userId: string;
  readonly transferId: string;
  readonly callbackUrl: string | undefined;
}

/** The amount goes into the JSON as a number, digit by digit (section 4.1). */
export function toWireTransfer({ userId, asset, amount, comment, callbackUrl }: NewTransfer): RequestBody {
  return jsonTextBody({ userId, assetId: asset, amount: new JsonNumber(amount), comment, callbackUrl });
}

/** Here the transfer id is text; in answers it is a number (section 4.3). */
export function toWireChange({ userId, transferId, callbackUrl }: TransferChange): RequestBody {
  return jsonTextBody({ userId, transferId, callbackUrl });
}

/** `2019-04-04T15:27:41`, UTC [I] (section 4.5). */
export function toHistoryTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** `2019-03-05T00:00:00.000Z` (section 4.6). */
export function toListTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** `Withdraw` and `Witdrawal` stand in the documents too (sections 4.2, 4.6). */
export function kindOf(type: string): FundingKind | 'other' {
  switch (type) {
    case 'Deposit':
      return 'deposit';
    case 'Withdrawal':
    case 'Withdraw':
    case 'Witdrawal':
      return 'withdrawal';
    default:
      return 'other';
  }
}

/** A status that no document names is open: wait and read again. */
export function orderState(status: string): OrderState {
  if (status === 'Completed') return 'completed';
  if (FAILED_STATUSES.value.some((failed) => failed === status)) return 'failed';
  return CANCELLED_STATUSES.value.some((cancelled) => cancelled === status) ? 'cancelled' : 'open';
}

/** What a transfer shows, wherever it does. */
type Shown = Pick<WireTransfer, 'asset' | 'type' | 'status' | 'amount' | 'fee' | 'createdAt' | 'updatedAt'>;

/** An answer, or an entry of the account history; the caller knows its user and ref. */
export function toOrder(transfer: WireTransfer, { ref, userId }: { ref: string; userId: string }): Order {
  return orderOf(transfer, { orderId: transfer.id, ref, userId });
}

/** The id by which the transfer of a list's entry is known everywhere else. */
export function listedId(listed: WireListed): string {
  return listed[TRANSFER_ID.value];
}

/** An entry of the list that carries a ref's token: nobody else can make one. */
export function listedOrder(listed: WireListed, ref: string): Order {
  return { ...orderOf(listed, { orderId: listedId(listed), ref, userId: listed.userId }), carriesOurToken: true };
}

/** An entry of the list as a transaction: of whichever ref, or of none of ours (`ref` empty). */
export function listedTransaction(listed: WireListed, ref: string | undefined): Order {
  const order =
    ref === undefined
      ? orderOf(listed, { orderId: listedId(listed), ref: '', userId: listed.userId })
      : listedOrder(listed, ref);
  return withUtcTimes(order);
}

/** Times without a zone are read as UTC, which other readers would take for their own. */
export function withUtcTimes(order: Order): Order {
  const { createdAt, updatedAt } = order;
  return {
    ...order,
    ...(createdAt === undefined ? {} : { createdAt: utcTime(createdAt) }),
    ...(updatedAt === undefined ? {} : { updatedAt: utcTime(updatedAt) }),
  };
}

function utcTime(text: string): string {
  return TIMES_ARE_UTC.value && !/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? `${text}Z` : text;
}

function orderOf(shown: Shown, known: { orderId: string; ref: string; userId: string }): Order {
  const kind = kindOf(shown.type);
  const awaits = kind === 'withdrawal' && shown.status === 'AwaitingConfirmation';
  return {
    orderId: known.orderId,
    ref: known.ref,
    kind,
    partnerClientId: known.userId,
    asset: shown.asset,
    amount: plainDecimal(shown.amount),
    state: orderState(shown.status),
    status: shown.status,
    ...(awaits ? { awaits: 'confirmation' } : {}),
    ...(shown.fee == null ? {} : { fee: plainDecimal(shown.fee), feeAsset: shown.asset }),
    ...(shown.createdAt == null ? {} : { createdAt: shown.createdAt }),
    ...(shown.updatedAt == null ? {} : { updatedAt: shown.updatedAt }),
  };
}
