import { CancellationScope, continueAsNew } from '@temporalio/workflow';
import type { Application, OnboardingResult } from '../../contract/onboarding';
import { Onboarding, type CarriedOnboarding } from './flow';

/**
 * Brings one client from an application to verified and active, once.
 *
 * Its id must be `onboarding/<provider>/<partnerClientId>`: the id is the lock of the client.
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST or CAPABILITY_MISSING if the application is wrong; nothing was sent
 */
export async function onboardClient(application: Application, carried?: CarriedOnboarding): Promise<OnboardingResult> {
  const onboarding = new Onboarding(
    application,
    'application',
    (state) => continueAsNew<typeof onboardClient>(application, state),
    carried,
  );
  // A cancellation is looked at between the moves, never in the middle of one: it must not abort a write.
  return await CancellationScope.nonCancellable(() => onboarding.run());
}
