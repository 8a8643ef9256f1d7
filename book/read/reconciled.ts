import { sql } from 'kysely';
import type { BothSides, DiscrepancyClass, DiscrepancyState } from '../../contract/reconciliation';
import { type BookDatabase, SCHEMA } from '../connection';
import { unavailable } from '../unavailable';
import { toldBesideDiscrepancy } from './words';

/** A discrepancy as the book has it. Days are UTC, times UTC ISO. */
export interface DiscrepancyRow {
  readonly provider: string;
  readonly discrepancy_id: string;
  readonly class: DiscrepancyClass;
  readonly about: string;
  readonly funding_id: string | null;
  readonly transaction_id: string | null;
  readonly sides: readonly BothSides[];
  readonly dated_on: string;
  readonly first_seen_on: string;
  readonly state: DiscrepancyState;
  readonly answer: string | null;
  readonly answered_by: string | null;
  readonly evidence: string | null;
  readonly closed_at: string | null;
}

/** A day's comparison. */
export interface RunRow {
  readonly provider: string;
  readonly business_date: string;
  readonly watermark: string;
  readonly coverage: string;
  readonly counted: number;
  readonly matched: number;
  readonly waiting: number;
  /** Discrepancies of the day that are open now. */
  readonly open: number;
  readonly closed: boolean;
}

/** Which days. Absent: all. */
export interface DayFilter {
  readonly provider?: string;
  readonly from?: Date;
  /** Not included. */
  readonly to?: Date;
}

const PAGE = 1_000;
const DISCREPANCIES = sql.table(`${SCHEMA}.discrepancies`);
const DAY = sql.lit('YYYY-MM-DD');
const ISO = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

/**
 * Discrepancies by provider and id, those that a day of the period found first, some at a time.
 *
 * @throws BookUnavailable
 */
export async function* discrepancies(
  within: BookDatabase,
  { provider, from, to }: DayFilter,
): AsyncGenerator<readonly DiscrepancyRow[]> {
  let after = { provider: '', discrepancy_id: '' };
  for (;;) {
    const page = await unavailable(() =>
      within
        .selectFrom('discrepancies')
        .select(['provider', 'discrepancy_id', 'class', 'about', 'funding_id', 'transaction_id', 'sides', 'state'])
        .select(['answer', 'answered_by', toldBesideDiscrepancy('evidence').as('evidence')])
        .select([
          sql<string>`to_char(dated_on, ${DAY})`.as('dated_on'),
          sql<string>`to_char(first_seen_on, ${DAY})`.as('first_seen_on'),
          sql<string | null>`to_char(closed_at AT TIME ZONE 'UTC', ${ISO})`.as('closed_at'),
        ])
        .where(sql<boolean>`(provider, discrepancy_id) > (${after.provider}, ${after.discrepancy_id})`)
        .$if(provider !== undefined, (query) => query.where('provider', '=', provider ?? ''))
        .$if(from !== undefined, (query) => query.where(sql<boolean>`first_seen_on >= ${from}::timestamptz::date`))
        .$if(to !== undefined, (query) => query.where(sql<boolean>`first_seen_on < ${to}::timestamptz::date`))
        .orderBy('provider')
        .orderBy('discrepancy_id')
        .limit(PAGE)
        .execute(),
    );
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last;
  }
}

/**
 * Comparisons, by day and provider. There is one a day.
 *
 * @throws BookUnavailable
 */
export async function reconciledDays(
  within: BookDatabase,
  { provider, from, to }: DayFilter,
): Promise<readonly RunRow[]> {
  return await unavailable(() =>
    within
      .selectFrom('reconciliation_runs')
      .select(['provider', 'coverage', 'counted', 'matched', 'waiting', 'closed'])
      .select([
        sql<string>`to_char(business_date, ${DAY})`.as('business_date'),
        sql<string>`to_char(watermark AT TIME ZONE 'UTC', ${ISO})`.as('watermark'),
        sql<number>`(SELECT count(*)::integer FROM ${DISCREPANCIES} AS d WHERE d.state = 'open'
          AND d.provider = reconciliation_runs.provider AND d.first_seen_on = business_date)`.as('open'),
      ])
      .$if(provider !== undefined, (query) => query.where('provider', '=', provider ?? ''))
      .$if(from !== undefined, (query) => query.where(sql<boolean>`business_date >= ${from}::timestamptz::date`))
      .$if(to !== undefined, (query) => query.where(sql<boolean>`business_date < ${to}::timestamptz::date`))
      .orderBy('business_date')
      .orderBy('provider')
      .execute(),
  );
}
