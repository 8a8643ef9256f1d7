import type { PartnerEvent } from '../contract/events';
import { deliveries } from './activity-proxies';
import { requireObject } from './failures';

/**
 * Tells the partner of an event, until it has taken it: at least once, always under the same id. Where it does not
 * for three days, this fails, in sight of whoever looks for failed workflows.
 */
export async function deliverEvent(event: PartnerEvent): Promise<void> {
  requireObject(event, 'event');
  await deliveries.deliverEvent(event);
}
