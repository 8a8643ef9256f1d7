import type { BatchRequest } from '../contract/batch';
import type { FundingInput as AnyFundingInput } from '../contract/funding';
import type { OnboardAndFundRequest } from '../contract/onboard-and-fund';
import type { Application } from '../contract/onboarding';
import type { ReceivingRequest } from '../contract/receiving';
import type { ProviderId } from '../providers/registry';

/**
 * What callers of the library give to start something: the contract's types, at a provider that there is. What they give
 * to steer has the contract's types as they are. Each is read again as it comes (client/flow/requests.ts).
 */

/** A client to onboard. */
export interface OnboardingInput extends Application {
  readonly provider: ProviderId;
}

/** Money to move. Amounts are decimals as text; who asks for it is no field of it. */
export interface FundingInput extends AnyFundingInput {
  readonly provider: ProviderId;
}

/** Money that is wired in from outside. */
export interface ReceivingInput extends ReceivingRequest {
  readonly provider: ProviderId;
}

/** A client to onboard, and money to move afterwards, in order. */
export interface OnboardAndFundInput extends OnboardAndFundRequest {
  readonly provider: ProviderId;
}

/** Many flows at once; their rows are handed over while it runs. */
export interface BatchInput extends BatchRequest {
  readonly provider: ProviderId;
}
