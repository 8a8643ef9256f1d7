import type { FundingKind } from './funding';
import { sameAsset } from './fold';
import { add, covers, type DecimalText } from './money';
import type { IntentKey } from './send-log';

/**
 * Limits over a time: rules of the policy (approval.ts) that look at all that a client moves of an asset in one kind, so
 * that three movements just below a threshold do not pass where one above it waits. What counts is in the book, and is
 * counted there (book/limits.ts); what follows from it is decided here. Pure.
 */

/** Which movements a rule is about. */
export interface RuleScope {
  /** The provider's asset id, in any case. */
  readonly asset: string;
  /** Absent: movements of every kind. A rule that counts, counts each kind by itself. */
  readonly kinds?: readonly FundingKind[];
  /** Absent: at every provider, each by itself. */
  readonly provider?: string;
}

/** What a rule counts up to: the first movement with which the count comes to as much, and each after it, is over. */
export type CountedFrom =
  { readonly by: 'sum'; readonly sum: DecimalText } | { readonly by: 'number'; readonly number: number };

/** What becomes of a movement that is over. */
export type Over =
  { readonly is: 'asked'; readonly approvers: number; readonly expiresAfterMs: number } | { readonly is: 'refused' };

/** A rule that counts what a client moves within a time. */
export interface WindowRule extends RuleScope {
  /** For how long a movement counts: as it was written, such as `24h`. */
  readonly within: string;
  readonly withinMs: number;
  readonly from: CountedFrom;
  readonly over: Over;
}

/** What counts within a rule's time, with the movement that is judged. */
export interface Count {
  readonly sum: DecimalText;
  readonly number: number;
}

/** Which limit a movement is over, for whoever asks why. */
export interface OverLimit extends Count {
  readonly within: string;
  readonly from: CountedFrom;
}

/** What the limits say of an intent: once, and for ever. */
export type Verdict =
  | { readonly is: 'within' }
  | {
      readonly is: 'asked';
      readonly approvers: number;
      readonly expiresAfterMs: number;
      readonly limit: OverLimit;
    }
  | { readonly is: 'refused'; readonly limit: OverLimit };

/** An intent that is to be judged, and by which rules. */
export interface Judged extends IntentKey {
  readonly rules: readonly WindowRule[];
  /** Whether the provider takes two spellings of a client's id, in capitals or not, for one client. */
  readonly foldsClients: boolean;
}

/** Counts, over the book. */
export interface LimitBook {
  /**
   * Judges an intent that the book has, or tells what was said of it before. Of any number of workers that judge at once,
   * one does at a time for a client, an asset and a kind: together they let no more through than one would.
   *
   * @returns undefined if the book does not have the intent
   */
  judge(judged: Judged): Promise<Verdict | undefined>;
  /** Takes back what was said of an intent of which nothing was sent, and which was then refused for another reason. */
  withdraw(intent: IntentKey): Promise<void>;
}

/** Whether a rule is about a movement. */
export function isAbout(
  { asset, kinds, provider }: RuleScope,
  movement: { readonly provider: string; readonly kind: FundingKind; readonly asset: string },
): boolean {
  return (
    sameAsset(asset, movement.asset) &&
    (kinds === undefined || kinds.includes(movement.kind)) &&
    (provider === undefined || provider === movement.provider)
  );
}

/** What was counted before a movement, and the movement. */
export function counted(before: Count, amount: DecimalText): Count {
  return { sum: add(before.sum, amount), number: before.number + 1 };
}

/** What the rules say of a movement: refused by one, it is refused; of those that ask, the most approvers and the shortest time. */
export function verdictOf(counts: readonly { readonly rule: WindowRule; readonly count: Count }[]): Verdict {
  const over = counts.filter(({ rule: { from }, count }) => reaches(count, from));
  const refusing = over.find(({ rule }) => rule.over.is === 'refused');
  if (refusing !== undefined) return { is: 'refused', limit: limitOf(refusing) };
  const asking = over.flatMap((each) => (each.rule.over.is === 'asked' ? [{ ...each, asks: each.rule.over }] : []));
  const [strictest] = [...asking].sort((a, b) => b.asks.approvers - a.asks.approvers);
  if (strictest === undefined) return { is: 'within' };
  return {
    is: 'asked',
    approvers: strictest.asks.approvers,
    expiresAfterMs: Math.min(...asking.map(({ asks }) => asks.expiresAfterMs)),
    limit: limitOf(strictest),
  };
}

function reaches({ sum, number }: Count, from: CountedFrom): boolean {
  switch (from.by) {
    case 'sum':
      return covers(sum, from.sum);
    case 'number':
      return number >= from.number;
  }
}

function limitOf({ rule: { within, from }, count }: { readonly rule: WindowRule; readonly count: Count }): OverLimit {
  return { within, from, ...count };
}

/** Why a movement is over, for people: a sentence without its capital and its stop. */
export function describeLimit({ within, from, sum, number }: OverLimit, asset: string): string {
  switch (from.by) {
    case 'sum':
      return `with it, its client's movements of the kind within ${within} come to ${sum} ${asset}, and from ${from.sum} on they are over the limit`;
    case 'number':
      return `it is number ${number} of its client's movements of the kind in ${asset} within ${within}, and from number ${from.number} on they are over the limit`;
  }
}

const DURATION = /^([1-9]\d{0,4})([mhd])$/;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const MOST_MS = 366 * UNIT_MS.d;

/** How long a time such as `90m`, `24h` or `7d` is; undefined if it is none, or longer than a year. */
export function withinMs(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (unit !== 'm' && unit !== 'h' && unit !== 'd') return undefined;
  const ms = Number(count) * UNIT_MS[unit];
  return ms > MOST_MS ? undefined : ms;
}
