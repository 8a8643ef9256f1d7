import { jsonAnswer, type Answer } from '../http/answer';
import { Exact, isLess, minus, plus } from '../http/decimals';
import { callbackText, type CallbackNews } from './callbacks';
import { ASSETS, FEE, FINAL_STATUSES } from './config';
import type { Call, Sandbox } from './context';
import { refusal } from './errors';
import { bodyOf, newTransfer, transferStep } from './input';
import type { Part, TransferRecord } from './records';
import { zonedTime } from './times';

/** `POST /back-api/backoffice/transfers/deposit`: every accepted one is a new transfer, whatever was sent before [S]. */
export function deposit(call: Call): Answer {
  return created(call, 'Deposit');
}

/** `POST /back-api/backoffice/transfers/withdraw`: reserves the money [I], and moves it once it is confirmed. */
export function withdraw(call: Call): Answer {
  return created(call, 'Withdrawal');
}

function created(call: Call, type: TransferRecord['type']): Answer {
  const { sandbox, subject } = call;
  const { store, clock, workings } = sandbox;
  const { userId, assetId: asset, amount: written, comment, callbackUrl } = bodyOf(call, newTransfer);
  if (store.user(userId) === undefined) throw refusal('UserNotFound', 'The user does not exist.');
  if (!ASSETS.includes(asset)) throw refusal('AssetNotFound', 'The asset does not exist.');
  // The number's value is kept, not its spelling: 10.00 is told as 10 [I].
  const amount = new Exact(written).toFixed();
  const holding = store.holding(userId, asset);
  const tooLittle = type === 'Withdrawal' && isLess(holding.available, amount);
  if (tooLittle && workings.behaviour.tooLittle === 'refused') {
    throw refusal('InsufficientFunds', 'The available balance is too small.');
  }
  const now = clock.now();
  const ids = store.nextIds();
  const transfer: TransferRecord = {
    ...ids,
    userId,
    asset,
    type,
    status: type === 'Deposit' ? 'Pending' : 'AwaitingConfirmation',
    amount,
    comment,
    reserved: type === 'Withdrawal' && !tooLittle,
    errorDetails: '',
    callbackUrl,
    due: type === 'Deposit' ? dueOf(sandbox, subject, callbackUrl, workings.settleMs) : null,
    createdAtMs: now,
    updatedAtMs: now,
  };
  const setAside: Part[] = transfer.reserved
    ? [{ part: 'holding', holding: { ...holding, available: minus(holding.available, amount) } }]
    : [];
  keep(sandbox, [{ part: 'transfer', transfer }, ...setAside], [newsOf(transfer, callbackUrl, amount)]);
  return jsonAnswer(200, shown(transfer));
}

/** What becomes of a transfer, and when: as rules say, else `Completed` after `settleMs`. */
function dueOf(
  { faults, clock }: Sandbox,
  subject: Call['subject'],
  callbackUrl: string,
  settleMs: number,
): TransferRecord['due'] {
  const outcome = faults.take(['outcome'], subject)?.rule.params;
  const slow = faults.take(['slow'], subject)?.rule.params;
  if (slow?.ms === null) return null;
  return {
    atMs: clock.now() + (slow?.ms ?? settleMs),
    status: outcome?.status ?? 'Completed',
    errorDetails: outcome?.error_details ?? '',
    callbackUrl,
  };
}

/** [?] A confirmed withdrawal is carried out before its confirmation is answered, unless a rule says otherwise. */
const IN_THE_CALL = 0;

/** `POST …/withdraw-confirm`. One that is being carried out, or was, is refused, and stays as it is [I]. */
export function confirm(call: Call): Answer {
  const { sandbox, subject } = call;
  const { transfer, callbackUrl } = awaiting(call);
  const due = dueOf(sandbox, subject, callbackUrl, IN_THE_CALL);
  const confirmed = { ...transfer, due: due ?? { ...NEVER, callbackUrl } };
  keep(sandbox, [{ part: 'transfer', transfer: confirmed }], []);
  if (due !== null && due.atMs <= sandbox.clock.now()) settleDue(sandbox);
  return stepAnswer(sandbox, sandbox.store.transfer(transfer.transferId) ?? confirmed);
}

/** Under way for ever: confirmed, so that it cannot be confirmed again or cancelled. */
const NEVER = { atMs: Number.MAX_SAFE_INTEGER, status: 'Completed', errorDetails: '' } as const;

/** `POST …/withdraw-cancel`: gives back what was reserved. In its callback, `Failed` is about the cancellation [S]. */
export function cancel(call: Call): Answer {
  const { sandbox, subject } = call;
  const { transfer, callbackUrl } = awaiting(call);
  const failing = sandbox.faults.take(['cancel-fails'], subject)?.rule.params.how;
  if (failing === 'refused') throw refusal('CancellationFailed', 'The transfer cannot be cancelled.');
  if (failing === 'callback') {
    const errorDetails = 'The cancellation failed.';
    keep(sandbox, [], [{ transfer, status: 'Failed', errorDetails, amount: '0', url: callbackUrl }]);
    return stepAnswer(sandbox, transfer, 'Failed');
  }
  const { parts, transfer: canceled } = brought(sandbox, transfer, 'Canceled', '');
  keep(sandbox, parts, [newsOf(canceled, callbackUrl, '0')]);
  return stepAnswer(sandbox, canceled);
}

