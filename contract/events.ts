import type { ParkReason } from './progress';

/**
 * What a partner is told, if it gave an address for that. An event names what happened and to whom, by opaque ids; the
 * partner reads the rest over the API.
 */
export type EventType =
  /** Verified and active, documents on file. */
  | 'client.ready'
  | 'client.parked'
  /** Abandoned or cancelled. */
  | 'client.ended'
  /** The money moved, by the provider's word or a person's. */
  | 'intent.settled'
  | 'intent.parked'
  | 'intent.ended';

/** The one argument of `deliverEvent`. */
export interface PartnerEvent {
  /** The same in all deliveries: whoever gets an event twice knows it by this. */
  readonly id: string;
  readonly type: EventType;
  /** When it happened. UTC ISO time. */
  readonly timestamp: string;
  readonly data: EventData;
}

export interface EventData {
  readonly provider: string;
  readonly partnerClientId: string;
  /** Of an intent. */
  readonly fundingId?: string;
  readonly stage: string;
  /** Why it is parked. */
  readonly reason?: ParkReason;
}

/** The workflow type of a delivery. */
export const DELIVERY_WORKFLOW_TYPE = 'deliverEvent';

export function eventWorkflowId(provider: string, eventId: string): string {
  return `event/${provider}/${eventId}`;
}

/** Whether the partner is told of what happens: part of the answer of the check that a workflow begins with. */
export interface TellsPartner {
  /** Absent: no. */
  readonly tellsPartner?: boolean;
}
