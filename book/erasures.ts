import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import {
  CANCELLED_TO_FORGET,
  type ErasureCertificate,
  type HeldMovement,
  type HeldOfClient,
} from '../contract/erasure';
import { onboardingWorkflowId } from '../contract/ids';
import type { ClientKey } from '../contract/records';
import { type BookDatabase, SCHEMA } from './connection';
import { toldBeside } from './read/words';
import type { BookSchema } from './schema';
import { unavailable } from './unavailable';

/** Whose is erased: at a provider whose client ids are GUIDs, their case makes no difference. */
export interface ErasedClient extends ClientKey {
  readonly foldsCase: boolean;
}

/** What is destroyed, as whoever has looked at Temporal knows it may be. */
export interface Erasable {
  readonly by: string;
  readonly reason: string;
  /** Workflow ids of the client's that have ended, or never were. */
  readonly ended: ReadonlySet<string>;
  /** Workflow ids of ended batches with rows of the client. */
  readonly batches: readonly string[];
  readonly inClear: number;
}

export type Erased =
  | { readonly is: 'erased'; readonly certificate: ErasureCertificate }
  /** Something of the client's has come meanwhile: look at it first. Nothing was destroyed. */
  | { readonly is: 'grown'; readonly subjects: readonly string[] };

const [INTENTS, ATTEMPTS, ORDERS, KEYS, CLIENTS, DOCUMENTS, DECISIONS, ROWS, DISCREPANCIES] = [
  ...(['intents', 'attempts', 'orders', 'data_keys', 'clients', 'documents', 'decisions'] as const),
  ...(['batch_rows', 'discrepancies'] as const),
].map((name) => sql.table(`${SCHEMA}.${name}`));

/** What the book has of a client, and its destruction. Every call throws BookUnavailable if the book cannot be asked. */
export class PostgresErasures {
  constructor(private readonly book: BookDatabase) {}

  /** @param known workflow ids of the client's that Temporal has */
  async held(client: ErasedClient, known: readonly string[] = []): Promise<HeldOfClient> {
    return await unavailable(() =>
      this.book
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((within) => heldOf(within, client, known)),
    );
  }

  /**
   * Destroys the client's keys, what stands beside the book's rows of the client, and its blind indexes, and writes the
   * certificate: all of it or nothing.
   */
  async erase(client: ErasedClient, erasable: Erasable): Promise<Erased> {
    return await unavailable(() => this.book.transaction().execute((within) => erase(within, client, erasable)));
  }

  /**
   * Has PostgreSQL take what was overwritten out of its tables. What is in its log and in backups goes with those.
   */
  async vacuum(): Promise<void> {
    await unavailable(async () => {
      for (const table of ['data_keys', 'particulars', 'particular_secrets', 'blind_indexes'] as const) {
        await sql`VACUUM ${sql.table(`${SCHEMA}.${table}`)}`.execute(this.book);
      }
    });
  }
}

function isOf({ provider, partnerClientId, foldsCase }: ErasedClient, table: string): ReturnType<typeof sql<boolean>> {
  const [owner, id] = [sql.ref(`${table}.provider`), sql.ref(`${table}.client_id`)];
  return sql<boolean>`${owner} = ${provider}
    AND lower(${id}) = lower(${partnerClientId}) AND (${foldsCase} OR ${id} = ${partnerClientId})`;
}

