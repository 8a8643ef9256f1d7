import { cancellationSignal } from '@temporalio/activity';
import type { RanRow, RunRowArgument } from '../contract/batch';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../contract/timeouts';
import type { ActivityDeps } from './deps';
import { capabilityMissingHere } from './refusal';

/** How long a row is watched in one attempt: most flows end or park well within it. */
const WATCH_MS = ACTIVITY_ATTEMPT_TIMEOUT_MS / 2;

/**
 * Begins a row's flow under that flow's own lock, or finds it begun, and watches it for a moment. May be repeated.
 *
 * @throws Refusal CAPABILITY_MISSING where this worker runs no batches
 */
export function runBatchRow({ flows }: ActivityDeps) {
  return async ({ row }: RunRowArgument): Promise<RanRow> => {
    if (flows === undefined) throw capabilityMissingHere('batches');
    return await flows.run(row, AbortSignal.any([cancellationSignal(), AbortSignal.timeout(WATCH_MS)]));
  };
}
