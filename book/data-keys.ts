import { sql } from 'kysely';
import type { DataKeyBook, DataKeyRecord, KeyOwner, NewDataKey, WrappedKey } from '../contract/data-keys';
import type { BookDatabase } from './connection';
import { unavailable } from './unavailable';

const COLUMNS = ['key_id', 'subject', 'wrapped_by', 'wrapped_key', 'provider', 'client_id'] as const;

/** The data keys in PostgreSQL. */
export class PostgresDataKeys implements DataKeyBook {
  constructor(private readonly book: BookDatabase) {}

  async inUse({ keyId, subject, owner, wrappedBy, wrapped }: NewDataKey): Promise<DataKeyRecord> {
    return await unavailable(async () => {
      await this.book
        .insertInto('data_keys')
        .values({ key_id: keyId, subject, ...columnsOf(owner), wrapped_by: wrappedBy, wrapped_key: wrapped })
        .onConflict((conflict) => conflict.column('subject').where('destroyed_at', 'is', null).doNothing())
        .execute();
      const row = await this.book
        .selectFrom('data_keys')
        .select(COLUMNS)
        .where('subject', '=', subject)
        .where('destroyed_at', 'is', null)
        .executeTakeFirstOrThrow();
      return recordOf(row);
    });
  }

  async find(keyId: string): Promise<DataKeyRecord | undefined> {
    const row = await unavailable(() =>
      this.book.selectFrom('data_keys').select(COLUMNS).where('key_id', '=', keyId).executeTakeFirst(),
    );
    return row === undefined ? undefined : recordOf(row);
  }

  async own(keyId: string, owner: KeyOwner): Promise<void> {
    await unavailable(() =>
      this.book
        .updateTable('data_keys')
        .set(columnsOf(owner))
        .where('key_id', '=', keyId)
        .where('client_id', 'is', null)
        .where('destroyed_at', 'is', null)
        .execute(),
    );
  }

  async destructions(): Promise<string> {
    const { number } = await unavailable(() =>
      this.book.selectFrom('data_key_destructions').select('number').executeTakeFirstOrThrow(),
    );
    return number;
  }

  async countByWrapping(): Promise<ReadonlyMap<string, number>> {
    const rows = await unavailable(() =>
      this.book
        .selectFrom('data_keys')
        .select(['wrapped_by', sql<number>`count(*)::integer`.as('count')])
        .where('destroyed_at', 'is', null)
        .groupBy('wrapped_by')
        .orderBy('wrapped_by')
        .execute(),
    );
    return new Map(rows.map(({ wrapped_by: id, count }) => [id, count]));
  }

  async wrappedByOthers(current: string, after: string, limit: number): Promise<readonly NewDataKey[]> {
    const rows = await unavailable(() =>
      this.book
        .selectFrom('data_keys')
        .select(['key_id', 'subject', 'wrapped_by', 'wrapped_key'])
        .where('destroyed_at', 'is', null)
        .where('wrapped_by', '<>', current)
        .where('key_id', '>', after)
        .orderBy('key_id')
        .limit(limit)
        .execute(),
    );
    return rows.flatMap(({ key_id: keyId, subject, wrapped_by: wrappedBy, wrapped_key: wrapped }) =>
      wrapped === null ? [] : [{ keyId, subject, wrappedBy, wrapped }],
    );
  }

  async rewrap(keyId: string, from: string, { wrappedBy, wrapped }: WrappedKey): Promise<boolean> {
    const { numUpdatedRows } = await unavailable(() =>
      this.book
        .updateTable('data_keys')
        .set({ wrapped_by: wrappedBy, wrapped_key: wrapped, rewrapped_at: sql<Date>`clock_timestamp()` })
        .where('key_id', '=', keyId)
        .where('wrapped_by', '=', from)
        .where('destroyed_at', 'is', null)
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }
}

function columnsOf(owner: KeyOwner | undefined): {
  readonly provider: string | null;
  readonly client_id: string | null;
} {
  return { provider: owner?.provider ?? null, client_id: owner?.partnerClientId ?? null };
}

interface KeyRow {
  readonly key_id: string;
  readonly subject: string;
  readonly wrapped_by: string;
  readonly wrapped_key: Buffer | null;
  readonly provider: string | null;
  readonly client_id: string | null;
}

function recordOf({
  key_id: keyId,
  subject,
  wrapped_by: wrappedBy,
  wrapped_key: wrapped,
  provider,
  client_id: partnerClientId,
}: KeyRow): DataKeyRecord {
  const owner = provider === null || partnerClientId === null ? {} : { owner: { provider, partnerClientId } };
  return { keyId, subject, key: wrapped === null ? undefined : { wrappedBy, wrapped }, ...owner };
}
