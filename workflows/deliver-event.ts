import { eventWorkflowId, type PartnerEvent } from '../contract/events';
import { deliveries } from './shared/activity-proxies';
import { requireObject } from './shared/failures';
import { requireLock } from './shared/lock';
import { textField } from './shared/unchecked';

/**
 * Tells the partner of an event, until it has taken it: at least once, always under the same id. Where it does not
 * for three days, this fails, in sight of whoever looks for failed workflows.
 *
 * @throws ApplicationFailure INVALID_REQUEST where its id is another than the event's
 */
export async function deliverEvent(event: PartnerEvent): Promise<void> {
  requireObject(event, 'event');
  requireObject(event.data, 'data');
  requireLock(eventWorkflowId(textField(event.data, 'provider'), textField(event, 'id')), "the event's own");
  await deliveries.deliverEvent(event);
}
