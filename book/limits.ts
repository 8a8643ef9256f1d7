import { sql, type Transaction } from 'kysely';
import { foldedAsset } from '../contract/fold';
import { type Count, counted, type Judged, type LimitBook, type Verdict, verdictOf } from '../contract/limits';
import type { IntentKey } from '../contract/send-log';
import { type BookDatabase, SCHEMA } from './connection';
import type { BookSchema } from './schema';
import { unavailable } from './unavailable';
import { rowOfVerdict, verdictOfRow } from './verdict-rows';

type Within = Transaction<BookSchema>;

const [INTENTS, ATTEMPTS, ORDERS, VERDICTS] = ['intents', 'attempts', 'orders', 'verdicts'].map((name) =>
  sql.table(`${SCHEMA}.${name}`),
);

/** The limits in PostgreSQL: who judges holds a lock of what is counted until its verdict is in the book. */
export class PostgresLimits implements LimitBook {
  constructor(private readonly book: BookDatabase) {}

  async judge(judged: Judged): Promise<Verdict | undefined> {
    // Whoever waited for the lock must see what was let through meanwhile, whatever the database's default is.
    const transaction = this.book.transaction().setIsolationLevel('read committed');
    return await unavailable(() => transaction.execute((within) => judge(within, judged)));
  }

  async withdraw({ provider, fundingId }: IntentKey): Promise<void> {
    await unavailable(() =>
      this.book
        .updateTable('verdicts')
        .from('intents')
        .set({ ...rowOfVerdict('withdrawn'), judged_at: sql<Date>`clock_timestamp()` })
        .whereRef('intents.intent_id', '=', 'verdicts.intent_id')
        .where('provider', '=', provider)
        .where('funding_id', '=', fundingId)
        .where('verdict', 'in', ['within', 'asked'])
        .where('outcome', 'is', null)
        .where(sql<boolean>`NOT EXISTS (SELECT FROM ${ATTEMPTS} AS a WHERE a.intent_id = intents.intent_id)`)
        .execute(),
    );
  }
}

async function judge(
  within: Within,
  { provider, fundingId, rules, foldsClients }: Judged,
): Promise<Verdict | undefined> {
  const intent = await within
    .selectFrom('intents')
    .select(['intent_id', 'client_id', 'kind', 'asset', 'amount'])
    .where('provider', '=', provider)
    .where('funding_id', '=', fundingId)
    .executeTakeFirst();
  if (intent === undefined) return undefined;
  const counts: Counted = {
    provider,
    client: intent.client_id,
    foldsClients,
    kind: intent.kind,
    asset: foldedAsset(intent.asset),
    but: intent.intent_id,
  };
  await lock(within, counts);
  const there = await within
    .selectFrom('verdicts')
    .selectAll()
    .where('intent_id', '=', intent.intent_id)
    .where('verdict', '<>', 'withdrawn')
    .executeTakeFirst();
  if (there !== undefined) return verdictOfRow(there);
  const found: Parameters<typeof verdictOf>[0][number][] = [];
  for (const rule of rules) {
    const before = await countIn(within, counts, rule.withinMs);
    found.push({ rule, count: counted(before, intent.amount) });
  }
  const verdict = verdictOf(found);
  const row = rowOfVerdict(verdict.is, verdict);
  await within
    .insertInto('verdicts')
    .values({ intent_id: intent.intent_id, ...row })
    .onConflict((conflict) =>
      conflict.column('intent_id').doUpdateSet({ ...row, judged_at: sql<Date>`clock_timestamp()` }),
    )
    .execute();
  return verdict;
}

/** What is counted: the movements of a client in one asset and kind, but one. */
interface Counted {
  readonly provider: string;
  readonly client: string;
  readonly foldsClients: boolean;
  readonly kind: string;
  /** Folded. */
  readonly asset: string;
  readonly but: string;
}

/** Held until the transaction ends. Clients whose ids differ in case alone share it, which does no harm. */
async function lock(within: Within, { provider, client, kind, asset }: Counted): Promise<void> {
  const name = ['limits', provider, client.toLowerCase(), kind, asset].join('/');
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(within);
}

/**
 * What counts: whatever may have moved money within the time, by its last send that is not known to have failed; what was let
 * through, and may be sent yet; and what was completed without a send of its own, by its end.
 */
async function countIn(
  within: Within,
  { provider, client, foldsClients, kind, asset, but }: Counted,
  withinMs: number,
): Promise<Count> {
  // Of the statement and not of the clock, so that the index can be asked for it.
  const start = sql`(statement_timestamp() - ${withinMs}::double precision * interval '1 millisecond')`;
  const { rows } = await sql<Count>`
    SELECT coalesce(sum(i.amount), 0)::text AS sum, count(*)::integer AS number
      FROM ${INTENTS} AS i
      LEFT JOIN ${VERDICTS} AS v USING (intent_id)
      CROSS JOIN LATERAL (
        SELECT max(a.begun_at) AS at FROM ${ATTEMPTS} AS a
          WHERE a.intent_id = i.intent_id AND a.state IN ('sending', 'unknown', 'applied') AND NOT coalesce((
            SELECT bool_and(o.state IN ('failed', 'cancelled')) FROM ${ORDERS} AS o
              WHERE o.intent_id = a.intent_id AND o.ref = a.ref), false)
      ) AS sent
      WHERE i.provider = ${provider} AND lower(i.client_id) = lower(${client}) AND i.kind = ${kind}
        AND (${foldsClients} OR i.client_id = ${client}) AND lower(i.asset) = ${asset} AND i.intent_id <> ${but}
        AND (i.ended_at IS NULL OR i.ended_at > ${start})
        AND CASE
          WHEN sent.at IS NOT NULL THEN sent.at > ${start}
          WHEN i.outcome IS NULL THEN coalesce(v.verdict IN ('within', 'asked'), false)
          ELSE i.outcome IN ('completed', 'marked-completed') END`.execute(within);
  return rows[0] ?? { sum: '0', number: 0 };
}
