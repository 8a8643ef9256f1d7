import type { PayloadCodec } from '@temporalio/common';
import { PayloadRefused } from '../contract/payload-refusals';
import { RECONCILIATION_DUE } from '../contract/reconciliation';

/**
 * The one place that knows how the SDK says to which workflow a payload belongs: its serialization context, which is
 * experimental in 1.24 and may change.
 */
type SerializationContext = Parameters<PayloadCodec['encode']>[1];

/** The workflow that a payload is a part of. */
export interface Home {
  readonly namespace: string;
  readonly workflowId: string;
}

/** @throws PayloadRefused PAYLOAD_HOMELESS if the SDK does not say */
export function homeOf(context: SerializationContext): Home {
  if (context?.workflowId === undefined || context.workflowId === '') {
    throw new PayloadRefused('PAYLOAD_HOMELESS', 'The SDK does not say to which workflow a payload belongs.');
  }
  return { namespace: context.namespace, workflowId: withoutTime(context.workflowId) };
}

/** To the id that a schedule names Temporal adds the time of each run: what the schedule hands over belongs to them all. */
const SCHEDULED = new RegExp(`^(${RECONCILIATION_DUE}/[^/]+)-\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$`);

function withoutTime(workflowId: string): string {
  return SCHEDULED.exec(workflowId)?.[1] ?? workflowId;
}
