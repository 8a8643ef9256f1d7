import {
  FINDING_CLASSES,
  type BalanceSpan,
  type BookedIntent,
  type Comparison,
  type Finding,
} from '../contract/reconciliation';
import type { ShownTransactions, TimeSpan } from '../contract/reconciliation';
import type { ProviderSemantics } from '../contract/provider';
import { balanceFindings } from './balances';
import { intentFindings } from './intent';
import { matched, type Matched } from './matching';
import { dayOf } from './time';
import { transactionFindings } from './unclaimed';

/** Both sides of one comparison, and what is to be known to judge them. */
export interface BothBooks {
  /** What is judged: sends that began, and transactions that are dated, within it. Its last day is the one that is open. */
  readonly span: TimeSpan;
  /** When the provider began to be read: what came later cannot be expected to show. UTC ISO time. */
  readonly watermark: string;
  /** How long after a send, or a change at one side, the other may still lag. In milliseconds. */
  readonly graceMs: number;
  /** Every intent that was sent within the span, or that a transaction may belong to; read after the provider. */
  readonly ours: readonly BookedIntent[];
  readonly theirs: ShownTransactions;
  /** The days that were closed, each with the watermark that it was closed at. */
  readonly closed: ReadonlyMap<string, string>;
  /** Transactions that a closed day has seen. */
  readonly seen: ReadonlySet<string>;
  readonly spelling: Pick<ProviderSemantics, 'clientIds'>;
  readonly balances?: readonly BalanceSpan[];
}

/**
 * Compares what the book has with what a provider shows, both ways. Pure; as long as both sides are. Two belong together by
 * the provider's id or by our reference, never by amount and date; amounts are the same or they are not.
 *
 * What it must never do: call that missing which may still show, invent a discrepancy where both sides agree, or depend on
 * the order in which either side was read.
 */
export function compare(books: BothBooks): Comparison {
  const { theirs } = books;
  const all = matched(books.ours, theirs.transactions);
  const found: readonly Finding[] = [
    ...theirs.gaps.map((why) => feedGap(books, why)),
    ...all.intents.flatMap((intent) => intentFindings(books, intent)),
    ...transactionFindings(books, all.unclaimed),
    ...balanceFindings(books.balances ?? [], theirs.transactions),
  ];
  const findings = found.toSorted(byClassAndSubject);
  const troubled = new Set(findings.flatMap(({ transactionId }) => transactionId ?? []));
  const looked = lookedAt(books, all);
  return {
    counted: looked.length,
    matched: looked.filter(({ transactionId }) => !troubled.has(transactionId)).length,
    waiting: findings.filter((finding) => finding.class === 'in_flight').length,
    findings,
    seen: looked,
  };
}

function feedGap({ span }: BothBooks, why: string): Finding {
  const sides = [{ field: 'feed', ours: 'every page', theirs: why }];
  return { class: 'feed_gap', subject: 'feed', sides, datedOn: dayOf(Date.parse(span.to) - 1) };
}

/** The transactions that are dated within the span, in the order of their ids. */
function lookedAt({ span }: BothBooks, { transactions }: Matched): Comparison['seen'] {
  const [from, to] = [Date.parse(span.from), Date.parse(span.to)];
  return transactions.flatMap(({ order: { orderId: transactionId }, atMs }) => {
    const datedMs = atMs ?? to - 1;
    return datedMs < from || datedMs >= to ? [] : [{ transactionId, datedOn: dayOf(datedMs) }];
  });
}

const RANKS: ReadonlyMap<string, number> = new Map(FINDING_CLASSES.map((name, rank) => [name, rank]));

function byClassAndSubject(a: Finding, b: Finding): number {
  const byClass = (RANKS.get(a.class) ?? 0) - (RANKS.get(b.class) ?? 0);
  return byClass !== 0 ? byClass : textOrder(a.subject, b.subject);
}

function textOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
