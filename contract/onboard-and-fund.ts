import type { JsonObject } from './json';
import type { FundingPolicy, FundingKind, FundingResult } from './funding';
import type { DecimalText } from './money';
import type { Application, OnboardingResult } from './onboarding';

/** A movement that follows an onboarding; provider and client are the application's. */
export interface PlannedFunding {
  readonly fundingId: string;
  readonly kind: FundingKind;
  readonly asset: string;
  readonly amount: DecimalText;
  readonly details?: JsonObject;
  readonly policy?: FundingPolicy;
}

/** The one argument of `onboardAndFund`: an application, and the movements that follow it, in order. */
export interface OnboardAndFundRequest extends Application {
  readonly funding: readonly PlannedFunding[];
}

/**
 * How a movement of a chain ended. `under-way`: the last one, which has its own workflow to follow; `already-started`:
 * its intent has a workflow that this chain did not start, and it is the last movement or that workflow moves something
 * else; `stopped`: its workflow was ended from outside, or refused the movement, and only that workflow tells whether
 * money moved.
 */
export type ChainedFunding =
  FundingResult | { readonly outcome: 'under-way' | 'already-started' | 'stopped'; readonly workflowId: string };

export interface OnboardAndFundResult {
  readonly onboarding: OnboardingResult;
  readonly funding: readonly ChainedFunding[];
}
