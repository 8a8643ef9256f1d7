import { cancellationSignal } from '@temporalio/activity';
import type { PartnerEvent } from '../contract/events';
import type { ActivityDeps } from './deps';
import { Refusal } from './refusal';

/**
 * Hands an event to the partner, once. May be repeated: the partner knows an event by its id.
 *
 * @throws Refusal UNREACHABLE if the partner did not take it, or if this worker was told no address
 */
export function deliverEvent({ events }: ActivityDeps) {
  return async (event: PartnerEvent): Promise<void> => {
    if (events === undefined) throw notTaken('this worker is told no address for events');
    const problem = await events.send(event, cancellationSignal());
    if (problem !== undefined) throw notTaken(problem);
  };
}

function notTaken(why: string): Refusal {
  return new Refusal('UNREACHABLE', why, []);
}