/** The withdrawal that a call names, while nothing is decided about it. */
function awaiting(call: Call): { readonly transfer: TransferRecord; readonly callbackUrl: string } {
  const { userId, transferId, callbackUrl } = bodyOf(call, transferStep);
  const transfer = call.sandbox.store.transfer(transferId);
  if (transfer?.userId !== userId) throw refusal('TransferNotFound', 'The transfer does not exist.');
  if (transfer.status !== 'AwaitingConfirmation' || transfer.due !== null) {
    throw refusal('TransferIsNotAwaitingConfirmation', 'The transfer does not await confirmation.');
  }
  return { transfer, callbackUrl };
}

/** [?] Nothing, the object of a callback, or the transfer: as the sandbox is set. */
function stepAnswer({ workings }: Sandbox, transfer: TransferRecord, status = transfer.status): Answer {
  switch (workings.behaviour.stepAnswer) {
    case 'empty':
      return { status: 200, headers: {}, body: Buffer.alloc(0) };
    case 'callback': {
      const { errorDetails } = transfer;
      const text = callbackText({ transfer, status, errorDetails, amount: '0', url: '' });
      return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text, 'utf8') };
    }
    case 'transfer':
      return jsonAnswer(200, shown({ ...transfer, status }));
  }
}

/**
 * Brings a transfer to a status, and moves its money: a deposit's money comes, and a withdrawal's goes, when it
 * completes; what a withdrawal reserved is given back when it fails or is cancelled.
 */
export function brought(
  { store, clock }: Sandbox,
  before: TransferRecord,
  status: string,
  errorDetails: string,
): { readonly transfer: TransferRecord; readonly parts: readonly Part[] } {
  const { amount, type, reserved } = before;
  const final = FINAL_STATUSES.includes(status);
  const transfer = {
    ...before,
    status,
    errorDetails,
    reserved: reserved && !final,
    due: null,
    updatedAtMs: clock.now(),
  };
  const holding = store.holding(before.userId, before.asset);
  const moved =
    type === 'Deposit' && status === 'Completed'
      ? { ...holding, total: plus(holding.total, amount), available: plus(holding.available, amount) }
      : reserved && status === 'Completed'
        ? { ...holding, total: minus(holding.total, amount) }
        : reserved && final
          ? { ...holding, available: plus(holding.available, amount) }
          : undefined;
  const parts: Part[] = [{ part: 'transfer', transfer }];
  return { transfer, parts: moved === undefined ? parts : [...parts, { part: 'holding', holding: moved }] };
}

/** Settles what is due; returns in how many milliseconds the next is. */
export function settleDue(sandbox: Sandbox): number | undefined {
  const now = sandbox.clock.now();
  let next: number | undefined;
  for (const transfer of sandbox.store.transfers()) {
    const { due } = transfer;
    if (due === null) continue;
    if (due.atMs > now) {
      next = Math.min(next ?? Infinity, due.atMs - now);
      continue;
    }
    settle(sandbox, transfer, due);
  }
  return next;
}

function settle(sandbox: Sandbox, before: TransferRecord, due: NonNullable<TransferRecord['due']>): void {
  const lacksMoney = before.type === 'Withdrawal' && !before.reserved && due.status === 'Completed';
  const { status, errorDetails } = lacksMoney ? { status: 'Failed', errorDetails: 'Insufficient funds' } : due;
  const { transfer, parts } = brought(sandbox, before, status, errorDetails);
  // [S] Callbacks of a confirmation show the amount 0.
  const amount = transfer.type === 'Deposit' ? transfer.amount : '0';
  keep(sandbox, parts, [newsOf(transfer, due.callbackUrl, amount)]);
}

export function newsOf(transfer: TransferRecord, url: string, amount: string): CallbackNews {
  return { transfer, status: transfer.status, errorDetails: transfer.errorDetails, amount, url };
}

/** Commits, and sends callbacks once the change is kept: a crash must not undo what was told. */
export function keep({ store, callbacks, due }: Sandbox, parts: readonly Part[], news: readonly CallbackNews[]): void {
  store.commit(parts);
  store.durable().then(
    () => {
      for (const one of news) callbacks.send(one);
    },
    // The answer of whoever committed says so.
    () => undefined,
  );
  // After the call that is under way, which has yet to answer.
  setImmediate(() => due.look());
}

/** A transfer as deposit and withdraw answer, and as the account history shows it: amounts as text [S]. */
export function shown(transfer: TransferRecord): object {
  const { transferId, asset, type, status, amount, createdAtMs, updatedAtMs } = transfer;
  return {
    id: transferId,
    asset,
    type,
    status,
    amount,
    fee: FEE,
    createdAt: zonedTime(createdAtMs, transferId),
    updatedAt: zonedTime(updatedAtMs, transferId),
  };
}