async function heldOf(within: BookDatabase, client: ErasedClient, known: readonly string[]): Promise<HeldOfClient> {
  const movements = await movementsOf(within, client);
  const subjects = await subjectsOf(within, client, [...known, ...movements.map(({ workflowId }) => workflowId)]);
  const { rows: keys } = await sql<{ subject: string; alive: boolean }>`
    SELECT subject, bool_or(destroyed_at IS NULL) AS alive FROM ${KEYS} AS k
      WHERE k.subject = ANY(${subjects}::text[]) GROUP BY subject ORDER BY subject`.execute(within);
  const { rows: batches } = await sql<{ subject: string }>`
    SELECT DISTINCT subject FROM ${ROWS} AS r WHERE r.flow = ANY(${subjects}::text[]) ORDER BY subject`.execute(within);
  const latest = await latestOf(within, client, subjects);
  const erasure = await lastErasure(within, client);
  return {
    subjects,
    withKey: keys.filter(({ alive }) => alive).map(({ subject }) => subject),
    everWithKey: keys.map(({ subject }) => subject),
    batches: batches.map(({ subject }) => subject),
    movements,
    latest,
    ...(await countsOf(within, client, subjects)),
    ...(erasure === undefined ? {} : { erasure }),
  };
}

async function movementsOf(within: BookDatabase, client: ErasedClient): Promise<readonly HeldMovement[]> {
  const { rows } = await sql<HeldMovement>`
    SELECT 'funding/' || i.provider || '/' || i.funding_id AS "workflowId", i.outcome IS NULL AND (
        EXISTS (SELECT FROM ${ATTEMPTS} AS a WHERE a.intent_id = i.intent_id AND a.state IN ('sending', 'unknown'))
        OR EXISTS (SELECT FROM ${ORDERS} AS o WHERE o.intent_id = i.intent_id AND o.state IN ('open', 'completed'))
        OR EXISTS (SELECT FROM ${ATTEMPTS} AS a WHERE a.intent_id = i.intent_id AND a.state = 'applied'
          AND NOT EXISTS (SELECT FROM ${ORDERS} AS o WHERE o.intent_id = i.intent_id AND o.ref = a.ref))
      ) AS "underWay"
      FROM ${INTENTS} AS i WHERE ${isOf(client, 'i')} ORDER BY i.intent_id`.execute(within);
  return rows;
}

/** Everything that is the client's: its onboarding, its movements, what it owns a key of. */
async function subjectsOf(
  within: BookDatabase,
  client: ErasedClient,
  known: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ subject: string }>`
    SELECT ${onboardingWorkflowId(client.provider, client.partnerClientId)} AS subject
    UNION SELECT unnest(${known}::text[])
    UNION SELECT k.subject FROM ${KEYS} AS k WHERE ${isOf(client, 'k')}
    UNION SELECT c.subject FROM ${CLIENTS} AS c WHERE ${isOf(client, 'c')}
    ORDER BY 1`.execute(within);
  return rows.map(({ subject }) => subject);
}

async function latestOf(
  within: BookDatabase,
  client: ErasedClient,
  subjects: readonly string[],
): Promise<HeldOfClient['latest']> {
  const { rows } = await sql<Record<'application' | 'document' | 'movement' | 'decision', Date | null>>`
    SELECT
      (SELECT max(at) FROM (
        SELECT greatest(c.begun_at, c.read_at) AS at FROM ${CLIENTS} AS c WHERE ${isOf(client, 'c')}
        UNION ALL SELECT k.created_at FROM ${KEYS} AS k WHERE k.subject LIKE 'onboarding/%' AND ${isOf(client, 'k')}
      ) AS applications) AS application,
      (SELECT max(d.filed_at) FROM ${DOCUMENTS} AS d WHERE d.subject = ANY(${subjects}::text[])) AS document,
      (SELECT max(coalesce(i.ended_at, i.admitted_at)) FROM ${INTENTS} AS i WHERE ${isOf(client, 'i')}) AS movement,
      (SELECT max(d.decided_at) FROM ${DECISIONS} AS d WHERE d.subject = ANY(${subjects}::text[])) AS decision`.execute(
    within,
  );
  const found = Object.entries(rows[0] ?? {}).filter((entry): entry is [string, Date] => entry[1] !== null);
  return Object.fromEntries(found.map(([kind, at]) => [kind, at.toISOString()]));
}

type Counts = Pick<HeldOfClient, 'documents' | 'words' | 'wordsKept' | 'blindIndexes' | 'secrets'>;

