import {
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { FUNDING_ID, PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../../contract/search-attributes';
import type * as activities from './activities';

/** As many as `onboardAndFund` makes calls: create, two documents, verify, check, deposit, balance. */
const STEPS = 7;

/**
 * With Temporal's own retries: a development server that does not record a start within a second loses that attempt.
 */
const { step } = proxyActivities<typeof activities>({ startToCloseTimeout: '30s' });
const { step: look } = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '30s' });

/** What Temporal itself takes: activities that do nothing, one after another. */
export async function plain(): Promise<number> {
  let done = 0;
  while (done < STEPS) done = (await step({ n: done + 1 })).n;
  return done;
}

/** The same workflows, activities, local activities and search attributes as of `onboardAndFund`, with nothing in them. */
export async function skeleton(): Promise<void> {
  await look({ n: 1 });
  await step({ n: 2 });
  await Promise.all([step({ n: 3 }), step({ n: 4 })]);
  await look({ n: 5 });
  upsertSearchAttributes([{ key: STAGE, value: 'ready' }]);
  const { workflowId } = workflowInfo();
  await startChild(skeletonMovement, {
    workflowId: `${workflowId}/movement`,
    parentClosePolicy: ParentClosePolicy.ABANDON,
    typedSearchAttributes: [
      { key: PROVIDER, value: 'none' },
      { key: PARTNER_CLIENT_ID, value: workflowId },
      { key: FUNDING_ID, value: workflowId },
      { key: STAGE, value: 'started' },
    ],
  });
}

/** As of the deposit. */
export async function skeletonMovement(): Promise<void> {
  await look({ n: 6 });
  await step({ n: 7 });
  await look({ n: 8 });
  upsertSearchAttributes([{ key: STAGE, value: 'completed' }]);
}
