import { describeDifference, mayBeOwn } from '../../contract/differences';
import type { FailureDetails } from '../../contract/errors';
import { type Order, RESOLVE_ACTIONS } from '../../contract/funding';
import type { ParkReason } from '../../contract/progress';
import type { ProviderSemantics } from '../../contract/provider';
import { fundingTitle } from '../../contract/titles';
import { resolveProblem } from './rule';
import type { FundingState } from './state';
import { becauseOf, question, type Question } from '../shared/questions';
import { describeTerms } from './terms';

/** The question to a person about an intent: what they may answer follows from what was last read. */
export function fundingQuestion(state: FundingState, reason: ParkReason, failure?: FailureDetails): Question {
  const resolves = RESOLVE_ACTIONS.filter((action) => resolveProblem(state, action) === undefined);
  const accepts = reason === 'INFORMATION_REQUIRED' ? [...resolves, 'supplyInformation'] : resolves;
  const asked = question(reason, accepts, failure);
  const { differences } = state;
  return {
    ...asked,
    because: [asked.because, ...detailsOf(state, reason, failure)].join(' '),
    ...(COMPARES.includes(reason) && differences !== undefined ? { differences } : {}),
  };
}

/** Reasons whose question shows what was asked beside what the provider shows. */
const COMPARES: readonly ParkReason[] = ['REF_TAKEN', 'ORDER_DIFFERS'];

/** What this intent adds to the reason, a sentence each. */
function detailsOf(state: FundingState, reason: ParkReason, failure: FailureDetails | undefined): readonly string[] {
  const { agreed, offered, semantics, refKnown, differences = [] } = state;
  if (COMPARES.includes(reason)) {
    const order = state.current.orderId ?? '';
    const compared = `Order ${order} differs in ${differences.map(describeDifference).join('; ')}.`;
    return reason === 'REF_TAKEN' && mayBeOwn(differences) ? [compared, MAY_BE_OWN] : [compared];
  }
  if (reason === 'ORDERS_DOUBLED') return (state.doubled ?? []).map(describeOrder);
  if (reason === 'TERMS_CHANGED' && agreed !== undefined && offered !== undefined) {
    return [`Agreed: ${describeTerms(agreed)}. Offered now: ${describeTerms(offered)}.`];
  }
  if (reason === 'ORDER_UNFINDABLE' && semantics !== undefined) return [whyNotAgain(semantics, refKnown === true)];
  const refused = reason === 'INFORMATION_REQUIRED' || reason === 'NOT_CONFIRMED' || reason === 'NOT_CANCELLED';
  return refused && failure !== undefined ? [becauseOf(failure)] : [];
}

const MAY_BE_OWN =
  "Client, kind and asset agree: it may be this intent's own, shown net of a fee or rounded, or an earlier intent of yours under the same id.";

function whyNotAgain({ repeatedRef, orderLookup }: ProviderSemantics, refKnown: boolean): string {
  if (repeatedRef === 'duplicates') {
    return 'It is not sent again: the provider would take it for another order, and could pay twice.';
  }
  if (orderLookup === 'by-callback' && refKnown) {
    return 'It is not sent again: the provider has the reference already, and tells the id of its order by a callback only.';
  }
  return 'It was sent as often as allowed.';
}

/** What was seen that may help to decide, a sentence each. None of it is proof. */
export function fundingEvidence(
  { current, intent, bookedSince }: FundingState,
  reason: ParkReason,
  firstSentAt: string | undefined,
  suspects: readonly Order[],
  unread = false,
): readonly string[] {
  if (reason !== 'ORDER_UNFINDABLE') return [];
  const times = current.sent === 1 ? 'once' : `${current.sent} times`;
  // What only the book tells of came before what this history tells.
  const firstAt = bookedSince ?? firstSentAt;
  const since = firstAt === undefined ? '' : `, first at ${firstAt}`;
  return [
    `Sent ${times} as ${current.ref}${since}: ${fundingTitle(intent)}.`,
    ...suspects.map(describeSuspect),
    ...(unread ? ['The orders like it could not be read at the last look: there may be more.'] : []),
  ];
}

function describeSuspect(order: Order): string {
  return `Order ${order.orderId} is like it and shows no reference: ${wordsOf(order)}.`;
}

function describeOrder(order: Order): string {
  return `Order ${order.orderId} under it: ${wordsOf(order)}.`;
}

function wordsOf({ kind, amount, asset, status, createdAt }: Order): string {
  const made = createdAt === undefined ? '' : `, made at ${createdAt}`;
  return `${kind} of ${amount} ${asset}, ${status}${made}`;
}

/** What a wait before each call is for, in words that follow "waits". */
export const WAITS_TO = {
  check: 'to check the client, the asset and the balance again',
  quote: 'to ask for terms again',
  approve: 'for the approval',
  submit: 'to send the order again',
  'look-up': 'to read the order again',
  confirm: 'to confirm the order again',
  'cancel-order': 'to cancel the order again',
} as const;

/** The calls that only read. */
export const READS = ['check', 'look-up'] as const;
