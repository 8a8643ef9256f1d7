import type { EventType } from '../../contract/events';
import { FUNDING_STAGES } from '../../contract/funding';
import { ONBOARDING_STAGES } from '../../contract/onboarding';
import { RECEIVING_STAGES } from '../../contract/receiving';
import { eventTypeOf } from '../../workflows/shared/event-type';
import type { FlowStage } from '../../workflows/shared/next-words';

interface News {
  readonly ofIntent: EventType | undefined;
  readonly ofClient: EventType | undefined;
}

const NONE: News = { ofIntent: undefined, ofClient: undefined };
const WAITS: News = { ofIntent: 'intent.parked', ofClient: 'client.parked' };
const ENDED: News = { ofIntent: 'intent.ended', ofClient: 'client.ended' };

/** Of every stage, what the partner is told: a new stage does not compile before it is said here. */
const NEWS: Record<FlowStage, News> = {
  started: NONE,
  'awaiting-approval': WAITS,
  submitting: NONE,
  'looking-up': NONE,
  settling: NONE,
  creating: NONE,
  uploading: NONE,
  verifying: NONE,
  'opening-account': NONE,
  'awaiting-money': NONE,
  parked: WAITS,
  ready: { ofIntent: 'client.ready', ofClient: 'client.ready' },
  completed: { ofIntent: 'intent.settled', ofClient: 'intent.settled' },
  abandoned: ENDED,
  cancelled: ENDED,
};

const STAGES: readonly FlowStage[] = [...FUNDING_STAGES, ...ONBOARDING_STAGES, ...RECEIVING_STAGES];

test('a stage is news of an intent or of a client, or none', () => {
  const told = Object.fromEntries(
    STAGES.map((stage) => [stage, { ofIntent: eventTypeOf(stage, true), ofClient: eventTypeOf(stage, false) }]),
  );

  expect(told).toEqual(NEWS);
});