/** A document has two handles: the provider's id of it, and the hash of its file. */
const HANDLES_A_DOCUMENT = 2;

async function countsOf(within: BookDatabase, client: ErasedClient, subjects: readonly string[]): Promise<Counts> {
  const { rows } = await sql<Record<'documents' | 'beside' | 'kept' | 'blind' | 'secrets', number>>`
    SELECT
      (SELECT count(*)::integer FROM ${DOCUMENTS} AS d JOIN ${sql.table(`${SCHEMA}.particulars`)} AS p
        ON p.subject = d.subject AND p.mark = d.provider_document_id WHERE d.subject = ANY(${subjects}::text[])) AS documents,
      (SELECT count(*)::integer FROM ${sql.table(`${SCHEMA}.particulars`)} AS p
        WHERE p.subject = ANY(${subjects}::text[]) AND NOT EXISTS (SELECT FROM ${DOCUMENTS} AS d
          WHERE d.subject = p.subject AND p.mark IN (d.provider_document_id, d.sha256))) AS beside,
      (SELECT count(*)::integer FROM ${DECISIONS} AS d CROSS JOIN LATERAL (VALUES (d.reason), (d.evidence)) AS w (said)
        WHERE d.subject = ANY(${subjects}::text[]) AND w.said NOT LIKE 'mark:%')
      + (SELECT ${HANDLES_A_DOCUMENT}::integer * count(*)::integer FROM ${DOCUMENTS} AS d
        WHERE d.subject = ANY(${subjects}::text[]) AND d.sha256 NOT LIKE 'mark:%')
      + (SELECT count(*)::integer FROM ${DISCREPANCIES} AS d
        CROSS JOIN LATERAL (VALUES (d.reason), (d.evidence)) AS w (said)
        WHERE book.words_of_discrepancy(d.provider, d.funding_id) = ANY(${subjects}::text[]) AND w.said NOT LIKE 'mark:%') AS kept,
      (SELECT count(*)::integer FROM ${sql.table(`${SCHEMA}.blind_indexes`)} AS b WHERE ${isOf(client, 'b')}) AS blind,
      (SELECT count(*)::integer FROM ${sql.table(`${SCHEMA}.particular_secrets`)} AS s
        WHERE s.subject = ANY(${subjects}::text[])) AS secrets`.execute(within);
  const { documents = 0, beside: words = 0, kept: wordsKept = 0, blind: blindIndexes = 0, secrets = 0 } = rows[0] ?? {};
  return { documents, words, wordsKept, blindIndexes, secrets };
}

