import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CancelRequest, FundingProgress, InformationRequest, ResolveRequest } from './funding';
import type { ApprovalRequest } from './approval';
import type { AddRowsRequest, BatchProgress, PauseRequest, RowResult, RowsWanted } from './batch';
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
/** Approves a movement that waits for it. Refused for who asked for it, for who approved it already, and when too late. */
export const approve = defineUpdate<string, [ApprovalRequest]>('approve');
/** Ends a movement that waits for approval; nothing moves. */
export const reject = defineUpdate<string, [ApprovalRequest]>('reject');
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

/** Where a batch stands. */
export const batchProgress = defineQuery<BatchProgress>('progress');
/** What came of the rows that settled in the run that is asked. */
export const batchResults = defineQuery<readonly RowResult[]>('results');
/** Hands rows over to a batch. Harmless when repeated: it takes what it has not, and says what it wants next. */
export const addRows = defineUpdate<RowsWanted, [AddRowsRequest]>('addRows');
/** Begins no further row of a batch until it is resumed. */
export const pauseBatch = defineUpdate<string, [PauseRequest]>('pause');
export const resumeBatch = defineUpdate<string, [PauseRequest]>('resume');

/** The workflow type that starts many of those. It is no flow itself: it holds no client's and no intent's lock. */
export const BATCH_WORKFLOW_TYPE = 'runBatch';
