import type { FundingKind, Order, OrderState } from '../../contract/funding';
import { plainDecimal, type DecimalText } from '../../contract/money';
import type { RequestBody } from '../http/body';
import { CANCELLED_STATUSES, FAILED_STATUSES } from './assumptions';
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
export interface TransferStep {
  readonly userId: string;
  readonly transferId: string;
  readonly callbackUrl: string | undefined;
}

/** The amount goes into the JSON as a number, digit by digit (section 4.1). */
export function toWireTransfer({ userId, asset, amount, comment, callbackUrl }: NewTransfer): RequestBody {
  return jsonTextBody({ userId, assetId: asset, amount: new JsonNumber(amount), comment, callbackUrl });
}

/** Here the transfer id is text; in answers it is a number (section 4.3). */
export function toWireStep({ userId, transferId, callbackUrl }: TransferStep): RequestBody {
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

/** An answer, or an entry of the account history, of whose user and ref the caller knows. */
export function toOrder(transfer: WireTransfer, { ref, userId }: { ref: string; userId: string }): Order {
  return orderOf(transfer, { orderId: transfer.id, ref, userId });
}

/** An entry of the list that carries a ref's token: nobody else can make one. */
export function listedOrder(listed: WireListed, ref: string): Order {
  return { ...orderOf(listed, { orderId: listed.transferId, ref, userId: listed.userId }), carriesOurToken: true };
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
