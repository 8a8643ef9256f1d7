import type { Order } from '../../contract/funding';
import type { LimitBook } from '../../contract/limits';
import type { Outbox } from '../../contract/outbox';
import type { ReconciliationBook } from '../../contract/reconciliation';
import type { Records } from '../../contract/records';
import type { AttemptKey, IntentKey, RecordedEnd, SendLog } from '../../contract/send-log';

/** What a worker writes into a book, kept by its process alone: what the flow costs without PostgreSQL. No money may move so. */
export function memoryBook(): {
  readonly sendLog: SendLog;
  readonly records: Records;
  readonly reconciliation: ReconciliationBook;
  readonly limits: LimitBook;
  readonly outbox: Outbox;
} {
  return {
    sendLog: new MemorySendLog(),
    records: NO_RECORDS,
    reconciliation: NO_RECONCILIATION,
    limits: NO_LIMITS,
    outbox: NO_OUTBOX,
  };
}

/** Enough of it for flows that are not reset, forgotten or asked for twice. */
class MemorySendLog implements SendLog {
  private readonly entries = new Map<string, number>();
  private readonly begun = new Set<string>();
  private readonly orders = new Map<string, Order>();
  private readonly ends = new Map<string, RecordedEnd>();

  admit: SendLog['admit'] = (intent) => {
    const end = this.ends.get(keyOf(intent));
    const admitted = { is: 'admitted', entries: this.enter(intent), attempts: [] } as const;
    return Promise.resolve(end === undefined ? admitted : { ...admitted, end });
  };

  begin: SendLog['begin'] = (attempt) => {
    const send = sendOf(attempt);
    const { ref, number } = attempt;
    const before = this.begun.has(send);
    this.begun.add(send);
    const entries = this.enter(attempt);
    return Promise.resolve(
      before ? { is: 'sent-before', entries, attempt: { ref, number, state: 'sending' } } : { is: 'begun', entries },
    );
  };

  settle: SendLog['settle'] = (attempt, settlement) => {
    if (settlement.outcome === 'applied') this.orders.set(keyOf(attempt), settlement.order);
    return Promise.resolve({ is: 'recorded', entries: this.enter(attempt) });
  };

  fence: SendLog['fence'] = (attempt) => {
    const { ref, number } = attempt;
    const entries = this.enter(attempt);
    return Promise.resolve(
      this.begun.has(sendOf(attempt))
        ? { is: 'begun', entries, attempt: { ref, number, state: 'sending' } }
        : { is: 'never-sent', entries },
    );
  };

  see: SendLog['see'] = (intent, order) => {
    this.orders.set(keyOf(intent), order);
    return Promise.resolve({ is: 'recorded', entries: this.enter(intent) });
  };

  end: SendLog['end'] = (intent, end) => {
    const order = this.orders.get(keyOf(intent));
    this.ends.set(keyOf(intent), { ...end, orders: order === undefined ? [] : [order] });
    return Promise.resolve({ is: 'recorded', entries: this.enter(intent) });
  };

  find: SendLog['find'] = () => Promise.resolve(undefined);

  private enter(intent: IntentKey): number {
    const entries = (this.entries.get(keyOf(intent)) ?? 0) + 1;
    this.entries.set(keyOf(intent), entries);
    return entries;
  }
}

function keyOf({ provider, fundingId }: IntentKey): string {
  return `${provider}/${fundingId}`;
}

function sendOf({ ref, number, ...intent }: AttemptKey): string {
  return `${keyOf(intent)}/${ref}/${number}`;
}

const nothing = (): Promise<void> => Promise.resolve();

const NO_RECORDS: Records = {
  started: nothing,
  decided: nothing,
  sawClient: nothing,
  filed: nothing,
  wasFiled: () => Promise.resolve(false),
  begunBatch: nothing,
  ranRow: nothing,
};

const unmeasured = (): Promise<never> => Promise.reject(new Error('this is not measured without a book'));

const NO_LIMITS: LimitBook = { judge: unmeasured, withdraw: unmeasured };

const NO_OUTBOX: Outbox = { record: unmeasured, toDeliver: unmeasured, delivered: unmeasured, putAside: unmeasured };

const NO_RECONCILIATION: ReconciliationBook = {
  earlier: unmeasured,
  sent: unmeasured,
  owners: unmeasured,
  seen: unmeasured,
  record: unmeasured,
  list: unmeasured,
  find: unmeasured,
  answer: unmeasured,
  runs: unmeasured,
};
