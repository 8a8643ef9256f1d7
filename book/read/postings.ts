import { sql } from 'kysely';
import type { FundingKind } from '../../contract/funding';
import type { DecimalText } from '../../contract/money';
import { type BookDatabase, SCHEMA } from '../connection';
import { unavailable } from '../unavailable';

/** What of a movement took effect, as the provider showed it. */
interface Effect {
  readonly asset: string;
  readonly amount: DecimalText;
  readonly received_asset: string | null;
  readonly received_amount: DecimalText | null;
  readonly fee: DecimalText | null;
  readonly vat: DecimalText | null;
  /** Of fee and VAT. */
  readonly fee_asset: string | null;
}

/**
 * Why something is posted. `settled`: the provider was seen to show an order completed. `reversed`: it was seen to show it
 * otherwise, or with other figures, so that what was posted is taken back. `by-word`: a person said that the movement is done,
 * and no order shows it; `word-replaced`: an order showed it after all.
 */
export type PostingCause = 'settled' | 'reversed' | 'by-word' | 'word-replaced';

/** One thing to post, with the entry of the audit that it follows from. Times are UTC ISO. */
export interface Posting extends Effect {
  /** Of the movement: its workflow id. */
  readonly subject: string;
  readonly provider: string;
  readonly funding_id: string;
  readonly client_id: string;
  readonly kind: FundingKind;
  /** As the intent spells it. */
  readonly asked_asset: string;
  readonly cause: PostingCause;
  readonly order_id: string | null;
  readonly ref: string | null;
  /** Which entry of the movement's audit tells of it, and its hash in hex. */
  readonly entry: number;
  readonly sha256: string;
  /** Of what it takes back: the entry that told of that. */
  readonly reverses: number | null;
  /** When the provider was read, or the movement ended. */
  readonly effective_at: string;
  /** When it was written into the book. */
  readonly posted_at: string;
}

/** Which of them. Absent: all. */
export interface PostingFilter {
  readonly provider?: string;
  readonly client?: string;
  readonly from?: Date;
  /** Not included. */
  readonly to?: Date;
}

const PAGE = 1_000;

/**
 * What took effect and what was taken back, in the order of time, some at a time. It follows from the audit, which tells each
 * order as it was at each read: what was posted once is the same for ever.
 *
 * @param within a transaction that reads the book as it was at one moment
 * @throws BookUnavailable
 */
export async function* postings(within: BookDatabase, filter: PostingFilter): AsyncGenerator<readonly Posting[]> {
  const cursor = sql.id(`postings_${(opened += 1)}`);
  await unavailable(() => sql`DECLARE ${cursor} NO SCROLL CURSOR FOR ${query(filter)}`.execute(within));
  for (;;) {
    const { rows } = await unavailable(() => sql<Posting>`FETCH ${sql.lit(PAGE)} FROM ${cursor}`.execute(within));
    if (rows.length === 0) break;
    yield rows;
  }
  await unavailable(() => sql`CLOSE ${cursor}`.execute(within));
}

/** A cursor's name is its transaction's alone, and one transaction may have several. */
let opened = 0;

const ISO = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
const [INTENTS, CHAINS, AUDIT] = ['intents', 'chains', 'audit'].map((name) => sql.table(`${SCHEMA}.${name}`));

/**
 * `told`: each read of an order and each end by a person's word. `seen`: beside it, how the order was before. `posted`: whether
 * that posts it, and what was posted before. `counted`: whether any order of the movement stands posted before. `worded`: where
 * a person's word stands.
 */
