import { ERROR_RULES, type FailureDetails } from '../../contract/errors';
import type { ParkReason } from '../../contract/progress';
import type { ExpectedDeposit, ReceivedDeposit, ReceivingAccount, ReceivingResult } from '../../contract/receiving';
import { afterAccepted, afterRead, afterSubmitFailed, NOTHING_SUBMITTED } from '../shared/submission';
import { OVERDUE_RECHECK_MS, PARKED_RECHECK_MS, pollWaitMs } from '../shared/waits';
import { arrivalsFor } from './arrivals';
import { type ReceivingEvent, type ReceivingState, type ReceivingStep, windowOf } from './state';

/**
 * The receiving rule: from what was seen, what to do next. Pure, so that every order of events can be tried.
 *
 * What it must never do: take money that another expected deposit has taken, leave money that an earlier run of its own
 * took, or apply for an account again before a look showed that there is none.
 */

export type { ReceivingAction, ReceivingEvent, ReceivingState, ReceivingStep } from './state';

/** The first step of an expected deposit. Times are in milliseconds since 1970. */
export function beginReceiving(expected: ExpectedDeposit, deadlineAt: number): ReceivingStep {
  return lookOn({ expected, deadlineAt, application: NOTHING_SUBMITTED, shown: [], shownAt: 0, taken: [], polls: 0 });
}

/** The next step. Total: every event is answered in every state. */
export function decide(state: ReceivingState, event: ReceivingEvent): ReceivingStep {
  switch (event.saw) {
    case 'checked':
      return lookOn({ ...state, semantics: event.semantics });
    case 'check-failed':
      return isRetryable(event.failure)
        ? parkFailed(state, event.failure)
        : { state, action: { do: 'refuse', failure: event.failure } };
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
      return { state, action: { do: 'read-claim', deposit: event.deposit } };
    case 'claim':
      return event.fundingId === state.expected.fundingId
        ? complete(state, event.deposit)
        : claimNext({ ...state, taken: [...state.taken, event.deposit.depositId] });
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

/** Whether nothing came of it by what was seen: a cancel that came meanwhile may take its place. */
export function changesNothing({ saw }: ReceivingEvent): boolean {
  return saw === 'checked' || saw === 'account' || saw === 'deposits';
}

/** Why the waiting may not be cancelled now; undefined where it may. */
export function cancelProblem({ state, action }: ReceivingStep): string | undefined {
  const isClaiming = action.do === 'claim' || action.do === 'read-claim';
  return isClaiming || state.deposit !== undefined ? 'cancel is refused: the money has arrived' : undefined;
}

/** What is looked at next: the request, the account, and then the money. */
function lookOn(state: ReceivingState): ReceivingStep {
  if (state.semantics === undefined) return { state, action: { do: 'check', afterMs: 0 } };
  return state.account?.state === 'ready' ? lookMoney(state, 0) : lookAccount(state, 0);
}

function lookAccount(state: ReceivingState, afterMs: number): ReceivingStep {
  return { state, action: { do: 'look-account', afterMs } };
}

function lookMoney(state: ReceivingState, afterMs: number): ReceivingStep {
  return { state, action: { do: 'look-money', afterMs } };
}

function finish(state: ReceivingState, outcome: ReceivingResult['outcome']): ReceivingStep {
  return { state, action: { do: 'finish', outcome } };
}

function complete(state: ReceivingState, deposit: ReceivedDeposit): ReceivingStep {
  return finish({ ...state, deposit }, 'completed');
}

function park(state: ReceivingState, reason: ParkReason): ReceivingStep {
  return { state, action: { do: 'park', reason, recheckAfterMs: OVERDUE_RECHECK_MS } };
}

/** Asks a person about a failed call. Looks again by itself where the failure may pass by itself. */
function parkFailed(state: ReceivingState, failure: FailureDetails): ReceivingStep {
  const recheck = isRetryable(failure) ? { recheckAfterMs: PARKED_RECHECK_MS } : {};
  return { state, action: { do: 'park', reason: failure.code, failure, ...recheck } };
}

function isRetryable({ code }: FailureDetails): boolean {
  return ERROR_RULES[code].retryable;
}

function afterResolved(state: ReceivingState, action: 'retry' | 'markCompleted' | 'abandon'): ReceivingStep {
  switch (action) {
    case 'retry':
      return lookOn(state);
    case 'markCompleted':
      return finish(state, 'marked-completed');
    case 'abandon':
      return finish(state, 'abandoned');
  }
}

/** Applies for the account where it was seen that there is none; else waits until money can be sent there. */
function afterAccount(state: ReceivingState, account: ReceivingAccount | undefined, at: number): ReceivingStep {
  const needs = account === undefined ? ({ needs: 'submission' } as const) : {};
  const { submission, action } = afterRead(state.application, needs, windowOf(state));
  const seen: ReceivingState = { ...state, application: submission, ...(account === undefined ? {} : { account }) };
  switch (action.do) {
    case 'go-on':
      return awaitAccount(seen, account, at);
    case 'wait':
      return lookAccount(seen, action.ms);
    case 'submit':
      return { state: seen, action: { do: 'apply', afterMs: action.afterMs } };
    case 'park':
      return action.failure === undefined ? park(seen, 'INFORMATION_REQUIRED') : parkFailed(seen, action.failure);
  }
}

/** Waits for the account, or for a person where it is not for the provider to go on. */
function awaitAccount(state: ReceivingState, account: ReceivingAccount | undefined, at: number): ReceivingStep {
  if (account?.state === 'ready') return lookMoney({ ...state, polls: 0 }, 0);
  if (account?.state === 'refused') return park(state, 'ACCOUNT_REFUSED');
  if (account?.needs === 'information' && !wasJustInformed(state, at)) return park(state, 'INFORMATION_REQUIRED');
  return waitOrAsk(state, at, lookAccount);
}

/** Whether the provider may yet show what was before the information that it was given. */
function wasJustInformed(state: ReceivingState, at: number): boolean {
  return state.informedAt !== undefined && at - state.informedAt < windowOf(state);
}

/** The first deposit that fits and is not known to be another's is claimed; where there is none, it is waited for. */
function claimNext(state: ReceivingState): ReceivingStep {
  const [deposit] = arrivalsFor(state.expected, state.shown, state.taken).matching;
  return deposit === undefined
    ? waitOrAsk(state, state.shownAt, lookMoney)
    : { state, action: { do: 'claim', deposit } };
}

/** Waits until the next look; past the deadline, a person is asked meanwhile. */
function waitOrAsk(
  state: ReceivingState,
  at: number,
  look: (state: ReceivingState, afterMs: number) => ReceivingStep,
): ReceivingStep {
  const left = state.deadlineAt - at;
  if (left <= 0) return park(state, 'DEPOSIT_OVERDUE');
  return look({ ...state, polls: state.polls + 1 }, Math.min(pollWaitMs(state.polls), left));
}
