import type { Discrepancy, DiscrepancyClass, DiscrepancyDecision } from './reconciliation';
import { idProblem } from './ids';

/** What a person is asked about a discrepancy, and may answer. No answer moves money: what is to be moved, a movement moves. */

/** An answer, and what it says, in words that follow "says that". */
interface KnownAnswer {
  readonly answer: string;
  readonly says: string;
}

/**
 * What may be answered to each class. While it is disputed it is left open: it closes by itself when a later run finds it gone, and
 * if nothing can be answered that is the only way.
 */
export const DISCREPANCY_ANSWERS: Readonly<Record<DiscrepancyClass, readonly KnownAnswer[]>> = {
  feed_gap: [],
  missing_at_provider: [{ answer: 'markNotExecuted', says: 'the provider never executed it' }],
  missing_in_book: [
    { answer: 'linkToIntent', says: 'it belongs to an intent, which the evidence names' },
    { answer: 'recordExternal', says: 'it was made by others, outside of Gangway' },
  ],
  duplicate: [{ answer: 'acceptAsSeparate', says: 'it is a movement of its own' }],
  split: [{ answer: 'confirmGroup', says: 'the parts belong together' }],
  currency_or_party: [{ answer: 'reverseAndRebook', says: 'it was reversed, and booked anew' }],
  amount: [
    { answer: 'postFee', says: 'the difference is a fee, which the evidence names' },
    { answer: 'correctByReversal', says: 'it was reversed, or the difference was paid back' },
  ],
  fee: [{ answer: 'acceptTheirs', says: "the provider's fee is right" }],
  status: [{ answer: 'acceptTheirs', says: "the provider's status is right" }],
  late: [{ answer: 'acceptIntoOpenDay', says: 'it is booked in the open day' }],
  balance: [],
};

/** The one argument of `askDiscrepancy`. */
export interface DiscrepancyName {
  readonly provider: string;
  readonly id: string;
}

/** Where the question about a discrepancy stands. */
export interface DiscrepancyProgress {
  readonly discrepancy: Discrepancy;
  /** Empty once it is closed. */
  readonly accepts: readonly string[];
}

/** The lock of a discrepancy: it is asked about once. */
export function discrepancyWorkflowId({ provider, id }: DiscrepancyName): string {
  return `discrepancy/${provider}/${id}`;
}

/** What people filter by in the Temporal UI, in the place of a movement's reason. */
export const DISCREPANCY_ATTENTION = 'DISCREPANCY';

const LONGEST_REASON = 1_000;
const LONGEST_EVIDENCE = 2_000;
const FIELDS = ['answer', 'by', 'reason', 'evidence'] as const;

/** Why what came is no answer, in a sentence; undefined if it is one. */
export function answerProblem(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return 'must be one JSON object';
  const given = new Map<string, unknown>(Object.entries(request));
  const [other] = [...given.keys()].filter((name) => !FIELDS.some((field) => field === name));
  if (other !== undefined) return `may hold ${FIELDS.join(', ')}, and nothing else`;
  const text = (name: (typeof FIELDS)[number]): string => {
    const value = given.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const by = idProblem(text('by'));
  if (by !== undefined) return `by ${by}; give an operator's opaque id`;
  if (text('answer') === '') return 'answer must say which of the accepted ones it is';
  if (text('reason') === '' || text('reason').length > LONGEST_REASON) {
    return `reason must say why, in at most ${LONGEST_REASON} characters`;
  }
  if (text('evidence') === '' || text('evidence').length > LONGEST_EVIDENCE) {
    return `evidence must say where the proof is, in at most ${LONGEST_EVIDENCE} characters`;
  }
  return undefined;
}

/** Whether what came is an answer; why it is none says {@link answerProblem}. */
export function isAnswer(request: unknown): request is DiscrepancyDecision {
  return answerProblem(request) === undefined;
}
