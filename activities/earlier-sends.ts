import { fundingIdOf, sendNumber } from '../contract/refs';
import type { KnownEntries } from '../contract/send-log';
import { askBook } from './ask-book';
import type { ActivityDeps } from './deps';
import { findInOtherRuns } from './other-runs';
import { bookBehind } from './refusal';

/**
 * The activity ids (contract/refs.ts) of sends that `pays` beside this activity's, which other runs of this workflow scheduled
 * and this run's own history does not tell. One that was scheduled counts, begun or not: the worker that had it may be about
 * to send it.
 *
 * @param withinMs the time it has, in milliseconds
 * @throws if Temporal does not answer in time: nothing is known then, and nothing may be sent
 */
export async function sendsOfOtherRuns(
  pays: (activityId: string) => boolean,
  withinMs: number,
): Promise<readonly string[]> {
  const ids = new Set<string>();
  await findInOtherRuns(({ scheduled: { activityId } }) => {
    if (activityId != null && pays(activityId)) ids.add(activityId);
    return false;
  }, withinMs);
  return [...ids];
}

/** The ref whose sends are looked at. */
interface OfRef extends KnownEntries {
  readonly provider: string;
  readonly ref: string;
}

/**
 * Whether one of these sends of a ref may have been applied. Each is fenced: one that has not begun never leaves, and one that
 * was certainly refused has left nothing.
 *
 * @throws Refusal BOOK_UNAVAILABLE or BOOK_BEHIND: nothing is known then, and nothing may be sent
 */
export async function mayHaveBeenApplied(
  { sends: { log } }: ActivityDeps,
  { provider, ref, ...known }: OfRef,
  activityIds: readonly string[],
): Promise<boolean> {
  for (const activityId of activityIds) {
    const attempt = { provider, fundingId: fundingIdOf(ref), ref, number: sendNumber(activityId), ...known };
    const fence = await askBook(() => log.fence(attempt));
    if (fence.is === 'behind') throw bookBehind();
    if (fence.is === 'begun' && fence.attempt.state !== 'not-applied') return true;
  }
  return false;
}
