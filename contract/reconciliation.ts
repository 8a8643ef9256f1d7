import type { FundingKind, FundingResult, Order, OrderState } from './funding';
import type { DecimalText } from './money';
import type { OrderRequest } from './order-requests';
import type { ProviderSemantics } from './provider';
import type { AttemptState } from './send-log';

/**
 * Reconciliation by transaction: what the book has of a provider, against what the provider shows, both ways. Its words, as
 * the rule (reconciliation/compare.ts), the book and the connectors share them.
 */

/** A time span, from and including one UTC ISO time, to and excluding another. */
export interface TimeSpan {
  readonly from: string;
  readonly to: string;
}

/** A send, as the book has it, with its times. */
export interface BookedAttempt {
  readonly ref: string;
  readonly state: AttemptState;
  readonly orderId?: string;
  /** UTC ISO time. */
  readonly begunAt: string;
}

/** An order, as the book read it last. */
export interface BookedOrder {
  readonly orderId: string;
  readonly ref: string;
  readonly state: OrderState;
  readonly status: string;
  readonly fee?: DecimalText;
  readonly feeAsset?: string;
  readonly vat?: DecimalText;
}

/** An intent, as the book has it, with all that belongs to it. */
export interface BookedIntent {
  readonly fundingId: string;
  readonly clientId: string;
  readonly kind: FundingKind;
  readonly asset: string;
  readonly amount: DecimalText;
  /** Absent: it has not ended. */
  readonly outcome?: FundingResult['outcome'];
  /** In the order in which they began. */
  readonly attempts: readonly BookedAttempt[];
  readonly orders: readonly BookedOrder[];
}

/** A transaction that the book knows of: what was asked for, without where the money goes, which the book does not know. */
export interface KnownTransaction extends Omit<OrderRequest, 'terms' | 'details'> {
  /** Absent: no answer told it. */
  readonly orderId?: string;
  /** Whether the book has read it settled: if a provider lists what has, it must be there. */
  readonly settled?: true;
}

/** What a provider showed when it was read. Of its orders, `createdAt` and `updatedAt` are UTC ISO times here. */
export interface ShownTransactions {
  readonly transactions: readonly Order[];
  /**
   * `all`: every transaction of the span is there. `asked`: only those that the book knows of were read, so that nothing is
   * said of others.
   */
  readonly coverage: 'all' | 'asked';
  /** Why some may be missing, a sentence each: then nothing is taken for absent. */
  readonly gaps: readonly string[];
  /** Refs that the provider cannot be asked for: that nothing of them is shown says nothing. */
  readonly unasked: ReadonlySet<string>;
}

/** What an account held when it was read before, and now; `entries` between the two must make the difference. */
export interface BalanceSpan extends TimeSpan {
  readonly asset: string;
  readonly opening: DecimalText;
  readonly closing: DecimalText;
}

/**
 * What two sides can differ in. `in_flight` is none: it is told, and nobody is asked. The order is the one in which they
 * are told.
 */
export const FINDING_CLASSES = [
  'feed_gap',
  'missing_at_provider',
  'missing_in_book',
  'duplicate',
  'split',
  'currency_or_party',
  'amount',
  'fee',
  'status',
  'late',
  'balance',
  'in_flight',
] as const;
export type FindingClass = (typeof FINDING_CLASSES)[number];

/** The classes that a person is asked about. */
export type DiscrepancyClass = Exclude<FindingClass, 'in_flight'>;

/** Both sides of what differs, as a person may see them. */
export interface BothSides {
  readonly field: string;
  readonly ours: string;
  readonly theirs: string;
}

/** One thing in which the two sides differ, or for which they are waited for. */
export interface Finding {
  readonly class: FindingClass;
  /** What it is about: the provider's id of a transaction, a ref of ours if there is none, or an asset. */
  readonly subject: string;
  readonly fundingId?: string;
  readonly transactionId?: string;
  readonly sides: readonly BothSides[];
  /** The UTC day that it is dated by: the provider's if it shows one, else that of our send. */
  readonly datedOn: string;
}

