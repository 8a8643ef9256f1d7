import { CancellationScope, continueAsNew, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { FundingRequest } from '../contract/funding';
import { fundingWorkflowId } from '../contract/ids';
import type {
  ChainedFunding,
  OnboardAndFundRequest,
  OnboardAndFundResult,
  PlannedFunding,
} from '../contract/onboard-and-fund';
import { FUNDING_ID, PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../contract/search-attributes';
import { WorkflowExecutionAlreadyStartedError } from '../contract/temporal';
import { fundingTitle } from '../contract/titles';
import { fundAccount } from './funding/flow';
import type { ClientKey } from './onboarding/calls';
import { Onboarding, type CarriedOnboarding } from './onboarding/flow';

/**
 * Onboards a client, then moves its money, in the order given; each movement is a workflow of its own under its own
 * lock. A movement that does not complete ends the chain: what follows may rest on it. The last movement has nothing
 * after it to wait for, so this workflow ends once that one is under way (docs/adr/0006).
 *
 * Its id must be `onboarding/<provider>/<partnerClientId>`, the same lock as of an onboarding alone.
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST or CAPABILITY_MISSING where the request is wrong; nothing was sent
 */
export async function onboardAndFund(
  request: OnboardAndFundRequest,
  carried?: CarriedOnboarding,
): Promise<OnboardAndFundResult> {
  const onboarding = new Onboarding(
    request,
    'onboard-and-fund',
    (state) => continueAsNew<typeof onboardAndFund>(request, state),
    carried,
  );
  const onboarded = await CancellationScope.nonCancellable(() => onboarding.run());
  if (onboarded.outcome !== 'ready') return { onboarding: onboarded, funding: [] };
  const funding: ChainedFunding[] = [];
  for (const [index, planned] of request.funding.entries()) {
    const isLast = index === request.funding.length - 1;
    const chained = await fund(onboarding.client, planned, isLast);
    funding.push(chained);
    if (chained.outcome !== 'completed' && chained.outcome !== 'marked-completed') break;
  }
  return { onboarding: onboarded, funding };
}

async function fund(client: ClientKey, planned: PlannedFunding, isLast: boolean): Promise<ChainedFunding> {
  const { provider, partnerClientId } = client;
  const movement: FundingRequest = { ...client, ...planned };
  const workflowId = fundingWorkflowId(provider, planned.fundingId);
  try {
    const started = await startChild(fundAccount, {
      args: [movement],
      workflowId,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      // The movement outlives this workflow, whatever ends it.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: fundingTitle(movement),
      typedSearchAttributes: [
        { key: PROVIDER, value: provider },
        { key: PARTNER_CLIENT_ID, value: partnerClientId },
        { key: FUNDING_ID, value: planned.fundingId },
        { key: STAGE, value: 'started' },
      ],
    });
    return isLast ? { outcome: 'under-way', workflowId } : await started.result();
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // The intent has a workflow of its own already, which moves its money once; this chain does not know how it ends.
    return { outcome: 'already-started', workflowId };
  }
}
