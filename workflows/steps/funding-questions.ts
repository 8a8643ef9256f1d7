import type { FailureDetails } from '../../contract/errors';
import { type Order, RESOLVE_ACTIONS } from '../../contract/funding';
import type { ParkReason } from '../../contract/progress';
import type { ProviderSemantics } from '../../contract/provider';
import { fundingTitle } from '../../contract/titles';
import { type FundingState, resolveProblem } from './funding-rule';
import { becauseOf, question, type Question } from './questions';
import { describeTerms } from './terms';

/** The question to a person about an intent: what they may answer follows from what was last read. */
export function fundingQuestion(state: FundingState, reason: ParkReason, failure?: FailureDetails): Question {
  const resolves = RESOLVE_ACTIONS.filter((action) => resolveProblem(state, action) === undefined);
  const accepts = reason === 'INFORMATION_REQUIRED' ? [...resolves, 'supplyInformation'] : resolves;
  const asked = question(reason, accepts, failure);
  return { ...asked, because: [asked.because, ...detailsOf(state, reason, failure)].join(' ') };
}

/** What this intent adds to the reason, a sentence each. */
function detailsOf(
  { agreed, offered, semantics, refKnown }: FundingState,
  reason: ParkReason,
  failure: FailureDetails | undefined,
): readonly string[] {
  if (reason === 'TERMS_CHANGED' && agreed !== undefined && offered !== undefined) {
    return [`Agreed: ${describeTerms(agreed)}. Offered now: ${describeTerms(offered)}.`];
  }
  if (reason === 'ORDER_UNFINDABLE' && semantics !== undefined) return [whyNotAgain(semantics, refKnown === true)];
  const refused = reason === 'INFORMATION_REQUIRED' || reason === 'NOT_CONFIRMED' || reason === 'NOT_CANCELLED';
  return refused && failure !== undefined ? [becauseOf(failure)] : [];
}

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
  { current, intent }: FundingState,
  reason: ParkReason,
  firstSentAt: string | undefined,
  suspects: readonly Order[],
  unread = false,
): readonly string[] {
  if (reason !== 'ORDER_UNFINDABLE') return [];
  const times = current.sent === 1 ? 'once' : `${current.sent} times`;
  const since = firstSentAt === undefined ? '' : `, at first at ${firstSentAt}`;
  return [
    `Sent ${times} as ${current.ref}${since}: ${fundingTitle(intent)}.`,
    ...suspects.map(describeSuspect),
    ...(unread ? ['Whether there are more like it could not be read when it was last looked for.'] : []),
  ];
}

function describeSuspect({ orderId, kind, amount, asset, status, createdAt }: Order): string {
  const made = createdAt === undefined ? '' : `, made at ${createdAt}`;
  return `Order ${orderId} is like it and shows no reference: ${kind} of ${amount} ${asset}, ${status}${made}.`;
}
