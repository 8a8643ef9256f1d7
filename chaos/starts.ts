import type { Gangway, Started } from '../client';
import { readApplication, readFundingInput, readOnboardAndFund } from '../client/flow/requests';

export type StartedFlow = 'onboard' | 'onboardAndFund' | 'fund';

/** Starts a flow with whatever it is delivered with, as an edge does. */
export async function startFlow(
  gangway: Gangway,
  flow: StartedFlow,
  request: unknown,
): Promise<Started<unknown>['started']> {
  switch (flow) {
    case 'onboard':
      return (await gangway.onboard(readApplication(request))).started;
    case 'onboardAndFund':
      return (await gangway.onboardAndFund(readOnboardAndFund(request))).started;
    case 'fund':
      return (await gangway.fund(readFundingInput(request))).started;
  }
}
