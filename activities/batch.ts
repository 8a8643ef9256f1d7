import { cancellationSignal } from '@temporalio/activity';
import type { RanRow, RunRowArgument } from '../contract/batch';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../contract/timeouts';
import type { ActivityDeps } from './deps';
import { recordRow } from './records';
import { capabilityMissingHere } from './refusal';

/** How long a row is watched in one attempt: most flows end or park well within it. */
const WATCH_MS = ACTIVITY_ATTEMPT_TIMEOUT_MS / 2;

/**
 * Begins a row's flow under that flow's own lock, or finds it begun, and watches it for a moment. May be repeated.
 *
 * @throws Refusal CAPABILITY_MISSING if this worker runs no batches; BOOK_UNAVAILABLE: it is to be run again
 */
export function runBatchRow(deps: ActivityDeps) {
  const { flows } = deps;
  return async ({ row }: RunRowArgument): Promise<RanRow> => {
    if (flows === undefined) throw capabilityMissingHere('batches');
    const ran = await flows.run(row, AbortSignal.any([cancellationSignal(), AbortSignal.timeout(WATCH_MS)]));
    await recordRow(deps, row, ran);
    return ran;
  };
}