export interface Comparison {
  /** Transactions of the provider that were looked at, and those of them that agree with the book. */
  readonly counted: number;
  readonly matched: number;
  readonly waiting: number;
  /** By class, then by subject: the same for the same two sides, in whatever order they were read. */
  readonly findings: readonly Finding[];
  /** Ids of the transactions that were looked at, with the UTC day that each is dated by: a closed day lists its own. */
  readonly seen: readonly { readonly transactionId: string; readonly datedOn: string }[];
}

/** Where a discrepancy stands: asked about, answered by a person, or not found any more. */
export type DiscrepancyState = 'open' | 'answered' | 'gone';

/** A discrepancy, as the book has it. Days are UTC. */
export interface Discrepancy extends Omit<Finding, 'class'> {
  readonly provider: string;
  readonly id: string;
  readonly class: DiscrepancyClass;
  readonly firstSeenOn: string;
  readonly lastSeenOn: string;
  readonly state: DiscrepancyState;
  readonly answer?: DiscrepancyDecision;
}

/** What a person said about a discrepancy. */
export interface DiscrepancyDecision {
  readonly answer: string;
  readonly by: string;
  readonly reason: string;
  readonly evidence?: string;
}

/** A day's comparison, as it is told and kept. */
export interface ReconciliationRun extends Pick<Comparison, 'counted' | 'matched' | 'waiting'> {
  readonly provider: string;
  /** The UTC day. */
  readonly day: string;
  readonly span: TimeSpan;
  readonly watermark: string;
  readonly coverage: ShownTransactions['coverage'];
  /** A day stays open if pages were missing: it is run again. */
  readonly closed: boolean;
}

/** What is known of a provider's earlier days. */
export interface EarlierDays {
  /** Those within the look back that are closed, each with its watermark. */
  readonly closed: ReadonlyMap<string, string>;
  /** If one of them was run, and did not close. */
  readonly stillOpen: readonly string[];
  /** The day that the oldest open discrepancy is dated by. */
  readonly oldestOpen?: string;
  /** The run of the day itself, if it is closed. */
  readonly run?: ReconciliationRun;
}

/** What the reconciliation reads of the book and writes into it. Only that the book cannot be reached is thrown. */
export interface ReconciliationBook {
  earlier(provider: string, day: string, lookBackDays: number): Promise<EarlierDays>;
  /** Intents that were sent within the span, have not ended, or that an open discrepancy is about. */
  sent(provider: string, span: TimeSpan): Promise<readonly BookedIntent[]>;
  /** Intents that transactions may belong to, by id or reference, and that were not read before. */
  owners(provider: string, theirs: readonly Order[], known: readonly BookedIntent[]): Promise<readonly BookedIntent[]>;
  /** Which of these transactions an earlier day has seen. */
  seen(provider: string, transactionIds: readonly string[], day: string): Promise<ReadonlySet<string>>;
  /** Writes a day down. If it is closed already, changes nothing, and answers what it was closed with. */
  record(run: ReconciliationRun, comparison: Comparison): Promise<ReconciliationRun>;
  /** Those in some states, in the order of their ids, after one of them. */
  list(provider: string, filter: DiscrepancyFilter): Promise<readonly Discrepancy[]>;
  find(provider: string, id: string): Promise<Discrepancy | undefined>;
  /** Writes a person's answer down, if it is open. What it then is: another answer stands, and so does one that is gone. */
  answer(provider: string, id: string, decision: DiscrepancyDecision): Promise<Discrepancy | undefined>;
  runs(provider: string, from: string, to: string): Promise<readonly ReconciliationRun[]>;
}

export interface DiscrepancyFilter {
  readonly states: readonly DiscrepancyState[];
  /** Those that closed at or after a UTC ISO time. Absent: all. */
  readonly closedSince?: string;
  /** Absent: from the first. */
  readonly after?: string;
  readonly limit: number;
}

