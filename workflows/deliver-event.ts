import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { eventWorkflowId, type PartnerEvent } from '../contract/events';
import { putsEventsAside } from './patches';
import { deliveries, records } from './shared/activity-proxies';
import { requireObject } from './shared/failures';
import { requireLock } from './shared/lock';
import { textField } from './shared/unchecked';

/**
 * Sends the partner an event until the partner has taken it: at least once, always under the same id. After three days
 * without success, or if it is cancelled, it is put aside, and the workflow fails, so that whoever looks for failed workflows sees it.
 *
 * @throws ApplicationFailure INVALID_REQUEST if its id is another than the event's
 */
export async function deliverEvent(event: PartnerEvent): Promise<void> {
  requireObject(event, 'event');
  requireObject(event.data, 'data');
  requireLock(eventWorkflowId(textField(event.data, 'provider'), textField(event, 'id')), "the event's own");
  try {
    await deliveries.deliverEvent(event);
  } catch (error) {
    if (putsEventsAside()) {
      const reason = isCancellation(error) ? CANCELLED : NOT_TAKEN;
      await CancellationScope.nonCancellable(() => records.putEventAside({ id: event.id, reason }));
    }
    throw error;
  }
}

const CANCELLED = 'its delivery was cancelled';
const NOT_TAKEN = 'the partner did not take it for as long as an event is told';
