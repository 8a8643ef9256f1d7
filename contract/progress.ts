import type { Difference } from './differences';
import { ERROR_CODES, type ErrorCode, type FieldProblem } from './errors';

/** One step as a person reads it: what was done, when, how it ended. UTC ISO times. */
export interface StepRecord {
  /** A sentence without anything personal, such as `Deposit of 1000.00 USD submitted as dep-1`. */
  readonly step: string;
  readonly at: string;
  readonly ref?: string;
}

/** Why a workflow waits for a person, if that is not an error of a call. docs/operate.md says what to do. */
export const PARK_REASONS = [
  /** The movement is large: other people must approve it before anything moves. */
  'APPROVAL_REQUIRED',
  /** Too few people approved it in time. */
  'APPROVAL_EXPIRED',
  /** The order under the ref was found by its ref alone and differs from this intent. */
  'REF_TAKEN',
  /** The intent's own order shows other than was asked. */
  'ORDER_DIFFERS',
  /** The intent's own order was cancelled, or expired, at the provider. */
  'ORDER_CANCELLED',
  /** The provider shows more than one order under the ref that did not fail. */
  'ORDERS_DOUBLED',
  /** As many originals failed as policy allows refs. */
  'REFS_EXHAUSTED',
  /** The provider says that the ref exists, and cannot show its order; or an order cannot be looked up at all. */
  'ORDER_UNFINDABLE',
  /** The order has neither completed nor failed for longer than policy allows. */
  'SETTLEMENT_OVERDUE',
  /** The provider's new terms are worse than those agreed first, by more than policy allows. */
  'TERMS_CHANGED',
  /** The provider wants more data before it goes on. */
  'INFORMATION_REQUIRED',
  /** The order was confirmed as often as allowed and still awaits confirmation. */
  'NOT_CONFIRMED',
  /** The order was to be cancelled, and still awaits confirmation. */
  'NOT_CANCELLED',
  /** No deposit that matches was seen for longer than policy allows. */
  'DEPOSIT_OVERDUE',
  /** The provider refuses the account that the deposit would arrive at. */
  'ACCOUNT_REFUSED',
  /** The client id belongs to another person. */
  'CLIENT_TAKEN',
  /** The provider says that the client exists, and cannot show it. */
  'CLIENT_UNFINDABLE',
  /** The provider rejected the client. */
  'CLIENT_REJECTED',
  /** The client is not verified for longer than policy allows. */
  'VERIFICATION_OVERDUE',
  /** The application breaks a rule of the provider; see the fields. */
  'APPLICATION_REFUSED',
  /** A document was uploaded and does not show in the provider's list. */
  'DOCUMENT_MISSING',
] as const;

/** Why a workflow waits for a person: an error code, or one of the reasons that are not an error of a call. */
export type ParkReason = ErrorCode | (typeof PARK_REASONS)[number];

/** Every reason for which a person is asked. */
export const EVERY_PARK_REASON = [...ERROR_CODES, ...PARK_REASONS] as const satisfies readonly ParkReason[];

/** Whether `text` is such a reason. */
export function isParkReason(text: string): text is ParkReason {
  return EVERY_PARK_REASON.some((reason) => reason === text);
}

export interface ParkedState<Reason extends string> {
  readonly reason: Reason;
  /** One sentence: what happened. */
  readonly because: string;
  /** One sentence: what the person can do. */
  readonly todo: string;
  readonly since: string;
  /** When the flow looks again by itself whether it can go on. UTC ISO time; absent if only a person can help. */
  readonly looksAgainAt?: string;
  /** The watch that wakes it before, once the provider answers: a workflow id. */
  readonly watch?: string;
  readonly fields?: readonly FieldProblem[];
  /** Both sides, if what the provider shows is not what was asked. */
  readonly differences?: readonly Difference[];
  /** What was seen that may help to decide, a sentence each; none of it is proof. */
  readonly evidence?: readonly string[];
  /** Which answers are accepted now. */
  readonly accepts: readonly string[];
}

/** What a flow waits for by itself, if nobody is asked. */
export interface Waiting {
  /** In words that follow "waits", such as `to read the order again`. */
  readonly for: string;
  /** UTC ISO time. The provider's news may end it before. */
  readonly until: string;
  /** What the call before it met. Absent: nothing is amiss, the provider takes its time. */
  readonly reason?: ErrorCode;
  /** UTC ISO time. If the provider does not answer: since when. */
  readonly since?: string;
  /** The watch that ends it once the provider answers: a workflow id. */
  readonly watch?: string;
}

/** What a person changed: kept for ever, with who, when and why. */
export interface PersonsDecision {
  readonly action: string;
  readonly by: string;
  readonly reason: string;
  readonly evidence?: string;
  readonly at: string;
}
