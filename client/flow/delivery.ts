import { DELIVERY_WORKFLOW_TYPE, eventWorkflowId, type PartnerEvent } from '../../contract/events';
import { providerTaskQueue } from '../../contract/task-queues';
import { fromTemporal } from './from-temporal';
import type { TemporalAccess } from './temporal-access';

/**
 * Begins the delivery of an event, or finds it under way. What the partner has taken is not sent again.
 *
 * @throws GangwayError TEMPORAL_UNREACHABLE
 */
export async function beginDelivery({ client }: TemporalAccess, event: PartnerEvent): Promise<void> {
  const workflowId = eventWorkflowId(event.data.provider, event.id);
  try {
    await client.workflow.start<(event: PartnerEvent) => Promise<void>>(DELIVERY_WORKFLOW_TYPE, {
      workflowId,
      taskQueue: providerTaskQueue(event.data.provider),
      args: [event],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Tell the partner: ${event.type}`,
    });
  } catch (error) {
    throw fromTemporal(error, workflowId);
  }
}