/** How far back a day looks: orders are reversed, and answers come, days later. */
export const LOOK_BACK_DAYS = 7;

/** The one argument of `reconcileProvider`, and what its activity is asked. */
export interface ReconcileDayArgument {
  readonly provider: string;
  /** The UTC day, such as `2026-06-01`; it must be over. */
  readonly day: string;
  /** Whether nothing is written, and nobody asked. */
  readonly dryRun?: true;
}

/** The one argument of `reconcileWhenDue`, which a schedule starts. */
export interface ReconcileDueRequest {
  readonly provider: string;
  /** How many days before the one that it is due on the day to reconcile is. */
  readonly daysBefore: number;
}

/** What came of a day. */
export interface ReconciledDay {
  readonly run: ReconciliationRun;
  /** How many were found, by class. */
  readonly classes: Readonly<Partial<Record<FindingClass, number>>>;
  /** The first of them. */
  readonly findings: readonly Finding[];
}

/** A history holds so many findings, whatever was found: all of them are in the book. */
export const MOST_FINDINGS_TOLD = 50;

/** The lock of a day: one reconciliation of it at a time. One that writes nothing has an id of its own. */
export function reconciliationWorkflowId({ provider, day, dryRun }: ReconcileDayArgument): string {
  return `reconciliation/${provider}/${day}${dryRun === true ? '/dry-run' : ''}`;
}

/** The workflow types. They are no flows: they hold no client's and no intent's lock. */
export const RECONCILIATION_WORKFLOW_TYPE = 'reconcileProvider';
export const RECONCILE_DUE_WORKFLOW_TYPE = 'reconcileWhenDue';

/** How ids of what that schedule starts begin; the provider follows, and then the time. */
export const RECONCILIATION_DUE = 'reconciliation-due';

/** The schedule of a provider's reconciliations, and how the runs that it starts are called. */
export function reconciliationScheduleId(provider: string): string {
  return `reconciliation/${provider}`;
}

const DAY_MS = 86_400_000;
/** Beyond what the provider may still not show when its day is over. */
const SLACK_MS = 5 * 60_000;

/** How long after a change at one side the other may lag, in milliseconds: if orders settle later, a day. */
export function graceMs({
  settlement,
  settleWindowMs,
}: Pick<ProviderSemantics, 'settlement' | 'settleWindowMs'>): number {
  return settleWindowMs + (settlement === 'later' ? DAY_MS : SLACK_MS);
}

/** When a day may be reconciled, in milliseconds since 1970: it is over, and what was sent at its end must show. */
export function cutOffMs(day: string, { settleWindowMs }: Pick<ProviderSemantics, 'settleWindowMs'>): number {
  return Date.parse(`${day}T00:00:00.000Z`) + DAY_MS + settleWindowMs + SLACK_MS;
}

/** The UTC day so many days after another; before it, of a number below zero. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Why `day` is no UTC day, in words that follow the field's name; undefined if it is. */
export function dayProblem(day: unknown): string | undefined {
  const isDay = typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day);
  const ms = isDay ? Date.parse(`${day}T00:00:00.000Z`) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day)
    return 'must be a UTC day such as 2026-06-01';
  return undefined;
}

/** The bounds that ages are told by, in days. */
const AGE_BOUNDS = [
  { most: 1, bucket: '0-1' },
  { most: 3, bucket: '2-3' },
  { most: 7, bucket: '4-7' },
  { most: 30, bucket: '8-30' },
] as const;

/** How old a discrepancy is on a UTC day, from the day that found it first. */
export function ageOf(
  { firstSeenOn }: Pick<Discrepancy, 'firstSeenOn'>,
  today: string,
): { readonly ageDays: number; readonly age: '0-1' | '2-3' | '4-7' | '8-30' | '>30' } {
  const ageDays = Math.max(0, Math.round((Date.parse(today) - Date.parse(firstSeenOn)) / DAY_MS));
  return { ageDays, age: AGE_BOUNDS.find(({ most }) => ageDays <= most)?.bucket ?? '>30' };
}
