import { sql } from 'kysely';
import type { FundingKind } from '../../contract/funding';
import type { DecimalText } from '../../contract/money';
import { type BookDatabase, SCHEMA } from '../connection';
import { unavailable } from '../unavailable';

/**
 * Where a movement is, from the book alone. `in-doubt`: a send may have left, and nothing is known of it yet; `settled`: the
 * provider shows its order completed, and the movement has not ended yet; `failed`: so does the provider, and a fresh send or
 * a person's answer is to come. The last four are how it ended.
 */
export const MOVEMENT_STATES = [
  'not-sent',
  'in-doubt',
  'at-provider',
  'failed',
  'settled',
  'completed',
  'marked-completed',
  'abandoned',
  'cancelled',
] as const;
export type MovementState = (typeof MOVEMENT_STATES)[number];

/** A movement in one row. Times are UTC ISO. */
export interface MovementRow {
  /** Its workflow id. */
  readonly movement_id: string;
  readonly intent_id: string;
  readonly client_id: string;
  readonly provider: string;
  /** The provider's own id of the order. */
  readonly provider_ref: string | null;
  /** The reference of the send before the last. */
  readonly previous_ref: string | null;
  readonly batch_id: string | null;
  readonly row_no: number | null;
  readonly type: FundingKind;
  readonly amount: DecimalText;
  readonly currency: string;
  readonly fee: DecimalText | null;
  readonly fee_currency: string | null;
  readonly status: MovementState;
  readonly created_at: string;
  readonly sent_at: string | null;
  /** When the provider was first seen to show the order completed. */
  readonly settled_at: string | null;
  readonly ended_at: string | null;
  readonly approvers: string | null;
}

/** Which movements. Absent: all. */
export interface MovementFilter {
  readonly provider?: string;
  readonly client?: string;
  readonly state?: MovementState;
  /** Only those that have not ended. */
  readonly open?: true;
  /** Which of its times the period is about. Default: when it was admitted. */
  readonly by?: 'created_at' | 'settled_at';
  readonly from?: Date;
  /** Not included. */
  readonly to?: Date;
  readonly fundingId?: string;
}

const PAGE = 2_000;

/**
 * Movements, oldest first, some thousands at a time.
 *
 * @param limit the most that are read
 * @throws BookUnavailable
 */
