import {
  CancellationScope,
  ChildWorkflowFailure,
  continueAsNew,
  ParentClosePolicy,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { FundingRequest, Intent } from '../contract/funding';
import { fundingWorkflowId } from '../contract/ids';
import type {
  ChainedFunding,
  OnboardAndFundRequest,
  OnboardAndFundResult,
  PlannedFunding,
} from '../contract/onboard-and-fund';
import { FUNDING_ID, PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../contract/search-attributes';
import { WorkflowExecutionAlreadyStartedError } from '../contract/temporal';
import { sameAmount } from '../contract/money';
import { fundingTitle } from '../contract/titles';
import { fundAccount } from './funding/flow';
import type { ClientKey } from './onboarding/calls';
import { Onboarding, type CarriedOnboarding } from './onboarding/flow';
import { reads } from './shared/activity-proxies';
import { pollWaitMs } from './shared/waits';

const LONGEST_FOLLOW_WAIT_MS = 5 * 60_000;

/** What a chain carries along when its history is renewed. */
interface CarriedChain extends CarriedOnboarding {
  /** How the movements before the one that is waited for ended. */
  readonly funding?: readonly ChainedFunding[];
}

/**
 * Onboards a client, then moves its money, in the order given; each movement is a workflow of its own under its own
 * lock. A movement that does not complete ends the chain, because the next ones may depend on it. Nothing waits for the
 * last movement, so this workflow ends once that one is under way (docs/adr/0006).
 *
 * Its id must be `onboarding/<provider>/<partnerClientId>`, the same lock as of an onboarding alone.
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST or CAPABILITY_MISSING if the request is wrong; nothing was sent
 */
export async function onboardAndFund(
  request: OnboardAndFundRequest,
  carried?: CarriedChain,
): Promise<OnboardAndFundResult> {
  const onboarding = new Onboarding(
    request,
    'onboard-and-fund',
    (state) => continueAsNew<typeof onboardAndFund>(request, state),
    carried,
  );
  const onboarded = await CancellationScope.nonCancellable(() => onboarding.run());
  if (onboarded.outcome !== 'ready') return { onboarding: onboarded, funding: [] };
  let funding = carried?.funding ?? [];
  const renew = (): Promise<never> =>
    continueAsNew<typeof onboardAndFund>(request, {
      turn: onboarding.turn,
      board: onboarding.board.record,
      funding,
    });
  for (const planned of request.funding.slice(funding.length)) {
    if (funding.some((chained) => !isCompleted(chained))) break;
    const isLast = funding.length === request.funding.length - 1;
    const chained = await fund(onboarding.client, planned, isLast, renew);
    funding = [...funding, chained];
  }
  return { onboarding: onboarded, funding };
}

function isCompleted({ outcome }: ChainedFunding): boolean {
  return outcome === 'completed' || outcome === 'marked-completed';
}

async function fund(
  client: ClientKey,
  planned: PlannedFunding,
  isLast: boolean,
  renew: () => Promise<never>,
): Promise<ChainedFunding> {
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
    if (CancellationScope.current().consideredCancelled) throw error;
    // If a movement is ended from outside, the chain ends too, but not the onboarding, which is done.
    if (error instanceof ChildWorkflowFailure) return { outcome: 'stopped', workflowId };
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // The intent has a workflow of its own already, which moves its money once: a chain that was ended may have begun it.
    return isLast ? { outcome: 'already-started', workflowId } : await follow(movement, workflowId, renew);
  }
}

/** Waits for the end of a movement that this run did not start. */
async function follow(
  movement: FundingRequest,
  workflowId: string,
  renew: () => Promise<never>,
): Promise<ChainedFunding> {
  const { provider, fundingId } = movement;
  for (let polls = 0; ; polls += 1) {
    const soFar = await reads.readFunding({ provider, fundingId });
    switch (soFar.is) {
      case 'ended':
        return isOf(movement, soFar.result.intent) ? soFar.result : { outcome: 'already-started', workflowId };
      case 'another':
        return { outcome: 'already-started', workflowId };
      case 'stopped':
        return { outcome: 'stopped', workflowId };
      case 'under-way':
        await sleep(Math.min(pollWaitMs(polls), LONGEST_FOLLOW_WAIT_MS));
        if (workflowInfo().continueAsNewSuggested) await renew();
    }
  }
}

/** Whether the workflow that has the id moves what this chain was to move. */
function isOf({ kind, partnerClientId, asset, amount }: FundingRequest, intent: Intent): boolean {
  return (
    kind === intent.kind &&
    partnerClientId === intent.partnerClientId &&
    asset === intent.asset &&
    sameAmount(amount, intent.amount)
  );
}
