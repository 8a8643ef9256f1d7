import { CALLBACK_OPERATION, Callbacks, type CallbackDelivery } from '../http/callbacks';
import type { FaultEngine } from '../http/fault-engine';
import { CALLBACK_RETRY_MS, FEE } from './config';
import { CALLBACK_KINDS, type BackofficeFaultRule } from './fault-rules';
import { writtenDecimal } from './numbers';
import type { TransferRecord } from './records';
import { unzonedTime, zonedTime } from './times';

/** What a callback tells (docs/providers/backoffice.md section 6). */
export interface CallbackNews {
  readonly transfer: TransferRecord;
  /** The transfer's, or, about a cancellation that failed, `Failed`. */
  readonly status: string;
  readonly errorDetails: string;
  /** [S] Callbacks about a confirmation or a cancellation show 0. */
  readonly amount: string;
  readonly url: string;
}

/** The object that a callback holds: PascalCase, amounts as numbers, `Id` of a deposit and `TransferId` else [S]. */
export function callbackText({ transfer, status, errorDetails, amount }: CallbackNews): string {
  const { transferId, type, asset, createdAtMs } = transfer;
  const deposit = type === 'Deposit';
  const time = deposit ? zonedTime : unzonedTime;
  const members = {
    Amount: writtenDecimal(amount),
    Status: JSON.stringify(status),
    Asset: JSON.stringify(asset),
    Type: JSON.stringify(type),
    [deposit ? 'Id' : 'TransferId']: String(transferId),
    CreatedAt: JSON.stringify(time(createdAtMs, transferId)),
    Fee: writtenDecimal(FEE),
    ErrorDetails: errorDetails === '' ? 'null' : JSON.stringify(errorDetails),
  };
  return `{${Object.entries(members)
    .map(([name, text]) => `"${name}":${text}`)
    .join(',')}}`;
}

/** Sends callbacks to the addresses that calls named. They carry no signature and no id of the event [S]. */
export class TransferCallbacks {
  private readonly callbacks: Callbacks;

  constructor(
    private readonly faults: FaultEngine<BackofficeFaultRule>,
    closing: AbortSignal,
  ) {
    this.callbacks = new Callbacks({ retryAfterMs: CALLBACK_RETRY_MS, closing });
  }

  send(news: CallbackNews): void {
    if (news.url === '') return;
    const { transfer, status, url } = news;
    const body = Buffer.from(callbackText(news), 'utf8');
    const ref = refOf(transfer.comment);
    const firings = this.faults.takeAll(CALLBACK_KINDS, {
      operation: CALLBACK_OPERATION,
      partnerClientId: transfer.userId,
      partnerOrderRef: ref,
    });
    const about = { transferId: transfer.transferId, type: transfer.type, status };
    this.callbacks.send({ about, url, body, headers: () => ({}) }, firings);
  }

  deliveries(): readonly CallbackDelivery[] {
    return this.callbacks.deliveries();
  }

  reset(): void {
    this.callbacks.reset();
  }
}

/** The name of a transfer in rules and in the ledger: the first word of its comment. */
export function refOf(comment: string): string {
  return /^\S*/.exec(comment.trim())?.[0] ?? '';
}
