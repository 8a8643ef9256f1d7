import type { EventType } from '../../contract/events';
import type { FlowStage } from './next-words';

/** What the partner is told where a flow comes to a stage; undefined where that is no news. */
export function eventTypeOf(stage: FlowStage, isIntent: boolean): EventType | undefined {
  switch (stage) {
    case 'ready':
      return 'client.ready';
    case 'completed':
      return 'intent.settled';
    case 'parked':
    case 'awaiting-approval':
      return isIntent ? 'intent.parked' : 'client.parked';
    case 'abandoned':
    case 'cancelled':
      return isIntent ? 'intent.ended' : 'client.ended';
    case 'started':
    case 'submitting':
    case 'looking-up':
    case 'settling':
    case 'creating':
    case 'uploading':
    case 'verifying':
    case 'opening-account':
    case 'awaiting-money':
      return undefined;
  }
}
