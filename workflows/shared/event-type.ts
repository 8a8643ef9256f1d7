import type { EventType } from '../../contract/events';
import type { FlowStage } from './next-words';

/** What the partner is told of an intent, or of a client, that comes to a stage. */
interface News {
  readonly ofIntent?: EventType;
  readonly ofClient?: EventType;
}

const NO_NEWS: News = {};
const WAITS: News = { ofIntent: 'intent.parked', ofClient: 'client.parked' };
const ENDED: News = { ofIntent: 'intent.ended', ofClient: 'client.ended' };

/** A stage that only one of them comes to is news of that one, whoever comes to it. */
const NEWS: Readonly<Record<FlowStage, News>> = {
  started: NO_NEWS,
  'awaiting-approval': WAITS,
  submitting: NO_NEWS,
  'looking-up': NO_NEWS,
  settling: NO_NEWS,
  creating: NO_NEWS,
  uploading: NO_NEWS,
  verifying: NO_NEWS,
  'opening-account': NO_NEWS,
  'awaiting-money': NO_NEWS,
  parked: WAITS,
  ready: { ofIntent: 'client.ready', ofClient: 'client.ready' },
  completed: { ofIntent: 'intent.settled', ofClient: 'intent.settled' },
  abandoned: ENDED,
  cancelled: ENDED,
};

/** What the partner is told when a flow comes to a stage; undefined when that is no news. */
export function eventTypeOf(stage: FlowStage, isIntent: boolean): EventType | undefined {
  const { ofIntent, ofClient } = NEWS[stage];
  return isIntent ? ofIntent : ofClient;
}
