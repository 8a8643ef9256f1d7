import { sql } from 'kysely';
import { SCHEMA, type BookDatabase } from '../book/connection';

/** What a book holds. */
export interface BookSize {
  readonly rows: number;
  /** Tables with their indexes, in bytes, as they are on the disk. */
  readonly bytes: number;
}

/** Counts all rows of all tables. */
export async function sizeOfBook(book: BookDatabase): Promise<BookSize> {
  const { rows: tables } = await sql<{ name: string; bytes: string }>`
    SELECT tablename AS name, pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass) AS bytes
    FROM pg_tables WHERE schemaname = ${SCHEMA}`.execute(book);
  let rows = 0;
  for (const { name } of tables) {
    const counted = await sql<{ n: string }>`SELECT count(*) AS n FROM ${sql.table(`${SCHEMA}.${name}`)}`.execute(book);
    rows += Number(counted.rows[0]?.n ?? 0);
  }
  return { rows, bytes: tables.reduce((total, { bytes }) => total + Number(bytes), 0) };
}

/** What the book grew by for each flow. */
export function growthOf(before: BookSize, after: BookSize, flows: number): BookSize {
  return { rows: (after.rows - before.rows) / flows, bytes: (after.bytes - before.bytes) / flows };
}
