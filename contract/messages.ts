import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { DecisionName, DecisionRequests } from './decisions';
import type { FundingProgress } from './funding';
import type { AddRowsRequest, BatchProgress, PauseRequest, RowResult, RowsWanted } from './batch';
import { PROVIDER_HAS_NEWS } from './callbacks';
import type { DiscrepancyProgress } from './discrepancies';
import type { OnboardingProgress } from './onboarding';
import { FLOW_WAITS, type WaitingFlow, type WatchProgress } from './provider-watch';
import type { ReceivingProgress } from './receiving';
import type { DiscrepancyDecision } from './reconciliation';
import type { UpdateDefinition } from './temporal';

/** Every message a running workflow takes. Names are what operations people see and type in the Temporal UI. */

/** Where a funding stands. */
export const fundingProgress = defineQuery<FundingProgress>('progress');
/** Where an onboarding stands. */
export const onboardingProgress = defineQuery<OnboardingProgress>('progress');

/** Where an expected deposit stands. */
export const receivingProgress = defineQuery<ReceivingProgress>('progress');

/** What people decide (contract/decisions.ts), as the updates that carry it. Each is answered with the workflow's sentence. */
export const DECISION_UPDATES: {
  readonly [Name in DecisionName]: UpdateDefinition<string, [DecisionRequests[Name]], Name>;
} = {
  resolve: defineUpdate('resolve'),
  approve: defineUpdate('approve'),
  reject: defineUpdate('reject'),
  amend: defineUpdate('amend'),
  supplyInformation: defineUpdate('supplyInformation'),
  cancel: defineUpdate('cancel'),
};

/** What a provider's news may name: where to look, never what is there. */
export interface NewsHint {
  readonly orderId?: string;
}

/** A hint that the provider has news: the workflow reads the provider again. Never the truth itself. */
export const providerHasNews = defineSignal<[hint?: NewsHint]>(PROVIDER_HAS_NEWS);

/** A flow waits until the provider answers again. */
export const flowWaits = defineSignal<[waiting: WaitingFlow]>(FLOW_WAITS);
/** Where the watch of a provider stands. */
export const watchProgress = defineQuery<WatchProgress>('progress');

/** Where a batch stands. */
export const batchProgress = defineQuery<BatchProgress>('progress');
/** What came of the rows that settled in the run that is asked. */
export const batchResults = defineQuery<readonly RowResult[]>('results');
/** Hands rows over to a batch. Harmless when repeated: it takes what it has not, and says what it wants next. */
export const addRows = defineUpdate<RowsWanted, [AddRowsRequest]>('addRows');
/** Begins no further row of a batch until it is resumed. */
export const pauseBatch = defineUpdate<string, [PauseRequest]>('pause');
export const resumeBatch = defineUpdate<string, [PauseRequest]>('resume');

/** Where the question about a discrepancy stands; nothing while the book is being asked. */
export const discrepancyProgress = defineQuery<DiscrepancyProgress | undefined>('progress');
/** Answers it: who, why and where the proof is. */
export const settleDiscrepancy = defineUpdate<string, [DiscrepancyDecision]>('settle');
/** A run has found that it is gone: the book is read again. */
export const discrepancyChanged = defineSignal('discrepancyChanged');

/** The workflow type that starts many of those. It is no flow itself: it holds no client's and no intent's lock. */
export const BATCH_WORKFLOW_TYPE = 'runBatch';
