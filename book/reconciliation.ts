import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Order } from '../contract/funding';
import {
  dayAfter,
  type BookedIntent,
  type Comparison,
  type Discrepancy,
  type DiscrepancyDecision,
  type DiscrepancyFilter,
  type EarlierDays,
  type Finding,
  type ReconciliationBook,
  type ReconciliationRun,
  type TimeSpan,
} from '../contract/reconciliation';
import { fundingIdOf } from '../contract/refs';
import type { BookDatabase } from './connection';
import { bookedIntents, type IntentIds } from './booked-intents';
import type { BookSchema } from './schema';
import { toldBesideDiscrepancy } from './read/words';
import { unavailable } from './unavailable';

/** The reconciliation's part of the book in PostgreSQL. */
export class PostgresReconciliation implements ReconciliationBook {
  constructor(private readonly book: BookDatabase) {}

  async earlier(provider: string, day: string, lookBackDays: number): Promise<EarlierDays> {
    const since = dayAfter(day, -lookBackDays);
    return await unavailable(async () => {
      const runs = await this.runsBetween(provider, since, day);
      const oldest = await this.book
        .selectFrom('discrepancies')
        .select((row) => row.fn.min('dated_on').as('dated_on'))
        .where('provider', '=', provider)
        .where('state', '=', 'open')
        .executeTakeFirst();
      const own = runs.find((run) => run.day === day && run.closed);
      const before = runs.filter((run) => run.day !== day);
      const oldestOn: Date | null | undefined = oldest?.dated_on;
      return {
        closed: new Map(before.filter(({ closed }) => closed).map((run) => [run.day, run.watermark])),
        stillOpen: before.filter(({ closed }) => !closed).map((run) => run.day),
        ...(oldestOn == null ? {} : { oldestOpen: dayOf(oldestOn) }),
        ...(own === undefined ? {} : { run: own }),
      };
    });
  }

  async sent(provider: string, { from, to }: TimeSpan): Promise<readonly BookedIntent[]> {
    return await unavailable(async () => {
      const ids = await sql<IntentIds>`
        SELECT i.intent_id FROM book.intents i WHERE i.provider = ${provider} AND (
          EXISTS (SELECT 1 FROM book.attempts a WHERE a.intent_id = i.intent_id
            AND a.begun_at >= ${from}::timestamptz AND a.begun_at < ${to}::timestamptz)
          OR (i.outcome IS NULL AND i.admitted_at < ${to}::timestamptz)
          OR i.funding_id IN (SELECT d.funding_id FROM book.discrepancies d
            WHERE d.provider = ${provider} AND d.state = 'open'))`.execute(this.book);
      return await bookedIntents(this.book, ids.rows);
    });
  }

  async owners(
    provider: string,
    theirs: readonly Order[],
    known: readonly BookedIntent[],
  ): Promise<readonly BookedIntent[]> {
    const fundingIds = theirs.filter(({ ref }) => ref !== '').map(({ ref }) => fundingIdOf(ref));
    const orderIds = theirs.map(({ orderId }) => orderId);
    return await unavailable(async () => {
      const ids = await sql<IntentIds>`
        SELECT i.intent_id FROM book.intents i WHERE i.provider = ${provider} AND i.funding_id = ANY(${fundingIds})
        UNION SELECT i.intent_id FROM book.intents i JOIN book.orders o USING (intent_id)
          WHERE i.provider = ${provider} AND o.order_id = ANY(${orderIds})`.execute(this.book);
      const there = new Set(known.map(({ fundingId }) => fundingId));
      return (await bookedIntents(this.book, ids.rows)).filter(({ fundingId }) => !there.has(fundingId));
    });
  }

  async seen(provider: string, transactionIds: readonly string[], day: string): Promise<ReadonlySet<string>> {
    return await unavailable(async () => {
      const { rows } = await sql<{ transaction_id: string }>`
        SELECT transaction_id FROM book.reconciled_transactions
        WHERE provider = ${provider} AND transaction_id = ANY(${transactionIds}) AND business_date < ${day}::date`.execute(
        this.book,
      );
      return new Set(rows.map((row) => row.transaction_id));
    });
  }

