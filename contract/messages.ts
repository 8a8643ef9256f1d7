import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CancelRequest, FundingProgress, InformationRequest, ResolveRequest } from './funding';
import type { AmendRequest, OnboardingProgress } from './onboarding';
import type { ReceivingProgress } from './receiving';

/** Every message a running workflow takes. Names are what operations people see and type in the Temporal UI. */

/** Where a funding stands. */
export const fundingProgress = defineQuery<FundingProgress>('progress');
/** Where an onboarding stands. */
export const onboardingProgress = defineQuery<OnboardingProgress>('progress');

/** Where an expected deposit stands. */
export const receivingProgress = defineQuery<ReceivingProgress>('progress');

/** A person's answer to a parked workflow. Refused where nothing is parked, or where it could pay twice. */
export const resolve = defineUpdate<string, [ResolveRequest]>('resolve');
/** New data for a parked onboarding. Refused for fields that cannot change any more. */
export const amend = defineUpdate<string, [AmendRequest]>('amend');
/** What the provider asked for about an order under way; sent to it, then the order is read again. */
export const supplyInformation = defineUpdate<string, [InformationRequest]>('supplyInformation');
/** Ends a workflow that has not begun to write, or that is parked with nothing in doubt. Refused otherwise. */
export const cancel = defineUpdate<string, [CancelRequest]>('cancel');

/** What a provider's news may name: where to look, never what is there. */
export interface NewsHint {
  readonly orderId?: string;
}

/** A hint that the provider has news: the workflow reads the provider again. Never the truth itself. */
export const providerHasNews = defineSignal<[hint?: NewsHint]>('providerHasNews');

/** The workflow types, by name, so that a client needs no workflow code. */
export const WORKFLOW_TYPES = {
  onboardClient: 'onboardClient',
  fundAccount: 'fundAccount',
  onboardAndFund: 'onboardAndFund',
  receiveDeposit: 'receiveDeposit',
  claimDeposit: 'claimDeposit',
} as const;
