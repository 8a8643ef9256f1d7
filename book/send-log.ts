import { sql } from 'kysely';
import type { Intent, Order } from '../contract/funding';
import type {
  Admission,
  AttemptKey,
  AttemptRecord,
  Begin,
  Ended,
  Fence,
  HeardSends,
  IntentEnd,
  IntentKey,
  KnownEntries,
  Recorded,
  RecordedIntent,
  SendLog,
  Settlement,
} from '../contract/send-log';
import { fundingWorkflowId } from '../contract/ids';
import { ATTEMPT_COLUMNS, attemptRecord, attemptsOf } from './attempts';
import { askedSha256, blindedSha256 } from './canonical';
import type { BookDatabase } from './connection';
import { recordEnd, recordOrder, recordSettlement } from './outcomes';
import { recordedOrders } from './recorded-orders';
import { unavailable } from './unavailable';

/**
 * The send log in PostgreSQL. Whether a send may leave is decided by one statement, which locks the intent first: of a begin
 * and a fence of one attempt, whoever and wherever they come from, exactly one inserts its row.
 */
export class PostgresSendLog implements SendLog {
  constructor(private readonly book: BookDatabase) {}

  async admit(intent: Intent, known: KnownEntries = {}): Promise<Admission> {
    return await unavailable(async () => {
      // A book that is to know the intent, and does not, is not given it anew.
      if (known.entries === undefined) await this.enter(intent, askedSha256(intent));
      const row = await this.rowOf(intent);
      if (row === undefined || isBehind(row.entries, known)) return { is: 'behind' };
      return isAsked(row, intent) ? { is: 'admitted', ...(await this.recorded(row, intent)) } : { is: 'taken' };
    });
  }

  async find(intent: Intent): Promise<RecordedIntent | undefined> {
    return await unavailable(async () => {
      const row = await this.rowOf(intent);
      return row !== undefined && isAsked(row, intent) ? await this.recorded(row, intent) : undefined;
    });
  }

  async begin(attempt: AttemptKey, claim: string): Promise<Begin> {
    return await unavailable(async () => {
      const entries = await this.insertAttempt(attempt, 'sending', claim);
      if (entries !== undefined) return { is: 'begun', entries };
      const there = await this.attemptThere(attempt);
      if (there.is === 'behind') return (await this.endedBefore(attempt)) ?? there;
      // The answer of that commit was lost, and whoever made it asks again: nothing has left yet.
      if (there.claim === claim && there.attempt.state === 'sending') return { is: 'begun', entries: there.entries };
      return there.attempt.state === 'fenced'
        ? { is: 'fenced', entries: there.entries }
        : { is: 'sent-before', entries: there.entries, attempt: there.attempt };
    });
  }

  async fence(attempt: AttemptKey): Promise<Fence> {
    return await unavailable(async () => {
      const entries = await this.insertAttempt(attempt, 'fenced', null);
      if (entries !== undefined) return { is: 'never-sent', entries };
      const there = await this.attemptThere(attempt);
      if (there.is === 'behind') return there;
      return there.attempt.state === 'fenced'
        ? { is: 'never-sent', entries: there.entries }
        : { is: 'begun', entries: there.entries, attempt: there.attempt };
    });
  }

  async settle(attempt: AttemptKey, settlement: Settlement): Promise<Recorded> {
    return await unavailable(() => recordSettlement(this.book, attempt, settlement));
  }

  async see(intent: IntentKey & KnownEntries, order: Order, readAt: string): Promise<Recorded> {
    return await unavailable(() => recordOrder(this.book, intent, order, readAt));
  }

  async end(intent: IntentKey & KnownEntries, end: IntentEnd, heard?: readonly HeardSends[]): Promise<Ended> {
    return await unavailable(() => recordEnd(this.book, intent, end, heard));
  }

  private async rowOf({ provider, fundingId }: IntentKey): Promise<IntentRow | undefined> {
    return await this.book
      .selectFrom('intents')
      .leftJoin('particular_secrets', (secrets) =>
        secrets.on('particular_secrets.subject', '=', fundingWorkflowId(provider, fundingId)),
      )
      .select(['intent_id', 'entries', 'asked_sha256', 'outcome', 'order_id', 'secret'])
      .where('provider', '=', provider)
      .where('funding_id', '=', fundingId)
      .executeTakeFirst();
  }

