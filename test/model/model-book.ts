import type { ErrorCode } from '../../contract/errors';
import type { Order } from '../../contract/funding';
import type { AttemptRecord, Fence, RecordedEnd } from '../../contract/send-log';
import type { Send } from './model-provider';

type SendKey = Pick<Send, 'ref' | 'number'>;

/** The send log as it is (book/send-log.ts): of a begin and a fence of one send, the first holds. Nothing makes it forget. */
export class ModelBook {
  private readonly sends = new Map<string, AttemptRecord>();
  end: RecordedEnd | undefined;

  /** @param isKept whether there is one: without it every send leaves, and nothing is known of any */
  constructor(private readonly isKept: boolean) {}

  /** Every send, in the order in which they began. */
  get attempts(): readonly AttemptRecord[] {
    return [...this.sends.values()];
  }

  /** What there was of it: nothing if it may leave. */
  begin({ ref, number }: SendKey): AttemptRecord | undefined {
    return this.isKept ? this.insert({ ref, number, state: 'sending' }) : undefined;
  }

  fence({ ref, number }: SendKey): { readonly is: Fence['is'] | 'not asked'; readonly attempt?: AttemptRecord } {
    if (!this.isKept) return { is: 'not asked' };
    const there = this.insert({ ref, number, state: 'fenced' });
    return there === undefined || there.state === 'fenced' ? { is: 'never-sent' } : { is: 'begun', attempt: there };
  }

  settle(
    { ref, number }: SendKey,
    told: { readonly order: Order } | { readonly failed: ErrorCode; readonly isApplied: 'no' | 'unknown' },
  ): void {
    if (!this.isKept) return;
    const settled: AttemptRecord =
      'order' in told
        ? { ref, number, state: 'applied', orderId: told.order.orderId }
        : { ref, number, state: told.isApplied === 'no' ? 'not-applied' : 'unknown', errorCode: told.failed };
    this.sends.set(keyOf({ ref, number }), settled);
  }

  record(end: RecordedEnd): void {
    if (this.isKept) this.end ??= end;
  }

  /** The record that was there already. */
  private insert(attempt: AttemptRecord): AttemptRecord | undefined {
    const there = this.sends.get(keyOf(attempt));
    if (there === undefined) this.sends.set(keyOf(attempt), attempt);
    return there;
  }
}

function keyOf({ ref, number }: SendKey): string {
  return `${ref} ${number}`;
}