  async record(run: ReconciliationRun, comparison: Comparison): Promise<ReconciliationRun> {
    return await unavailable(() =>
      this.book.transaction().execute(async (within) => {
        // One run of a provider at a time, whatever days they are of.
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`reconciliation/${run.provider}`}, 0))`.execute(
          within,
        );
        const written = await writeRun(within, run);
        if (!written) return (await runsOf(within, run.provider, run.day, run.day))[0] ?? run;
        if (run.closed) await writeSeen(within, run, comparison.seen);
        await writeFindings(within, run, comparison.findings);
        return run;
      }),
    );
  }

  async list(
    provider: string,
    { states, closedSince, after = '', limit }: DiscrepancyFilter,
  ): Promise<readonly Discrepancy[]> {
    return await unavailable(async () => {
      const rows = await this.book
        .selectFrom('discrepancies')
        .selectAll()
        .select(WORDS)
        .where('provider', '=', provider)
        .where('state', 'in', states)
        .where('discrepancy_id', '>', after)
        .$if(closedSince !== undefined, (query) => query.where('closed_at', '>=', new Date(closedSince ?? 0)))
        .orderBy('discrepancy_id')
        .limit(limit)
        .execute();
      return rows.map(discrepancyOf);
    });
  }

  async find(provider: string, id: string): Promise<Discrepancy | undefined> {
    return await unavailable(async () => {
      const row = await this.book
        .selectFrom('discrepancies')
        .selectAll()
        .select(WORDS)
        .where('provider', '=', provider)
        .where('discrepancy_id', '=', id)
        .executeTakeFirst();
      return row === undefined ? undefined : discrepancyOf(row);
    });
  }

  async answer(provider: string, id: string, decision: DiscrepancyDecision): Promise<Discrepancy | undefined> {
    const { answer, by, reason, evidence = null } = decision;
    return await unavailable(async () => {
      await this.book
        .updateTable('discrepancies')
        .set({ state: 'answered', answer, answered_by: by, reason, evidence, closed_at: sql<Date>`clock_timestamp()` })
        .where('provider', '=', provider)
        .where('discrepancy_id', '=', id)
        .where('state', '=', 'open')
        .execute();
      return await this.find(provider, id);
    });
  }

  async runs(provider: string, from: string, to: string): Promise<readonly ReconciliationRun[]> {
    return await unavailable(() => this.runsBetween(provider, from, to));
  }

  private async runsBetween(provider: string, from: string, to: string): Promise<readonly ReconciliationRun[]> {
    return await runsOf(this.book, provider, from, to);
  }
}

/** The name of a discrepancy: the same for the same two sides, so that it is asked about once. */
function discrepancyId({ class: what, subject, sides }: Finding): string {
  // A transaction that one side lacks altogether is the same whatever its status has become.
  const facts = what === 'missing_in_book' || what === 'missing_at_provider' ? [] : sides;
  return createHash('sha256')
    .update(JSON.stringify([what, subject, facts]))
    .digest('hex')
    .slice(0, 24);
}

async function runsOf(
  book: BookDatabase,
  provider: string,
  from: string,
  to: string,
): Promise<readonly ReconciliationRun[]> {
  const rows = await book
    .selectFrom('reconciliation_runs')
    .selectAll()
    .where('provider', '=', provider)
    .where('business_date', '>=', sql<Date>`${from}::date`)
    .where('business_date', '<=', sql<Date>`${to}::date`)
    .orderBy('business_date')
    .execute();
  return rows.map((row) => ({
    provider: row.provider,
    day: dayOf(row.business_date),
    span: { from: row.from_at.toISOString(), to: row.to_at.toISOString() },
    watermark: row.watermark.toISOString(),
    coverage: row.coverage,
    counted: row.counted,
    matched: row.matched,
    waiting: row.waiting,
    closed: row.closed,
  }));
}

/** Whether it was written: not over a day that is closed. */
async function writeRun(within: BookDatabase, run: ReconciliationRun): Promise<boolean> {
  const { span, counted, matched, waiting, closed, coverage } = run;
  const row = {
    from_at: new Date(span.from),
    to_at: new Date(span.to),
    watermark: new Date(run.watermark),
    ...{ coverage, counted, matched, waiting, closed },
  };
  const { numInsertedOrUpdatedRows = 0n } = await within
    .insertInto('reconciliation_runs')
    .values({ provider: run.provider, business_date: run.day, ...row })
    .onConflict((conflict) =>
      conflict.columns(['provider', 'business_date']).doUpdateSet(row).where('reconciliation_runs.closed', '=', false),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows > 0n;
}

async function writeSeen(within: BookDatabase, run: ReconciliationRun, seen: Comparison['seen']): Promise<void> {
  await sql`
    INSERT INTO book.reconciled_transactions (provider, transaction_id, dated_on, business_date)
    SELECT ${run.provider}, shown.id, shown.dated_on, ${run.day}::date
      FROM unnest(${seen.map(({ transactionId }) => transactionId)}::text[], ${seen.map(({ datedOn }) => datedOn)}::date[])
        AS shown (id, dated_on)
    ON CONFLICT DO NOTHING`.execute(within);
}

/**
 * What came late stays asked about: the next day has seen it.
 *
 * What is found anew is opened, what is found again was seen once more, and what is not found any more is gone, if it was
 * looked for. What a person has answered stays so.
 */
async function writeFindings(
  within: BookDatabase,
  run: ReconciliationRun,
  findings: readonly Finding[],
): Promise<void> {
  const rows = findings.flatMap((finding) => {
    const { class: what, subject, fundingId = null, transactionId = null, sides, datedOn } = finding;
    if (what === 'in_flight') return [];
    return [
      {
        provider: run.provider,
        discrepancy_id: discrepancyId(finding),
        class: what,
        about: subject,
        funding_id: fundingId,
        transaction_id: transactionId,
        sides: JSON.stringify(sides),
        dated_on: datedOn,
        first_seen_on: run.day,
        last_seen_on: run.day,
        state: 'open' as const,
      },
    ];
  });
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    await within
      .insertInto('discrepancies')
      .values(rows.slice(first, first + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict
          .columns(['provider', 'discrepancy_id'])
          .doUpdateSet({ last_seen_on: run.day, state: 'open', closed_at: null })
          .where('discrepancies.state', '<>', 'answered'),
      )
      .execute();
  }
  // If pages are missing, what is not found says nothing.
  if (!run.closed) return;
  const found = rows.map((row) => row.discrepancy_id);
  await sql`
    UPDATE book.discrepancies SET state = 'gone', closed_at = clock_timestamp()
    WHERE provider = ${run.provider} AND state = 'open' AND dated_on >= ${run.span.from}::timestamptz::date
      AND dated_on <= ${run.day}::date AND class <> 'late' AND NOT discrepancy_id = ANY(${found})`.execute(within);
}

const ROWS_AT_ONCE = 1_000;

const WORDS = [
  toldBesideDiscrepancy('reason').as('told_reason'),
  toldBesideDiscrepancy('evidence').as('told_evidence'),
] as const;

type DiscrepancyRow = Selectable<BookSchema['discrepancies']> & {
  readonly told_reason: string | null;
  readonly told_evidence: string | null;
};

/** In the place of a reason that was erased. */
const ERASED = '(erased)';

function discrepancyOf(row: DiscrepancyRow): Discrepancy {
  const { answer, answered_by: by, told_reason: reason, told_evidence: evidence } = row;
  return {
    provider: row.provider,
    id: row.discrepancy_id,
    class: row.class,
    subject: row.about,
    ...(row.funding_id === null ? {} : { fundingId: row.funding_id }),
    ...(row.transaction_id === null ? {} : { transactionId: row.transaction_id }),
    sides: row.sides,
    datedOn: dayOf(row.dated_on),
    firstSeenOn: dayOf(row.first_seen_on),
    lastSeenOn: dayOf(row.last_seen_on),
    state: row.state,
    ...(answer === null || by === null
      ? {}
      : { answer: { answer, by, reason: reason ?? ERASED, ...(evidence === null ? {} : { evidence }) } }),
  };
}

/** pg makes of a `date` the midnight of the process's own zone. */
function dayOf(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month ?? ''}-${day ?? ''}`;
}
