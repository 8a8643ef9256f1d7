import { cancellationSignal, heartbeat } from '@temporalio/activity';
import {
  dayAfter,
  type BookedIntent,
  type Comparison,
  cutOffMs,
  dayProblem,
  type EarlierDays,
  graceMs,
  type KnownTransaction,
  LOOK_BACK_DAYS,
  MOST_FINDINGS_TOLD,
  type ReconcileDayArgument,
  type ReconciledDay,
  type ReconciliationBook,
  type ReconciliationRun,
  type TimeSpan,
} from '../contract/reconciliation';
import { BookUnavailable } from '../contract/send-log';
import type { TransactionCalls } from '../providers/port';
import { compare } from '../reconciliation/compare';
import { isSampled } from '../reconciliation/sample';
import type { ActivityDeps } from './deps';
import { bookUnavailable, capabilityMissing, capabilityMissingHere, invalidRequest } from './refusal';
import { servedProvider } from './served';

/** How far beyond the span the provider is read: both clocks may differ. */
const MARGIN_MS = 3_600_000;

/**
 * Reads the provider, then the book, compares them and writes the day down. All of it is one activity, because a day of ten
 * thousand transactions fits into no history. May be repeated: a day that is closed is answered as it was closed.
 *
 * @throws Refusal INVALID_REQUEST if the day is not over, CAPABILITY_MISSING, BOOK_UNAVAILABLE; ProviderError
 */
export function reconcileDay(deps: ActivityDeps) {
  return async ({ provider, day, dryRun }: ReconcileDayArgument): Promise<ReconciledDay> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { transactions: calls } = connector;
    if (calls === undefined) throw capabilityMissing(semantics, ['transactions']);
    if (deps.reconciliation === undefined) throw capabilityMissingHere('reconciliations: it has no book');
    const book = deps.reconciliation;
    const nowMs = Date.now();
    const problem = dayProblem(day) ?? (nowMs < cutOffMs(day, semantics) ? NOT_OVER : undefined);
    if (problem !== undefined) throw invalidRequest([{ field: 'day', problem }]);
    return await askingBook(async () => {
      const earlier = await book.earlier(provider, day, LOOK_BACK_DAYS);
      if (earlier.run !== undefined && dryRun !== true) return { run: earlier.run, classes: {}, findings: [] };
      const span = spanOf(day, earlier);
      const sent = await lookedFor(book, { provider, day, span, calls });
      const watermark = new Date(nowMs).toISOString();
      const theirs = await calls.read(
        { ...widened(span), known: sent.flatMap(knownOf) },
        { signal: cancellationSignal(), onAnswer: () => heartbeat() },
      );
      // The book is read last: whatever the provider shows of ours was in it before.
      const ours = [
        ...(await asTheyAre(book, { provider, span, sent })),
        ...(await book.owners(provider, theirs.transactions, sent)),
      ];
      const ids = theirs.transactions.map(({ orderId }) => orderId);
      const comparison = compare({
        span,
        watermark,
        graceMs: graceMs(semantics),
        ours,
        theirs,
        closed: earlier.closed,
        seen: await book.seen(provider, ids, day),
        spelling: semantics,
      });
      const run = runOf(
        { provider, day, span, watermark, coverage: theirs.coverage, closed: theirs.gaps.length === 0 },
        comparison,
      );
      return told(dryRun === true ? run : await book.record(run, comparison), comparison);
    });
  };
}

const NOT_OVER = 'must be over, and what was sent at its end must have had time to show';

/** From the oldest day that is still looked at. */
function spanOf(day: string, { closed, stillOpen, oldestOpen }: EarlierDays): TimeSpan {
  const [first = day] = [
    day,
    ...closed.keys(),
    ...stillOpen,
    ...(oldestOpen === undefined ? [] : [oldestOpen]),
  ].toSorted();
  return { from: `${first}T00:00:00.000Z`, to: `${dayAfter(day, 1)}T00:00:00.000Z` };
}

function widened({ from, to }: TimeSpan): TimeSpan {
  const moved = (text: string, ms: number): string => new Date(Date.parse(text) + ms).toISOString();
  return { from: moved(from, -MARGIN_MS), to: moved(to, MARGIN_MS) };
}

interface Looking {
  readonly provider: string;
  readonly day: string;
  readonly span: TimeSpan;
  readonly calls: TransactionCalls;
}

/**
 * The intents that are compared. If the provider lists nothing, each costs a read: all of the day, all that have not ended, and
 * of those that ended before a sample, another one each day.
 */
async function lookedFor(
  book: ReconciliationBook,
  { provider, day, span, calls }: Looking,
): Promise<readonly BookedIntent[]> {
  const sent = await book.sent(provider, span);
  if (calls.coverage === 'all') return sent;
  const openUntil = await book.list(provider, { states: ['open'], limit: MOST_OPEN });
  const asked = new Set(openUntil.map(({ fundingId }) => fundingId));
  return sent.filter(({ fundingId, outcome, attempts }) => {
    const isOfDay = attempts.some(({ begunAt }) => begunAt.slice(0, 10) === day);
    return isOfDay || outcome === undefined || asked.has(fundingId) || isSampled(fundingId, day);
  });
}

const MOST_OPEN = 10_000;

/** The same intents, with what became of them while the provider was read. */
async function asTheyAre(
  book: ReconciliationBook,
  { provider, span, sent }: Pick<Looking, 'provider' | 'span'> & { readonly sent: readonly BookedIntent[] },
): Promise<readonly BookedIntent[]> {
  const now = new Map((await book.sent(provider, span)).map((intent) => [intent.fundingId, intent]));
  return sent.map((intent) => now.get(intent.fundingId) ?? intent);
}

/** Every reference that left, or may have, each with the id that was told of it. */
function knownOf({ clientId, kind, asset, amount, attempts, orders }: BookedIntent): readonly KnownTransaction[] {
  const ids = new Map<string, string | undefined>();
  for (const { ref, orderId, state } of attempts) {
    if (state !== 'fenced') ids.set(ref, orderId ?? ids.get(ref));
  }
  for (const { ref, orderId } of orders) ids.set(ref, orderId);
  const settled = new Set(orders.filter(({ state }) => state !== 'open').map(({ orderId }) => orderId));
  return [...ids].map(([ref, orderId]) => ({
    ...{ ref, kind, asset, amount, partnerClientId: clientId },
    ...(orderId === undefined ? {} : { orderId }),
    ...(orderId !== undefined && settled.has(orderId) ? { settled: true } : {}),
  }));
}

function runOf(
  run: Omit<ReconciliationRun, 'counted' | 'matched' | 'waiting'>,
  { counted, matched, waiting }: Comparison,
): ReconciliationRun {
  return { ...run, counted, matched, waiting };
}

function told(run: ReconciliationRun, { findings }: Comparison): ReconciledDay {
  const classes: Partial<Record<Comparison['findings'][number]['class'], number>> = {};
  for (const finding of findings) classes[finding.class] = (classes[finding.class] ?? 0) + 1;
  return { run, classes, findings: findings.slice(0, MOST_FINDINGS_TOLD) };
}

async function askingBook<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof BookUnavailable ? bookUnavailable() : error;
  }
}
