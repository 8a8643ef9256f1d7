import type { ResolveAction } from '../../contract/funding';
import { refForAttempt } from '../../contract/refs';
import { check, finish, lookUp, proceed } from './moves';
import { cancelOrder } from './orders';
import {
  awaitsConfirmation,
  canCancelOrder,
  type Ending,
  type FundingState,
  type FundingTurn,
  mayPayBesideTaken,
  ownOrderDiffers,
  semanticsOf,
  withFreshRef,
  withoutChangeRefusal,
  withoutTerms,
} from './state';

/** The part of the funding rule about people: what they may decide, and what follows from it. */

/** Why a person may not take `action` now; undefined if they may. */
export function resolveProblem(state: FundingState, action: ResolveAction): string | undefined {
  switch (action) {
    case 'useFreshRef':
      return freshRefProblem(state);
    case 'abandon':
      return abandonProblem(state);
    case 'retry':
    case 'markCompleted':
      return undefined;
  }
}

function freshRefProblem(state: FundingState): string | undefined {
  const { current } = state;
  if (ownOrderDiffers(state)) {
    return (
      `useFreshRef is refused: order ${current.orderId ?? ''} under ${current.ref} is this intent's own, ` +
      'so a fresh reference could pay twice'
    );
  }
  if (mayPayBesideTaken(state)) {
    return (
      `useFreshRef is refused: the answer to a send under ${current.ref} was lost, and the provider may make its order ` +
      'beside the one that it shows, so a fresh reference could pay twice'
    );
  }
  if (state.mayBeOwn === true) {
    return (
      `useFreshRef is refused: client, kind and asset of the order under ${current.ref} are this intent's, so it may be ` +
      'its own, or an earlier one of yours; if the money is still to move, abandon this and ask under another fundingId'
    );
  }
  if (current.state !== 'failed' && current.state !== 'cancelled' && current.state !== 'not-ours') {
    return (
      `useFreshRef is refused: the last read of the provider does not show the order under ${current.ref} failed, ` +
      'rejected, cancelled or not ours, so a fresh reference could pay twice'
    );
  }
  if (refForAttempt(state.intent.fundingId, current.attempt + 1).length > semanticsOf(state).maxRefLength) {
    return 'useFreshRef is refused: the next reference would be longer than the provider accepts';
  }
  return undefined;
}

function abandonProblem({ order, doubled = [] }: FundingState): string | undefined {
  const completed = [order, ...doubled].find((one) => one?.state === 'completed');
  if (completed === undefined) return undefined;
  return `abandon is refused: order ${completed.orderId} has moved money; resolve with markCompleted and evidence`;
}

/**
 * Why the intent may not be cancelled now; undefined if it may: either nothing moved and nothing is in doubt, or there
 * is only an order that awaits confirmation and can be cancelled first.
 */
export function cancelProblem(state: FundingState): string | undefined {
  const { current } = state;
  if (state.ending !== undefined) return `cancel is refused: the order under ${current.ref} is being cancelled already`;
  if (ownOrderDiffers(state) || state.mayBeOwn === true || mayPayBesideTaken(state)) {
    return `cancel is refused: the order under ${current.ref} may have moved money; resolve what is parked`;
  }
  if (awaitsConfirmation(state) && canCancelOrder(state)) return undefined;
  const moved = current.state === 'unknown' || current.state === 'open' || current.state === 'completed';
  if (!state.inDoubt && !moved) return undefined;
  return `cancel is refused: an order may exist under ${current.ref}; wait until it has settled, or resolve what is parked`;
}

/** What follows from a person's answer. One that may not be given counts as a retry. */
export function afterResolved(state: FundingState, action: ResolveAction): FundingTurn {
  if (resolveProblem(state, action) !== undefined) return lookAgain(state);
  switch (action) {
    case 'retry':
      return lookAgain(accepting(state));
    case 'useFreshRef':
      return proceed(withFreshRef(state));
    case 'markCompleted':
      return endAs(state, 'marked-completed');
    case 'abandon':
      return endAs(state, 'abandoned');
  }
}

/** What follows from a cancel that may be honoured. */
export function afterCancelled(state: FundingState): FundingTurn {
  return awaitsConfirmation(state) && canCancelOrder(state)
    ? cancelOrder({ ...state, ending: 'cancelled', changes: 0 })
    : finish(state, 'cancelled');
}

/** If new terms were offered, a retry accepts them: they are agreed from now on. */
function accepting(state: FundingState): FundingState {
  const { offered } = state;
  return offered === undefined ? state : { ...withoutTerms(state), terms: offered, agreed: offered };
}

/**
 * Ends the intent because a person said so. First an order that awaits confirmation is cancelled, and one that may be
 * found awaiting it is looked for once more; if the person says so again, the intent ends as it is.
 */
function endAs(state: FundingState, ending: Ending): FundingTurn {
  if (state.ending !== undefined || !canCancelOrder(state)) return finish(state, ending);
  const again: FundingState = { ...withoutChangeRefusal(state), ending, lookups: 0, changes: 0 };
  if (awaitsConfirmation(state)) return cancelOrder(again);
  return state.inDoubt && state.order === undefined ? lookUp(again) : finish(state, ending);
}

/** Reads again what is in doubt, or checks again what was not sent. */
export function lookAgain(state: FundingState): FundingTurn {
  const { current } = state;
  const again: FundingState = { ...withoutChangeRefusal(state), lookups: 0, missed: 0, sends: 0, changes: 0 };
  const unsent = !state.inDoubt && (current.state === 'unsent' || current.state === 'not-applied');
  // How the provider can be asked, the first check tells.
  return unsent || state.semantics === undefined ? check(again, 0) : lookUp(again);
}
