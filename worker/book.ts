import { sql } from 'kysely';
import { PostgresBlindIndex } from '../book/blind-index';
import { openBook, type BookDatabase } from '../book/connection';
import { PostgresOutbox } from '../book/outbox';
import { PostgresLimits } from '../book/limits';
import { PostgresRecords, type WorkerStart } from '../book/records';
import { PostgresSendLog } from '../book/send-log';
import type { BookSettings } from '../book/settings';
import { PostgresReconciliation } from '../book/reconciliation';
import { requireCurrentBook } from '../book/version';
import type { BlindIndex } from '../contract/blind-index';
import type { Outbox } from '../contract/outbox';
import type { LimitBook } from '../contract/limits';
import type { ReconciliationBook } from '../contract/reconciliation';
import type { Records } from '../contract/records';
import type { SendLog } from '../contract/send-log';
import { BlindHashes } from '../keys/blind-index';

/** The book, as a worker has it open. */
export interface OpenBook {
  readonly sendLog: SendLog;
  readonly limits: LimitBook;
  readonly reconciliation: ReconciliationBook;
  readonly records: Records;
  readonly outbox: Outbox;
  /** Absent: nobody is found. */
  readonly blindIndex?: BlindIndex;
  /** Enters with what the worker starts. */
  started(start: WorkerStart): Promise<void>;
  /** @throws whatever the database's client throws if the book does not answer */
  answers(): Promise<void>;
  close(): Promise<void>;
}

/** Before anything is sent there is time to wait for a book that is busy, or starts too. */
const START_MS = 30_000;

/**
 * @param actor who writes in it, as the audit has it
 * @param blindIndexKeys the file with the keys of the blind index; absent: there is none
 * @throws BookVersionError if the book is of another version; BookUnavailable if it cannot be reached
 */
export async function openCurrentBook(
  settings: BookSettings,
  actor: string,
  blindIndexKeys?: string,
): Promise<OpenBook> {
  const hashes = blindIndexKeys === undefined ? undefined : new BlindHashes(blindIndexKeys);
  const look = openBook(settings, { connections: 1, connectMs: START_MS });
  try {
    await requireCurrentBook(look);
  } finally {
    await look.destroy();
  }
  const book = openBook(settings, { actor });
  const records = new PostgresRecords(book);
  return {
    sendLog: new PostgresSendLog(book),
    limits: new PostgresLimits(book),
    reconciliation: new PostgresReconciliation(book),
    records,
    outbox: new PostgresOutbox(book),
    ...(hashes === undefined ? {} : { blindIndex: blindIndexIn(book, hashes) }),
    started: (start) => records.workerStarted(start),
    answers: async () => {
      await sql`SELECT`.execute(book);
    },
    close: () => book.destroy(),
  };
}

function blindIndexIn(book: BookDatabase, hashes: BlindHashes): BlindIndex {
  const index = new PostgresBlindIndex(book);
  return { register: (client, applicant) => index.register(client, hashes.ofApplicant(applicant)) };
}
