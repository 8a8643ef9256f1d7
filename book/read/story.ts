import { sql } from 'kysely';
import { auditEntries, type AuditEntry } from '../audit/entries';
import { atOneMoment, proveAudit, type AuditReport } from '../audit/verify';
import type { BookDatabase } from '../connection';
import { unavailable } from '../unavailable';
import { latestMovements, type MovementRow } from './movements';
import { toldBeside, wordsIn, type Words } from './words';

/** All that the book has of a subject: the rows as they are, and the entries that say how they came to be so. */
export interface Story {
  /** Its workflow id. */
  readonly subject: string;
  /** Where it is a movement that was admitted. */
  readonly movement?: MovementRow;
  readonly sends: readonly Row[];
  readonly orders: readonly Row[];
  readonly decisions: readonly Row[];
  readonly clients: readonly Row[];
  readonly documents: readonly Row[];
  readonly batches: readonly Row[];
  readonly rows: readonly Row[];
  /** What the partner is told of it, in that order, and what became of each. */
  readonly events: readonly Row[];
  /** Of a client: its movements, latest first, at most {@link MOST_MOVEMENTS}. */
  readonly movements: readonly MovementRow[];
  readonly entries: readonly AuditEntry[];
  /** What stands beside the entries. */
  readonly words: Words;
  readonly audit: AuditReport;
}

/** A row as it is printed: hashes in hex, times as UTC ISO. */
type Row = Readonly<Record<string, string | number | boolean | null>>;

const MOST_MOVEMENTS = 50;

/** @throws BookUnavailable */
export async function knownSubjects(book: BookDatabase, subjects: readonly string[]): Promise<readonly string[]> {
  const rows = await unavailable(() =>
    book.selectFrom('chains').select('subject').where('subject', 'in', subjects).orderBy('subject').execute(),
  );
  return rows.map(({ subject }) => subject);
}

/**
 * Reads all that the book has of a subject, as it was at one moment.
 *
 * @param subject one that the book knows
 * @throws BookUnavailable
 */
export async function readStory(book: BookDatabase, subject: string): Promise<Story> {
  return await unavailable(() => atOneMoment(book, (within) => read(within, subject)));
}

async function read(book: BookDatabase, subject: string): Promise<Story> {
  const entries: AuditEntry[] = [];
  for await (const page of auditEntries(book, { subject })) entries.push(...page);
  const [kind, provider = '', own = ''] = subject.split('/');
  const intent = await book
    .selectFrom('intents')
    .select('intent_id')
    .where('provider', '=', provider)
    .where('funding_id', '=', kind === 'funding' ? own : '')
    .executeTakeFirst();
  const intentId = intent?.intent_id ?? '0';
  const [movement] = intent === undefined ? [] : await latestMovements(book, { provider, fundingId: own }, 1);
  const ofIntent = {
    sends: await book
      .selectFrom('attempts')
      .selectAll()
      .where('intent_id', '=', intentId)
      .orderBy('begun_at')
      .execute(),
    orders: await book.selectFrom('orders').selectAll().where('intent_id', '=', intentId).orderBy('read_at').execute(),
  };
  const ofSubject = {
    decisions: await book
      .selectFrom('decisions')
      .selectAll()
      .select([toldBeside('subject', 'reason').as('reason'), toldBeside('subject', 'evidence').as('evidence')])
      .where('subject', '=', subject)
      .orderBy('decided_at')
      .execute(),
    clients: await book.selectFrom('clients').selectAll().where('subject', '=', subject).execute(),
    documents: await book
      .selectFrom('documents')
      .selectAll()
      .select([
        toldBeside('subject', 'provider_document_id').as('provider_document_id'),
        toldBeside('subject', 'sha256').as('sha256'),
      ])
      .where('subject', '=', subject)
      .orderBy('filed_at')
      .execute(),
    batches: await book.selectFrom('batches').selectAll().where('subject', '=', subject).execute(),
    events: await book
      .selectFrom('events_out')
      .select(['event_id', 'type', sql<string | null>`data ->> 'reason'`.as('reason'), 'happened_at', 'written_at'])
      .select(['delivered_at', 'put_aside_at', 'put_aside'])
      .where('subject', '=', subject)
      .orderBy('event_no')
      .execute(),
    rows: await book.selectFrom('batch_rows').selectAll().where('subject', '=', subject).orderBy('line').execute(),
  };
  const movements = kind === 'onboarding' ? await latestMovements(book, { provider, client: own }, MOST_MOVEMENTS) : [];
  return {
    subject,
    ...(movement === undefined ? {} : { movement }),
    sends: ofIntent.sends.map(printed),
    orders: ofIntent.orders.map(printed),
    decisions: ofSubject.decisions.map(printed),
    clients: ofSubject.clients.map(printed),
    documents: ofSubject.documents.map(printed),
    batches: ofSubject.batches.map(printed),
    rows: ofSubject.rows.map(printed),
    events: ofSubject.events.map(printed),
    movements,
    entries,
    words: await wordsIn(
      book,
      entries.map(({ content }) => content),
    ),
    audit: await proveAudit(book, { subject }),
  };
}

/** Without the number that the database knows the intent by. */
function printed(row: object): Row {
  const fields: readonly (readonly [string, unknown])[] = Object.entries(row);
  return Object.fromEntries(
    fields.filter(([name]) => name !== 'intent_id').map(([name, value]) => [name, plain(value)]),
  );
}

function plain(value: unknown): Row[string] {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}
