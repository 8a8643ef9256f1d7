import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

/** As many as `onboardAndFund` makes calls: create, two documents, verify, check, deposit, balance. */
const STEPS = 7;

/**
 * With the attempts that Temporal makes by itself: a development server that has no time to record a start within a
 * second loses that attempt.
 */
const { step } = proxyActivities<typeof activities>({ startToCloseTimeout: '30s' });

/** What Temporal itself takes: activities that do nothing, one after another. */
export async function plain(): Promise<number> {
  let done = 0;
  while (done < STEPS) done = (await step({ n: done + 1 })).n;
  return done;
}
