import { Migrator, sql, type Migration } from 'kysely';
import { type BookDatabase, SCHEMA } from './connection';
import { MIGRATIONS } from './migrations';
import { unavailable } from './unavailable';

const [TABLE, LOCK_TABLE] = ['migrations', 'migration_lock'] as const;

/** How a book stands to this version of Gangway. */
export type BookVersion =
  | { readonly is: 'current' }
  /** `lacks`: the migrations to come; all of them where there is no book yet. */
  | { readonly is: 'older'; readonly lacks: readonly string[] }
  /** It has what this version does not know. */
  | { readonly is: 'newer'; readonly has: readonly string[] };

/** @throws BookUnavailable */
export async function bookVersion(book: BookDatabase): Promise<BookVersion> {
  return await unavailable(async () => {
    const there = await sql<{ name: string | null }>`SELECT to_regclass(${`${SCHEMA}.${TABLE}`})::text AS name`.execute(
      book,
    );
    if (there.rows[0]?.name == null) return { is: 'older', lacks: MIGRATIONS.map(({ name }) => name) };
    const { rows } = await sql<{
      name: string;
    }>`SELECT name FROM ${sql.table(`${SCHEMA}.${TABLE}`)} ORDER BY name`.execute(book);
    const applied = new Set(rows.map(({ name }) => name));
    const known = new Set(MIGRATIONS.map(({ name }) => name));
    const [has, lacks] = [
      [...applied].filter((name) => !known.has(name)),
      [...known].filter((name) => !applied.has(name)),
    ];
    if (has.length > 0) return { is: 'newer', has };
    return lacks.length === 0 ? { is: 'current' } : { is: 'older', lacks };
  });
}

/**
 * Brings a book to this version, or as far as a migration, in one transaction and under an advisory lock: of many that do it
 * at once, one does. A book of a newer version is left as it is.
 *
 * @param book opened without a bound on its statements: a migration may take its time
 * @param upTo the last migration to apply; default: all
 * @returns the names of those that were applied; none if there was nothing to do
 * @throws BookUnavailable if the book cannot be reached, or refuses: nothing of it has changed then
 */
export async function migrateBook(book: BookDatabase, upTo?: string): Promise<readonly string[]> {
  const migrator = new Migrator({
    db: book.withoutPlugins(),
    provider: {
      getMigrations: async () => Object.fromEntries(MIGRATIONS.map(({ name, sql: text }) => [name, asMigration(text)])),
    },
    migrationTableName: TABLE,
    migrationLockTableName: LOCK_TABLE,
    migrationTableSchema: SCHEMA,
  });
  return await unavailable(async () => {
    const { error, results = [] } =
      upTo === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(upTo);
    if (error !== undefined) throw error instanceof Error ? error : new Error('the migration failed');
    return results.map(({ migrationName }) => migrationName);
  });
}

/** Names in the SQL are of the book's schema. */
function asMigration(text: string): Migration {
  return {
    up: async (db) => {
      await sql`SET LOCAL search_path TO ${sql.ref(SCHEMA)}`.execute(db);
      await sql.raw(text).execute(db);
    },
  };
}
