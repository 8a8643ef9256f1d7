import { eventWorkflowId, type PartnerEvent } from '../contract/events';
import { deliveries } from './shared/activity-proxies';
import { requireObject } from './shared/failures';
import { requireLock } from './shared/lock';
import { textField } from './shared/unchecked';

/**
 * Sends the partner an event until the partner has taken it: at least once, always under the same id. After three days
 * without success the workflow fails, so that whoever looks for failed workflows sees it.
 *
 * @throws ApplicationFailure INVALID_REQUEST if its id is another than the event's
 */
export async function deliverEvent(event: PartnerEvent): Promise<void> {
  requireObject(event, 'event');
  requireObject(event.data, 'data');
  requireLock(eventWorkflowId(textField(event.data, 'provider'), textField(event, 'id')), "the event's own");
  await deliveries.deliverEvent(event);
}
