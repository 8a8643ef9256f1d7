import { sql } from 'kysely';
import { verifyAudit } from '../book/audit/verify';
import { openBook, type BookDatabase } from '../book/connection';
import { startLocalBook } from '../book/local/server';
import { migrateBook } from '../book/migrate';
import { BOOK_VARIABLES, bookSettings } from '../book/settings';

/**
 * How long the audit takes to prove: `npm run audit-bench [MOVEMENTS]`, eight entries each. It fills a book of its own, proves
 * it, and prints what it measured.
 */
const ENTRIES_A_MOVEMENT = 8;

async function main(movements: number): Promise<void> {
  const local = await startLocalBook({ settings: { max_wal_size: '8GB', shared_buffers: '256MB' } });
  const env = { [BOOK_VARIABLES.url]: local.url, [BOOK_VARIABLES.passwordFile]: local.passwordFile };
  const book = openBook(bookSettings(env), { connections: 1, statementMs: 0 });
  try {
    await migrateBook(book);
    const written = await seconds(() => fill(book, movements));
    const { rows } = await sql<{ size: string }>`
      SELECT pg_size_pretty(sum(pg_total_relation_size(oid))) AS size FROM pg_class
        WHERE oid IN ('book.audit'::regclass, 'book.chains'::regclass)`.execute(book);
    process.stdout.write(`${movements * ENTRIES_A_MOVEMENT} entries made in ${written} s, ${rows[0]?.size ?? ''}\n`);
    let holds = '';
    const proved = await seconds(async () => {
      const { faultCount, entries, rows: count } = await verifyAudit(book);
      holds = `${faultCount} faults in ${entries} entries and ${count} rows`;
    });
    const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
    process.stdout.write(`proved in ${proved} s: ${holds}, ${memory} MB\n`);
  } finally {
    await book.destroy();
    await local.stop();
  }
}

/** The rows of movements that settled after a lost answer, and their chains, as the triggers make them, but many at once. */
async function fill(book: BookDatabase, count: number): Promise<void> {
  const statements = [
    'SET search_path = book',
    'SET session_replication_role = replica',
    `INSERT INTO intents (provider, funding_id, client_id, kind, asset, amount, asked_sha256, outcome, ended_at)
      SELECT 'bench', 'f-' || n, 'c-' || n % 1000, 'deposit', 'USD', n, sha256(n::text::bytea), 'completed', now()
        FROM generate_series(1, ${count}) AS n`,
    `INSERT INTO attempts (intent_id, ref, send_number, state, worker, order_id, settled_at)
      SELECT intent_id, funding_id, 1, 'applied', 'gangway/1@bench', 'o-1', now() FROM intents`,
    `INSERT INTO orders (intent_id, order_id, ref, state, status, asset, amount, read_sha256, read_at, version)
      SELECT intent_id, 'o-1', funding_id, 'completed', 'Completed', 'USD', amount, asked_sha256, now(), 1 FROM intents`,
    `INSERT INTO order_reads SELECT intent_id, order_id, version, state, status, amount, fee, vat, read_sha256, read_at
      FROM orders`,
    `INSERT INTO chains (subject) SELECT 'funding/' || provider || '/' || funding_id FROM intents ORDER BY intent_id`,
    ...['admit', 'end', 'begin', 'settle', 'settle', 'see', 'see', 'end'].map((action, index) =>
      append(index + 1, action, TABLE_OF[action] ?? 'intents'),
    ),
    'ANALYZE',
  ];
  for (const statement of statements) await sql.raw(statement).execute(book);
}

const TABLE_OF: Readonly<Record<string, string>> = { begin: 'attempts', settle: 'attempts', see: 'orders' };

/** The next entry of every chain. The ids of chains and intents are the same. */
function append(entry: number, action: string, table: string): string {
  return `
    WITH made AS (
      SELECT chain_id, subject, head_sha256, clock_timestamp() AS at, row_content(to_jsonb(t)) AS content
        FROM chains JOIN ${table} AS t ON t.intent_id = chains.chain_id
    ), hashed AS (
      SELECT *, sha256(head_sha256 || convert_to(concat_ws(E'\\n', subject, ${entry},
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'bench', '${action}', '${table}', content), 'UTF8')) AS sha
        FROM made
    ), written AS (
      INSERT INTO audit SELECT chain_id, ${entry}, at, 'bench', '${action}', '${table}', content, sha FROM hashed
      RETURNING chain_id, sha256
    )
    UPDATE chains SET entries = ${entry}, head_sha256 = written.sha256 FROM written WHERE written.chain_id = chains.chain_id`;
}

async function seconds(work: () => Promise<void>): Promise<string> {
  const began = performance.now();
  await work();
  return ((performance.now() - began) / 1000).toFixed(1);
}

main(Number(process.argv[2] ?? 125_000)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  process.exit(1);
});
