import type { AttemptRecord } from '../contract/send-log';
import type { BookDatabase } from './connection';

/** What is read of a send. */
export const ATTEMPT_COLUMNS = [
  'attempts.ref',
  'attempts.send_number',
  'attempts.state',
  'attempts.begun_at',
  'attempts.error_code',
  'attempts.order_id',
] as const;

interface AttemptRow {
  readonly ref: string;
  readonly send_number: number;
  readonly state: AttemptRecord['state'];
  readonly begun_at: Date;
  readonly error_code: string | null;
  readonly order_id: string | null;
}

/** A send, as the book has it. */
export function attemptRecord({
  ref,
  send_number: number,
  state,
  begun_at: begunAt,
  error_code: code,
  order_id: orderId,
}: AttemptRow): AttemptRecord {
  return {
    ref,
    number,
    state,
    begunAt: begunAt.toISOString(),
    ...(code === null ? {} : { errorCode: code }),
    ...(orderId === null ? {} : { orderId }),
  };
}

/** Every send of an intent, in the order in which they began. */
export async function attemptsOf(book: BookDatabase, intentId: string): Promise<readonly AttemptRecord[]> {
  const rows = await book
    .selectFrom('attempts')
    .select(ATTEMPT_COLUMNS)
    .where('intent_id', '=', intentId)
    .orderBy('begun_at')
    .orderBy('send_number')
    .execute();
  return rows.map(attemptRecord);
}
