import type { FundingResult } from '../../contract/funding';
import type { OnboardAndFundResult } from '../../contract/onboard-and-fund';
import type { OnboardingResult } from '../../contract/onboarding';
import { readApplication, readFundingInput, readOnboardAndFund } from '../flow/requests';
import type { Started } from '../flow/start';
import type { Gangway } from '../gangway';

type StartedSignup = Started<OnboardingResult> | Started<OnboardAndFundResult>;

/**
 * Starts what a signup asks for: an application alone, or with the movements that follow it. Harmless when repeated.
 *
 * @throws GangwayError as {@link Gangway}
 */
export async function startSignup(gangway: Gangway, signup: unknown): Promise<StartedSignup> {
  return has(signup, 'funding')
    ? await gangway.onboardAndFund(readOnboardAndFund(signup))
    : await gangway.onboard(readApplication(signup));
}

/** Starts what an event of a queue asks for: a signup, or a movement, which alone has a fundingId. */
export async function startEvent(gangway: Gangway, event: unknown): Promise<StartedSignup | Started<FundingResult>> {
  return has(event, 'fundingId') ? await gangway.fund(readFundingInput(event)) : await startSignup(gangway, event);
}

function has(value: unknown, field: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}
