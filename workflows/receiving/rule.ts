import { ERROR_RULES, type FailureDetails } from '../../contract/errors';
import type { ParkReason } from '../../contract/progress';
import type { ExpectedDeposit, ReceivedDeposit, ReceivingAccount, ReceivingResult } from '../../contract/receiving';
import { afterAccepted, afterRead, afterSubmitFailed, NOTHING_SUBMITTED } from '../shared/submission';
import { OVERDUE_RECHECK_MS, PARKED_RECHECK_MS, pollWaitMs } from '../shared/waits';
import { arrivalsFor } from './arrivals';
import { type ReceivingEvent, type ReceivingState, type ReceivingTurn, windowOf } from './state';

/**
 * The receiving rule: from what was seen, what to do next. Pure, so that every order of events can be tried.
 *
 * What it must never do: take money that another expected deposit has taken, leave money that an earlier run of its own
 * took or may have taken, or apply for an account again before a look showed that there is none.
 */

export type { ReceivingMove, ReceivingEvent, ReceivingState, ReceivingTurn } from './state';

/** The first turn of an expected deposit. Times are in milliseconds since 1970. */
export function beginReceiving(expected: ExpectedDeposit, deadlineAt: number): ReceivingTurn {
  return lookOn({ expected, deadlineAt, application: NOTHING_SUBMITTED, shown: [], shownAt: 0, taken: [], polls: 0 });
}

/** The next turn. Total: every event is answered in every state. */
export function decide(state: ReceivingState, event: ReceivingEvent): ReceivingTurn {
  switch (event.saw) {
    case 'checked':
      return lookOn({ ...state, semantics: event.semantics });
    case 'check-failed':
      return isRetryable(event.failure)
        ? parkFailed(state, event.failure)
        : { state, move: { do: 'refuse', failure: event.failure } };
    case 'account':
      return afterAccount(state, event.account, event.at);
    case 'applied':
      return lookAccount({ ...state, application: afterAccepted(state.application) }, 0);
    case 'apply-failed':
      return lookAccount({ ...state, application: afterSubmitFailed(state.application, event.failure) }, 0);
    case 'deposits':
      return claimNext({ ...state, shown: event.deposits, shownAt: event.at });
    case 'claimed':
      return complete(state, event.deposit);
    case 'claimed-before':
      return lookOn({ ...state, inDoubt: event.deposit });
    case 'claim':
      return afterClaimRead(withoutDoubt(state), event);
    case 'read-failed':
      return parkFailed(state, event.failure);
    case 'information-given':
      return lookOn({ ...state, informedAt: event.at });
    case 'information-failed':
    case 'recheck-due':
      return lookOn(state);
    case 'resolved':
      return afterResolved(state, event.action);
    case 'cancelled':
      return finish(state, 'cancelled');
  }
}

/** Whether the event left nothing done, so that a cancel that came meanwhile may take its place. */
export function changesNothing({ saw }: ReceivingEvent): boolean {
  return saw === 'checked' || saw === 'account' || saw === 'deposits';
}

/** Why the waiting may not be cancelled now; undefined if it may. */
export function cancelProblem({ state, move }: ReceivingTurn): string | undefined {
  const { inDoubt, deposit } = state;
  if (inDoubt !== undefined) {
    return (
      `cancel is refused: deposit ${inDoubt.depositId} was claimed before, maybe by this intent, and for whom is yet to be ` +
      'read; wait until it was, or resolve what is parked'
    );
  }
  return move.do === 'claim' || deposit !== undefined ? 'cancel is refused: the money has arrived' : undefined;
}

/** What is looked at next: a claim in doubt, the request, the account, and then the money. */
function lookOn(state: ReceivingState): ReceivingTurn {
  if (state.inDoubt !== undefined) return { state, move: { do: 'read-claim', deposit: state.inDoubt } };
  if (state.semantics === undefined) return { state, move: { do: 'check', afterMs: 0 } };
  return state.account?.state === 'ready' ? lookMoney(state, 0) : lookAccount(state, 0);
}

function lookAccount(state: ReceivingState, afterMs: number): ReceivingTurn {
  return { state, move: { do: 'look-account', afterMs } };
}

function lookMoney(state: ReceivingState, afterMs: number): ReceivingTurn {
  return { state, move: { do: 'look-money', afterMs } };
}

