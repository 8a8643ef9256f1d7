import type { FundingResult } from '../../contract/funding';
import type { FundingMove, FundingState } from './rule';
import { refChain } from './rule';

type Ends = Extract<FundingMove, { readonly do: 'finish' }>;

/** What an intent ended with, for whoever asked for it. */
export function fundingResult(
  { outcome, order, adopted }: Ends,
  state: FundingState,
  kept: Pick<FundingResult, 'intent' | 'decisions' | 'steps' | 'balanceAfter' | 'approvalPolicy'>,
): FundingResult {
  const { intent, decisions, steps, balanceAfter, approvalPolicy } = kept;
  const { completedMeans } = state.semantics ?? {};
  return {
    outcome,
    intent,
    ...(order === undefined ? {} : { order }),
    refs: refChain(state),
    adopted,
    ...(outcome === 'completed' && completedMeans !== undefined ? { completedMeans } : {}),
    ...termsOf(state),
    ...(balanceAfter === undefined ? {} : { balanceAfter }),
    decisions,
    steps,
    ...(approvalPolicy === undefined ? {} : { approvalPolicy }),
  };
}

/** The terms that the current ref is sent with. */
export function termsOf({ terms }: FundingState): Pick<FundingResult, 'terms'> {
  return terms === undefined ? {} : { terms };
}
