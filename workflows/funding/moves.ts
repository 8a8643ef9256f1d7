import type { FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { RefRecord } from '../../contract/funding';
import type { ParkReason } from '../../contract/progress';
import { looksBeforeSending } from '../../contract/provider';
import {
  type Ending,
  type FundingState,
  type FundingTurn,
  needsQuote,
  semanticsOf,
  withoutTerms,
  withoutUnfenced,
} from './state';
import { lookupWaitMs, OVERDUE_RECHECK_MS, PARKED_RECHECK_MS, retryWaitMs } from '../shared/waits';

/** What the funding rule asks for: each way to go on, once. */

/**
 * How often one ref is sent before a person is asked: again only if a look then showed that the provider does not have
 * it.
 */
export const MAX_SENDS_PER_REF = 5;

/**
 * The next step before the first send of any ref: the check; a look for it, if a repeat would pay or is told apart by
 * its quote; terms, if the kind needs them; the approval that policy asks for; the send.
 */
export function proceed(state: FundingState): FundingTurn {
  const { current, approval, terms, destination } = state;
  if (!state.checked) return check(state, 0);
  if (!state.lookedFor && current.sent === 0 && mustLookFirst(state)) {
    return { state, move: { do: 'look-up', ref: current.ref, afterMs: 0 } };
  }
  if (needsQuote(state) && terms === undefined) return quote(state, 0);
  if (approval === undefined) return submit(state, 0);
  const of = { ...(terms === undefined ? {} : { terms }), ...(destination === undefined ? {} : { destination }) };
  return { state, move: { do: 'approve', requirement: approval, of } };
}

/**
 * Our own ids protect only within the server's retention; a provider that refuses or replays a repeat protects longer.
 */
function mustLookFirst(state: FundingState): boolean {
  return looksBeforeSending(semanticsOf(state), state.intent.kind);
}

/** Starts over with the steps before the send of the current ref. */
export function check(state: FundingState, afterMs: number): FundingTurn {
  return { state: { ...state, checked: false, lookedFor: false }, move: { do: 'check', afterMs } };
}

export function quote(state: FundingState, afterMs: number): FundingTurn {
  const number = (state.quotesAsked ?? 0) + 1;
  return {
    state: { ...withoutTerms(state), quotesAsked: number },
    move: { do: 'quote', ref: state.current.ref, number, afterMs },
  };
}

export function submit(state: FundingState, afterMs: number): FundingTurn {
  const current: RefRecord = { ...state.current, sent: state.current.sent + 1, state: 'unknown' };
  return {
    state: { ...withoutUnfenced(state), current, lookups: 0, sends: state.sends + 1 },
    move: { do: 'submit', ref: current.ref, afterMs },
  };
}

export function park(
  state: FundingState,
  reason: ParkReason,
  failure?: FailureDetails,
  recheckAfterMs: number | undefined = recheckAfter(failure),
): FundingTurn {
  return {
    state,
    move: {
      do: 'park',
      reason,
      ...(failure === undefined ? {} : { failure }),
      ...(recheckAfterMs === undefined ? {} : { recheckAfterMs }),
    },
  };
}

/** What may pass is looked at again soon; a book that was restored to an earlier moment, now and then. */
function recheckAfter(failure: FailureDetails | undefined): number | undefined {
  if (failure === undefined) return undefined;
  if (failure.code === 'BOOK_BEHIND') return OVERDUE_RECHECK_MS;
  return ERROR_RULES[failure.code].retryable ? PARKED_RECHECK_MS : undefined;
}

export function finish(state: FundingState, outcome: 'completed' | Ending, adopted = false): FundingTurn {
  const { order } = state;
  return { state, move: { do: 'finish', outcome, ...(order === undefined ? {} : { order }), adopted } };
}

/** The wait before a call that was refused or missed is made again; undefined if that needs a person. */
export function waitFor(failure: FailureDetails, missed: number): number | undefined {
  if (failure.code === 'AUTH' || !ERROR_RULES[failure.code].retryable) return undefined;
  const wait = retryWaitMs(missed, failure.watched);
  return wait === undefined ? undefined : Math.max(wait, failure.retryAfterMs ?? 0);
}

/** Whether the provider can be asked for the order without sending it again. */
export function canLookUp(state: FundingState): boolean {
  const knowsOrder = state.order !== undefined || state.current.state === 'not-ours' || state.doubled !== undefined;
  // What is to end is not sent again, so it is looked for where it may show.
  if (state.heardAtEnd === true) return true;
  return semanticsOf(state).orderLookup !== 'by-resending' || knowsOrder || state.refusal !== undefined;
}

/** Reads the order under the current ref, or, if only a repeat can show it, sends the same ref again. */
export function lookUp(state: FundingState, afterMs = 0): FundingTurn {
  if (!canLookUp(state)) return state.ending === undefined ? resend(state) : endUnseen(state, state.ending);
  const wait = lookupWaitMs(state.lookups, semanticsOf(state).settleWindowMs) ?? 0;
  return { state, move: { do: 'look-up', ref: state.current.ref, afterMs: Math.max(wait, afterMs) } };
}

/**
 * Ends the intent though nothing shows what came of its sends. If another run made them, they may be on their way still: a
 * person is asked first.
 */
export function endUnseen(state: FundingState, ending: Ending): FundingTurn {
  return state.heardAtEnd === true && state.inDoubt
    ? park(state, 'ORDER_UNFINDABLE', undefined, OVERDUE_RECHECK_MS)
    : finish(state, ending);
}

/** Sends the current ref again, with the same terms, if the provider does not take a repeat for another order. */
export function resend(state: FundingState): FundingTurn {
  const { repeatedRef, orderLookup } = semanticsOf(state);
  // If only the provider's news tell the order's id, a ref that it has is not sent again: the answer would be the same.
  const waitsForNews = orderLookup === 'by-callback' && state.refKnown === true;
  if (repeatedRef === 'duplicates' || waitsForNews || state.sends >= MAX_SENDS_PER_REF) {
    return park(state, 'ORDER_UNFINDABLE', undefined, OVERDUE_RECHECK_MS);
  }
  // The first send of a round follows a person's word or look-ups that have waited already.
  return submit(state, state.sends === 0 ? 0 : (retryWaitMs(state.sends) ?? PARKED_RECHECK_MS));
}

/** Asks for terms anew, under the next number: those that the ref was sent with are no longer available. */
export function renewTerms(state: FundingState, failure: FailureDetails): FundingTurn {
  const canRenew = needsQuote(state) && state.sends < MAX_SENDS_PER_REF;
  return canRenew ? quote(state, 0) : park(withoutTerms(state), failure.code, failure);
}
