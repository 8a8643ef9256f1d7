import { sql } from 'kysely';
import { type BookDatabase, SCHEMA } from '../connection';
import type { Fault } from './chain';
import { contentOf, type Content } from './content';
import type { AuditEntry } from './entries';

/** The tables, and one view, whose rows the audit tells of: what a row is known by, and what it is found by. */
const TABLES = {
  intents: { key: ['intent_id'], by: 'intent_id' },
  attempts: { key: ['intent_id', 'ref', 'send_number'], by: 'intent_id' },
  orders: { key: ['intent_id', 'order_id'], by: 'intent_id' },
  order_reads: { key: ['intent_id', 'order_id', 'version'], by: 'intent_id' },
  verdicts: { key: ['intent_id'], by: 'intent_id' },
  decisions: { key: ['subject', 'update_id'], by: 'subject' },
  clients: { key: ['subject'], by: 'subject' },
  documents: { key: ['subject', 'type', 'provider_document_id', 'sha256'], by: 'subject' },
  batches: { key: ['subject'], by: 'subject' },
  batch_rows: { key: ['subject', 'line'], by: 'subject' },
  worker_starts: { key: ['start_id'], by: 'subject' },
  starts: { key: ['subject', 'run_id'], by: 'subject' },
  reconciliation_runs: { key: ['provider', 'business_date'], by: 'subject' },
  reconciled_days: { key: ['subject', 'business_date'], by: 'subject' },
  discrepancies: { key: ['provider', 'discrepancy_id'], by: 'subject' },
  erasures: { key: ['erasure_id'], by: 'subject' },
  erased_subjects: { key: ['subject', 'erasure_id'], by: 'subject' },
  askings: { key: ['asking_id'], by: 'subject' },
  decodes: { key: ['decode_id'], by: 'subject' },
} as const;

type TableName = keyof typeof TABLES;
const TABLE_NAMES: readonly TableName[] = [
  ...(['intents', 'attempts', 'orders', 'order_reads', 'verdicts'] as const),
  ...(['decisions', 'clients', 'documents', 'batches', 'batch_rows', 'worker_starts', 'starts'] as const),
  ...(['reconciliation_runs', 'reconciled_days', 'discrepancies'] as const),
  ...(['erasures', 'erased_subjects', 'askings', 'decodes'] as const),
];

interface Told {
  readonly subject: string;
  readonly entry: number;
  readonly content: string;
  /** Set if the entry tells of part of the row, or of more than it has. */
  readonly inPart?: true;
}

/**
 * What the entries of some chains say that the rows are, and whether they are: a row that was changed behind the audit's
 * back, that is gone or that no entry tells of is a fault of its last entry.
 */
export class RowProof {
  private readonly told = new Map<string, Told>();
  /** The keys by table and content, so that a row that is as it was told need not be taken apart. */
  private readonly keys = new Map<string, string>();
  /** Whose rows they are, and the subject of each. */
  private readonly owners = { intent_id: new Map<string, string>(), subject: new Map<string, string>() };
  rows = 0;

  take(entry: AuditEntry): void {
    const table = TABLE_NAMES.find((name) => name === entry.ofTable);
    const content = contentOf(entry.content);
    if (table === undefined || content === undefined) return;
    const { by } = TABLES[table];
    this.owners[by].set(content[by] ?? '', entry.subject);
    const key = keyOf(table, content);
    const before = this.told.get(key);
    if (before !== undefined) this.keys.delete(`${table}\n${before.content}`);
    this.told.set(key, entry);
    this.keys.set(`${table}\n${entry.content}`, key);
    // Each version of an order is a read of it.
    if (table === 'orders') this.told.set(keyOf('order_reads', content), { ...entry, inPart: true });
  }

  /** Compares all that was taken with the rows, and begins anew. */
  async compare(book: BookDatabase): Promise<readonly Fault[]> {
    const faults: Fault[] = [];
    for (const table of TABLE_NAMES) {
      const owners = [...this.owners[TABLES[table].by].keys()];
      if (owners.length === 0) continue;
      for (const content of await rowsOf(book, table, owners)) faults.push(...this.compareRow(table, content));
    }
    for (const [key, { subject, entry }] of this.told) {
      faults.push({ subject, entry, problem: `tells of a row of ${tableOf(key)} that is gone` });
    }
    this.told.clear();
    this.keys.clear();
    for (const owners of Object.values(this.owners)) owners.clear();
    return faults;
  }

  private compareRow(table: TableName, text: string): readonly Fault[] {
    this.rows += 1;
    const same = this.keys.get(`${table}\n${text}`);
    if (same !== undefined && this.told.delete(same)) return [];
    const row = contentOf(text) ?? {};
    const key = keyOf(table, row);
    const told = this.told.get(key);
    if (told === undefined) {
      const { by } = TABLES[table];
      const subject = this.owners[by].get(row[by] ?? '') ?? '';
      return [{ subject, problem: `has a row of ${table} that no entry tells of` }];
    }
    this.told.delete(key);
    if (told.content === text) return [];
    const [was, { subject, entry }] = [contentOf(told.content) ?? {}, told];
    // A column that came with a later version is in no earlier entry.
    const changed = Object.keys(was).filter((name) => name in row && was[name] !== row[name]);
    const lost = told.inPart === true ? [] : Object.keys(was).filter((name) => !(name in row));
    const fields = [...changed, ...lost];
    if (fields.length === 0) return [];
    return [
      { subject, entry, problem: `says otherwise than the row of ${table} that it tells of: ${fields.join(', ')}` },
    ];
  }
}

/** Rows of subjects that have no chain at all. */
export async function rowsWithoutChain(book: BookDatabase): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const table of TABLE_NAMES) {
    const { rows } = await sql<{ subject: string }>`
      SELECT DISTINCT ${subjectOf(table)} AS subject FROM ${tableAs(table)}
        WHERE NOT EXISTS (SELECT FROM ${sql.table(`${SCHEMA}.chains`)} chains WHERE chains.subject = ${subjectOf(table)})
        LIMIT 100`.execute(book);
    faults.push(...rows.map(({ subject }) => ({ subject, problem: `has a row of ${table} and no audit at all` })));
  }
  return faults;
}

function tableAs(table: TableName) {
  const whole = sql`${sql.table(`${SCHEMA}.${table}`)} AS t`;
  return TABLES[table].by === 'subject' || table === 'intents'
    ? whole
    : sql`${whole} JOIN ${sql.table(`${SCHEMA}.intents`)} AS i USING (intent_id)`;
}

function subjectOf(table: TableName) {
  if (TABLES[table].by === 'subject') return sql`t.subject`;
  const intents = sql.raw(table === 'intents' ? 't' : 'i');
  return sql`('funding/' || ${intents}.provider || '/' || ${intents}.funding_id)`;
}

async function rowsOf(book: BookDatabase, table: TableName, owners: readonly string[]): Promise<readonly string[]> {
  const { by } = TABLES[table];
  const type = sql.raw(by === 'intent_id' ? 'bigint[]' : 'text[]');
  const { rows } = await sql<{ content: string }>`
    SELECT ${sql.table(SCHEMA)}.row_content(to_jsonb(t)) AS content FROM ${sql.table(`${SCHEMA}.${table}`)} AS t
      WHERE t.${sql.ref(by)} = ANY (${owners}::${type})`.execute(book);
  return rows.map(({ content }) => content);
}

function keyOf(table: TableName, row: Content): string {
  return [table, ...TABLES[table].key.map((name) => row[name] ?? '')].join('\n');
}

function tableOf(key: string): string {
  return key.split('\n', 1)[0] ?? '';
}
