import type { Client } from '@temporalio/client';
import type { FundingResult } from '../contract/funding';
import { fundingWorkflowId, onboardingWorkflowId } from '../contract/ids';
import { WORKFLOW_TYPES } from '../contract/workflow-types';
import type { OnboardAndFundResult } from '../contract/onboard-and-fund';
import { PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../contract/search-attributes';
import { providerTaskQueue } from '../contract/task-queues';
import { onboardingTitle } from '../contract/titles';
import { application } from './application';

interface StartOptions {
  /** Only if the client shares its connection with a worker. */
  readonly requestEagerStart: boolean;
}

/**
 * Starts `onboardAndFund` for a new person, as the facade does (client/gangway.ts), and waits until the client's money has moved.
 *
 * @returns the ids of its workflows
 * @throws Error if anything but an onboarded and funded client came of it: such a flow is not worth measuring
 */
export async function onboardAndFundFlow(
  client: Client,
  id: string,
  options: StartOptions,
): Promise<readonly string[]> {
  const request = application(id);
  const { provider, partnerClientId, funding } = request;
  const workflowId = onboardingWorkflowId(provider, partnerClientId);
  const handle = await client.workflow.start<(argument: unknown) => Promise<OnboardAndFundResult>>(
    WORKFLOW_TYPES.onboardAndFund,
    {
      workflowId,
      taskQueue: providerTaskQueue(provider),
      args: [request],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: [
        { key: PROVIDER, value: provider },
        { key: PARTNER_CLIENT_ID, value: partnerClientId },
        { key: STAGE, value: 'started' },
      ],
      staticSummary: onboardingTitle(partnerClientId),
      ...options,
    },
  );
  const { onboarding } = await handle.result();
  if (onboarding.outcome !== 'ready') throw new Error(`${workflowId} ended with ${onboarding.outcome}`);
  const movements = funding.map(({ fundingId }) => fundingWorkflowId(provider, fundingId));
  // The last movement outlives the workflow that started it; a flow has ended when the money has moved.
  for (const movement of movements) {
    const { outcome } = await client.workflow.getHandle<() => Promise<FundingResult>>(movement).result();
    if (outcome !== 'completed') throw new Error(`${movement} ended with ${outcome}`);
  }
  return [workflowId, ...movements];
}