function query({ provider, client, from, to }: PostingFilter): ReturnType<typeof sql> {
  const only = (condition: ReturnType<typeof sql>, value: unknown): ReturnType<typeof sql> =>
    value === undefined ? sql`` : sql`AND ${condition}`;
  const when = (column: ReturnType<typeof sql>): ReturnType<typeof sql> =>
    sql`to_char(${column} AT TIME ZONE 'UTC', ${ISO})`;
  return sql`
    WITH told AS (
      SELECT c.chain_id, c.subject, i.provider, i.funding_id, i.client_id, i.kind, i.asset AS asked_asset,
          i.amount::text AS asked_amount, a.entry, a.at, a.sha256, a.of_table = 'orders' AS is_order, a.content::jsonb AS told
        FROM ${INTENTS} AS i
        JOIN ${CHAINS} AS c ON c.subject = 'funding/' || i.provider || '/' || i.funding_id
        JOIN ${AUDIT} AS a ON a.chain_id = c.chain_id
        WHERE (a.of_table = 'orders'
            OR (a.of_table = 'intents' AND a.content::jsonb ->> 'outcome' = 'marked-completed'))
          ${only(sql`i.provider = ${provider}`, provider)} ${only(sql`i.client_id = ${client}`, client)}
    ), figured AS (
      SELECT *, told ->> 'order_id' AS order_id, is_order AND told ->> 'state' = 'completed' AS completed,
          (told ->> CASE WHEN is_order THEN 'read_at' ELSE 'ended_at' END)::timestamptz AS effective,
          jsonb_build_array(lower(told ->> 'asset'), (told ->> 'amount')::numeric, lower(told ->> 'received_asset'),
            (told ->> 'received_amount')::numeric, coalesce((told ->> 'fee')::numeric, 0),
            coalesce((told ->> 'vat')::numeric, 0), lower(coalesce(told ->> 'fee_asset', told ->> 'asset'))) AS figures
        FROM told
    ), seen AS (
      SELECT *, coalesce(lag(completed) OVER of_order, false) AS was_completed, lag(figures) OVER of_order AS were,
          lag(told) OVER of_order AS told_before
        FROM figured WINDOW of_order AS (PARTITION BY chain_id, is_order, order_id ORDER BY entry)
    ), posted AS (
      SELECT *, completed AND NOT (was_completed AND figures = were) AS posts,
          was_completed AND NOT (completed AND figures = were) AS takes_back
        FROM seen
    ), counted AS (
      SELECT *, max(entry) FILTER (WHERE posts) OVER of_order_before AS posted_entry,
          coalesce(sum(posts::int - takes_back::int) OVER before, 0) AS standing
        FROM posted
        WINDOW before AS (PARTITION BY chain_id ORDER BY entry ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
          of_order_before AS (PARTITION BY chain_id, is_order, order_id ORDER BY entry
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ), worded AS (
      SELECT *, min(entry) FILTER (WHERE NOT is_order AND standing = 0) OVER of_movement AS word_entry
        FROM counted WINDOW of_movement AS (PARTITION BY chain_id ORDER BY entry)
    ), replaced AS (
      SELECT *, posts AND entry = min(entry) FILTER (WHERE posts AND word_entry IS NOT NULL)
          OVER (PARTITION BY chain_id) AS replaces_word
        FROM worded
    )
    SELECT subject, provider, funding_id, client_id, kind, asked_asset, entry, encode(sha256, 'hex') AS sha256,
        ${when(sql`effective`)} AS effective_at, ${when(sql`at`)} AS posted_at, cause, reverses,
        CASE WHEN by_order THEN order_id END AS order_id, CASE WHEN by_order THEN effect ->> 'ref' END AS ref,
        CASE WHEN by_order THEN effect ->> 'asset' ELSE asked_asset END AS asset,
        CASE WHEN by_order THEN effect ->> 'amount' ELSE asked_amount END AS amount,
        CASE WHEN by_order THEN effect ->> 'received_asset' END AS received_asset,
        CASE WHEN by_order THEN effect ->> 'received_amount' END AS received_amount,
        CASE WHEN by_order THEN effect ->> 'fee' END AS fee, CASE WHEN by_order THEN effect ->> 'vat' END AS vat,
        CASE WHEN by_order THEN coalesce(effect ->> 'fee_asset', effect ->> 'asset') END AS fee_asset
      FROM replaced
      CROSS JOIN LATERAL (
        SELECT 1 AS turn, true AS by_order, 'reversed' AS cause, posted_entry AS reverses, told_before AS effect
          WHERE takes_back
        UNION ALL SELECT 2, false, 'word-replaced', word_entry, NULL WHERE replaces_word
        UNION ALL SELECT 3, true, 'settled', NULL, told WHERE posts
        UNION ALL SELECT 4, false, 'by-word', NULL, NULL WHERE NOT is_order AND standing = 0
      ) AS caused
      WHERE true ${only(sql`effective >= ${from}`, from)} ${only(sql`effective < ${to}`, to)}
      ORDER BY effective, chain_id, entry, turn`;
}