async function lastErasure(within: BookDatabase, client: ErasedClient): Promise<ErasureCertificate | undefined> {
  const row = await within
    .selectFrom('erasures')
    .selectAll()
    .where(isOf(client, 'erasures'))
    .orderBy('erased_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : certificateOf(row);
}

async function erase(within: BookDatabase, client: ErasedClient, erasable: Erasable): Promise<Erased> {
  const { provider, partnerClientId } = client;
  const subject = onboardingWorkflowId(provider, partnerClientId);
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`erase/${subject}`}, 0))`.execute(within);
  const held = await heldOf(within, client, [...erasable.ended]);
  const grown = [
    ...held.withKey.filter((id) => !erasable.ended.has(id)),
    ...held.movements.filter(({ workflowId, underWay }) => underWay || !erasable.ended.has(workflowId)).map(idOf),
    ...held.batches.filter((id) => !erasable.batches.includes(id)),
  ];
  if (grown.length > 0) return { is: 'grown', subjects: [...new Set(grown)] };
  const keys = await destroyKeys(within, [...held.subjects, ...erasable.batches, ...(await answeredOf(within, held))]);
  const id = `erasure_${randomUUID()}`;
  const { documents, words, wordsKept, blindIndexes } = held;
  const cancelled = await cancelledFor(within, held);
  await within.deleteFrom('blind_indexes').where(isOf(client, 'blind_indexes')).execute();
  const marks = await forget(within, held.subjects);
  const row = await within
    .insertInto('erasures')
    .values({
      erasure_id: id,
      subject,
      provider,
      client_id: partnerClientId,
      erased_by: erasable.by,
      reason: erasable.reason,
      data_keys: [...keys],
      cancelled: [...cancelled],
      batches: [...erasable.batches],
      documents,
      words,
      words_kept: wordsKept,
      blind_indexes: blindIndexes,
      in_clear: erasable.inClear,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  for (const [about, ofSubject] of marks) {
    await within
      .insertInto('erased_subjects')
      .values({ erasure_id: id, subject: about, erased_by: erasable.by, marks: ofSubject })
      .execute();
  }
  return { is: 'erased', certificate: certificateOf(row) };
}

function idOf({ workflowId }: HeldMovement): string {
  return workflowId;
}

/** Questions about discrepancies of the client's movements that are answered: what was answered was encrypted too. */
async function answeredOf(within: BookDatabase, { subjects }: HeldOfClient): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT 'discrepancy/' || d.provider || '/' || d.discrepancy_id AS id FROM ${DISCREPANCIES} AS d
      WHERE d.state <> 'open' AND 'funding/' || d.provider || '/' || d.funding_id = ANY(${subjects}::text[])`.execute(
    within,
  );
  return rows.map(({ id }) => id);
}

/** What was cancelled for this, also by one that did not come to its end: a decision says so, until it is forgotten. */
async function cancelledFor(within: BookDatabase, { subjects }: HeldOfClient): Promise<readonly string[]> {
  const rows = await within
    .selectFrom('decisions')
    .select('subject')
    .distinct()
    .where(sql<boolean>`subject = ANY(${subjects}::text[])`)
    .where('decision', '=', 'cancel')
    .where('refused', 'is', null)
    .where(toldBeside('subject', 'reason'), '=', CANCELLED_TO_FORGET)
    .orderBy('subject')
    .execute();
  return rows.map(({ subject }) => subject);
}

/** @returns the ids of those that were destroyed */
async function destroyKeys(within: BookDatabase, subjects: readonly string[]): Promise<readonly string[]> {
  const rows = await within
    .updateTable('data_keys')
    .set({ wrapped_key: null, destroyed_at: sql<Date>`clock_timestamp()` })
    .where(sql<boolean>`subject = ANY(${subjects}::text[])`)
    .where('destroyed_at', 'is', null)
    .returning('key_id')
    .execute();
  return rows.map(({ key_id: id }) => id).sort();
}

/** @returns the marks of each subject that stand for nothing from now on */
async function forget(within: BookDatabase, subjects: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
  const rows = await within
    .deleteFrom('particulars')
    .where(sql<boolean>`subject = ANY(${subjects}::text[])`)
    .returning(['subject', 'mark'])
    .execute();
  await within
    .deleteFrom('particular_secrets')
    .where(sql<boolean>`subject = ANY(${subjects}::text[])`)
    .execute();
  const marks = new Map<string, string[]>();
  for (const { subject, mark } of rows) marks.set(subject, [...(marks.get(subject) ?? []), mark]);
  return new Map([...marks].map(([subject, ofSubject]) => [subject, ofSubject.sort()]));
}

function certificateOf(row: Selectable<BookSchema['erasures']>): ErasureCertificate {
  return {
    id: row.erasure_id,
    provider: row.provider,
    partnerClientId: row.client_id,
    by: row.erased_by,
    reason: row.reason,
    erasedAt: row.erased_at.toISOString(),
    keys: row.data_keys,
    cancelled: row.cancelled,
    batches: row.batches,
    documents: row.documents,
    words: row.words,
    wordsKept: row.words_kept,
    blindIndexes: row.blind_indexes,
    inClear: row.in_clear,
  };
}