export async function* movements(
  book: BookDatabase,
  filter: MovementFilter,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly MovementRow[]> {
  let [after, left] = ['0', limit];
  while (left > 0) {
    const page = await unavailable(() => pageAfter(book, filter, after, Math.min(left, PAGE)));
    if (page.length === 0) return;
    yield page.map(({ row_id: _id, ...row }) => row);
    left -= page.length;
    after = page.at(-1)?.row_id ?? after;
  }
}

/** The latest movements, latest first. */
export async function latestMovements(
  book: BookDatabase,
  filter: MovementFilter,
  limit: number,
): Promise<readonly MovementRow[]> {
  const rows = await unavailable(() => select(book, filter, sql`ORDER BY i.intent_id DESC LIMIT ${limit}`));
  return rows.map(({ row_id: _id, ...row }) => row);
}

type NumberedRow = MovementRow & { readonly row_id: string };

async function pageAfter(
  book: BookDatabase,
  filter: MovementFilter,
  after: string,
  count: number,
): Promise<readonly NumberedRow[]> {
  return await select(book, filter, sql`AND i.intent_id > ${after}::bigint ORDER BY i.intent_id LIMIT ${count}`);
}

const ISO = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
const [INTENTS, ATTEMPTS, ORDERS, READS, DECISIONS, ROWS] = [
  'intents',
  'attempts',
  'orders',
  'order_reads',
  'decisions',
  'batch_rows',
].map((name) => sql.table(`${SCHEMA}.${name}`));

async function select(
  book: BookDatabase,
  { provider, client, state, open, by = 'created_at', from, to, fundingId }: MovementFilter,
  rest: ReturnType<typeof sql>,
): Promise<readonly NumberedRow[]> {
  const time = by === 'created_at' ? sql`i.admitted_at` : sql`settled.at`;
  const when = (column: ReturnType<typeof sql>): ReturnType<typeof sql> =>
    sql`to_char(${column} AT TIME ZONE 'UTC', ${ISO})`;
  const only = (condition: ReturnType<typeof sql>, value: unknown): ReturnType<typeof sql> =>
    value === undefined ? sql`` : sql`AND ${condition}`;
  const { rows } = await sql<NumberedRow>`
    SELECT i.intent_id::text AS row_id, named.subject AS movement_id, i.funding_id AS intent_id, i.client_id, i.provider,
        coalesce(i.order_id, o.order_id) AS provider_ref, sent.previous_ref,
        split_part(b.subject, '/', 3) AS batch_id, b.line AS row_no, i.kind AS type, i.amount::text AS amount,
        i.asset AS currency, o.fee::text AS fee, CASE WHEN o.fee IS NOT NULL THEN coalesce(o.fee_asset, o.asset) END AS fee_currency,
        stands.state AS status, ${when(sql`i.admitted_at`)} AS created_at, ${when(sql`sent.at`)} AS sent_at,
        ${when(sql`settled.at`)} AS settled_at, ${when(sql`i.ended_at`)} AS ended_at, approved.by AS approvers
      FROM ${INTENTS} AS i
      CROSS JOIN LATERAL (SELECT 'funding/' || i.provider || '/' || i.funding_id AS subject) AS named
      LEFT JOIN LATERAL (
        SELECT * FROM ${ORDERS} AS orders WHERE orders.intent_id = i.intent_id
          ORDER BY (orders.order_id = i.order_id) DESC NULLS LAST, orders.state = 'completed' DESC, orders.read_at DESC LIMIT 1
      ) AS o ON true
      CROSS JOIN LATERAL (
        SELECT min(begun_at) AS at, (array_agg(DISTINCT ref ORDER BY ref DESC))[2] AS previous_ref,
            bool_or(state IN ('sending', 'unknown')) AS in_doubt
          FROM ${ATTEMPTS} AS attempts WHERE attempts.intent_id = i.intent_id AND state <> 'fenced'
      ) AS sent
      CROSS JOIN LATERAL (
        SELECT min(read_at) AS at FROM ${READS} AS reads WHERE reads.intent_id = i.intent_id AND state = 'completed'
      ) AS settled
      CROSS JOIN LATERAL (
        SELECT string_agg(decided_by, ' ' ORDER BY decided_at) AS by FROM ${DECISIONS} AS decisions
          WHERE decisions.subject = named.subject AND decision = 'approve' AND refused IS NULL
      ) AS approved
      LEFT JOIN LATERAL (
        SELECT subject, line FROM ${ROWS} AS batch_rows WHERE batch_rows.flow = named.subject ORDER BY recorded_at LIMIT 1
      ) AS b ON true
      CROSS JOIN LATERAL (
        SELECT coalesce(i.outcome, CASE
          WHEN o.state = 'completed' THEN 'settled'
          WHEN o.state = 'open' THEN 'at-provider'
          WHEN sent.in_doubt THEN 'in-doubt'
          WHEN o.state IS NOT NULL THEN 'failed'
          ELSE 'not-sent' END) AS state
      ) AS stands
      WHERE true ${only(sql`i.provider = ${provider}`, provider)} ${only(sql`i.client_id = ${client}`, client)}
        ${only(sql`i.ended_at IS NULL`, open)} ${only(sql`stands.state = ${state}`, state)} ${only(sql`${time} >= ${from}`, from)}
        ${only(sql`${time} < ${to}`, to)} ${only(sql`i.funding_id = ${fundingId}`, fundingId)} ${rest}`.execute(book);
  return rows;
}