function finish(state: ReceivingState, outcome: ReceivingResult['outcome']): ReceivingTurn {
  return { state, move: { do: 'finish', outcome } };
}

function complete(state: ReceivingState, deposit: ReceivedDeposit): ReceivingTurn {
  return finish({ ...state, deposit }, 'completed');
}

function park(state: ReceivingState, reason: ParkReason): ReceivingTurn {
  return { state, move: { do: 'park', reason, recheckAfterMs: OVERDUE_RECHECK_MS } };
}

/** Asks a person about a failed call. Looks again by itself if the failure may pass by itself. */
function parkFailed(state: ReceivingState, failure: FailureDetails): ReceivingTurn {
  const recheck = isRetryable(failure) ? { recheckAfterMs: PARKED_RECHECK_MS } : {};
  return { state, move: { do: 'park', reason: failure.code, failure, ...recheck } };
}

function isRetryable({ code }: FailureDetails): boolean {
  return ERROR_RULES[code].retryable;
}

function afterResolved(state: ReceivingState, action: 'retry' | 'markCompleted' | 'abandon'): ReceivingTurn {
  switch (action) {
    case 'retry':
      return lookOn(state);
    case 'markCompleted':
      return finish(state, 'marked-completed');
    case 'abandon':
      return finish(state, 'abandoned');
  }
}

/** Applies for the account if it was seen that there is none; else waits until money can be sent there. */
function afterAccount(state: ReceivingState, account: ReceivingAccount | undefined, at: number): ReceivingTurn {
  const needs = account === undefined ? ({ needs: 'submission' } as const) : {};
  const { submission, move } = afterRead(state.application, needs, windowOf(state));
  const seen: ReceivingState = { ...state, application: submission, ...(account === undefined ? {} : { account }) };
  switch (move.do) {
    case 'go-on':
      return awaitAccount(seen, account, at);
    case 'wait':
      return lookAccount(seen, move.ms);
    case 'submit':
      return { state: seen, move: { do: 'apply', afterMs: move.afterMs } };
    case 'park':
      return move.failure === undefined ? park(seen, 'INFORMATION_REQUIRED') : parkFailed(seen, move.failure);
  }
}

/** Waits for the account, or for a person if it is not for the provider to go on. */
function awaitAccount(state: ReceivingState, account: ReceivingAccount | undefined, at: number): ReceivingTurn {
  if (account?.state === 'ready') return lookMoney({ ...state, polls: 0 }, 0);
  if (account?.state === 'refused') return park(state, 'ACCOUNT_REFUSED');
  if (account?.needs === 'information' && !wasJustInformed(state, at)) return park(state, 'INFORMATION_REQUIRED');
  return waitOrAsk(state, at, lookAccount);
}

/** Whether the provider may still show the state from before it was given the information. */
function wasJustInformed(state: ReceivingState, at: number): boolean {
  return state.informedAt !== undefined && at - state.informedAt < windowOf(state);
}

/** The first deposit that fits and is not known to be another's is claimed; if there is none, it is waited for. */
function claimNext(state: ReceivingState): ReceivingTurn {
  const [deposit] = arrivalsFor(state.expected, state.shown, state.taken).matching;
  return deposit === undefined ? waitOrAsk(state, state.shownAt, lookMoney) : { state, move: { do: 'claim', deposit } };
}

/** Money that an earlier run of this intent took is its own; another's is taken, and the next that fits is claimed. */
function afterClaimRead(
  state: ReceivingState,
  { deposit, fundingId }: Extract<ReceivingEvent, { readonly saw: 'claim' }>,
): ReceivingTurn {
  return fundingId === state.expected.fundingId
    ? complete(state, deposit)
    : claimNext({ ...state, taken: [...state.taken, deposit.depositId] });
}

function withoutDoubt({ inDoubt: _inDoubt, ...state }: ReceivingState): ReceivingState {
  return state;
}

/** Waits until the next look; past the deadline, a person is asked meanwhile. */
function waitOrAsk(
  state: ReceivingState,
  at: number,
  look: (state: ReceivingState, afterMs: number) => ReceivingTurn,
): ReceivingTurn {
  const left = state.deadlineAt - at;
  if (left <= 0) return park(state, 'DEPOSIT_OVERDUE');
  return look({ ...state, polls: state.polls + 1 }, Math.min(pollWaitMs(state.polls), left));
}