  private async recorded(
    { intent_id: id, entries, outcome, order_id: orderId }: IntentRow,
    intent: Intent,
  ): Promise<RecordedIntent> {
    const attempts = await attemptsOf(this.book, id);
    if (outcome === null) return { entries, attempts };
    const orders = await recordedOrders(this.book, id, intent);
    return { entries, attempts, end: { outcome, ...(orderId === null ? {} : { orderId }), orders } };
  }

  /** Of an intent that has ended, a send that is not in the book must never leave. */
  private async endedBefore({ entries, ...intent }: AttemptKey): Promise<Begin | undefined> {
    const row = await this.rowOf(intent);
    if (row === undefined || row.outcome === null || isBehind(row.entries, { entries })) return undefined;
    return { is: 'fenced', entries: row.entries };
  }

  private async enter(
    { provider, fundingId, partnerClientId, kind, asset, amount }: Intent,
    asked: Buffer,
  ): Promise<void> {
    const row = {
      provider,
      funding_id: fundingId,
      client_id: partnerClientId,
      kind,
      asset,
      amount,
      asked_sha256: asked,
    };
    await this.book
      .insertInto('intents')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** One statement, one commit. The entries of the intent if it inserted; undefined if it changed nothing. */
  private async insertAttempt(
    { provider, fundingId, ref, number, entries = 0 }: AttemptKey,
    state: 'sending' | 'fenced',
    worker: string | null,
  ): Promise<number | undefined> {
    const updated = await this.book
      .with('intent', (book) =>
        book
          .selectFrom('intents')
          .select('intent_id')
          .where('provider', '=', provider)
          .where('funding_id', '=', fundingId)
          .where('entries', '>=', entries)
          // A send that nobody made before the end is made by nobody after it; to give it up is no harm.
          .$if(state === 'sending', (intent) => intent.where('outcome', 'is', null))
          .forUpdate(),
      )
      .with('attempt', (book) =>
        book
          .insertInto('attempts')
          .columns(['intent_id', 'ref', 'send_number', 'state', 'worker'])
          .expression((expression) =>
            expression
              .selectFrom('intent')
              .select((row) => [
                row.ref('intent_id').as('intent_id'),
                row.cast<string>(row.val(ref), 'text').as('ref'),
                row.cast<number>(row.val(number), 'integer').as('send_number'),
                row.cast<'sending' | 'fenced'>(row.val(state), 'text').as('state'),
                row.cast<string | null>(row.val(worker), 'text').as('worker'),
              ]),
          )
          .onConflict((conflict) => conflict.doNothing())
          .returning('intent_id'),
      )
      .updateTable('intents')
      .from('attempt')
      .set({ entries: sql<number>`intents.entries + 1` })
      .whereRef('intents.intent_id', '=', 'attempt.intent_id')
      .returning('intents.entries')
      .executeTakeFirst();
    return updated?.entries;
  }

  private async attemptThere({ provider, fundingId, ref, number, entries }: AttemptKey): Promise<There> {
    const row = await this.book
      .selectFrom('intents')
      .innerJoin('attempts', 'attempts.intent_id', 'intents.intent_id')
      .select(['intents.entries', 'attempts.worker', ...ATTEMPT_COLUMNS])
      .where('provider', '=', provider)
      .where('funding_id', '=', fundingId)
      .where('ref', '=', ref)
      .where('send_number', '=', number)
      .executeTakeFirst();
    if (row === undefined || isBehind(row.entries, { entries })) return { is: 'behind' };
    return { is: 'there', entries: row.entries, claim: row.worker, attempt: attemptRecord(row) };
  }
}

interface IntentRow {
  readonly intent_id: string;
  readonly entries: number;
  readonly asked_sha256: Buffer;
  readonly outcome: IntentEnd['outcome'] | null;
  readonly order_id: string | null;
  readonly secret: Buffer | null;
}

/**
 * Whether it is what was asked before. For a client who is forgotten nothing is; of an intent from before there were secrets the
 * hash is as it was made.
 */
function isAsked({ asked_sha256: kept, secret }: IntentRow, intent: Intent): boolean {
  const asked = askedSha256(intent);
  return kept.equals(asked) || (secret !== null && kept.equals(blindedSha256(secret, asked)));
}

type There =
  | {
      readonly is: 'there';
      readonly entries: number;
      /** Under which it was begun; null if it was fenced first. */
      readonly claim: string | null;
      readonly attempt: AttemptRecord;
    }
  | { readonly is: 'behind' };

/** Whether the book has fewer entries of an intent than the asker knows of. */
function isBehind(entries: number, known: { readonly entries?: number | undefined }): boolean {
  return entries < (known.entries ?? 0);
}
