import { GangwayError, type GangwayErrorCode } from '../gangway-error';
import type { Started } from '../flow/start';
import { failedUnforeseen } from '../unforeseen';
import { MAX_EVENT_BYTES, type DeadReason, type EventSource, type SourcedEvent } from './event-source';
import { readEvent } from './read-event';

/** What became of a delivery. */
export type Outcome =
  | {
      readonly did: 'accepted';
      readonly at: string;
      readonly workflowId: string;
      readonly started: Started<unknown>['started'];
    }
  | { readonly did: 'put-back'; readonly at: string; readonly code: string; readonly afterMs: number }
  | { readonly did: 'put-aside'; readonly at: string; readonly reason: DeadReason };

export interface ConsumeOptions {
  /** Starts what an event asks for; harmless when repeated. Throws GangwayError. */
  readonly start: (event: unknown) => Promise<Pick<Started<unknown>, 'workflowId' | 'started'>>;
  /** Events under way at once. */
  readonly concurrency: number;
  readonly stop: AbortSignal;
  readonly tell: (outcome: Outcome) => void;
}

/**
 * How often an event is tried that fails for an unforeseen reason: often enough for a passing fault, and not for ever,
 * so that no event holds up the others or comes back without end.
 */
const UNFORESEEN_TRIES = 3;

/**
 * Takes events from a source until it has no more, or until `stop`; what is under way then is finished first. An event
 * is accepted only once Temporal has stored what it asks for.
 *
 * What is unforeseen in one event puts aside that event, and no other.
 *
 * @throws what the source throws; every event that was not accepted is then delivered again
 */
export async function consumeEvents(source: EventSource, options: ConsumeOptions): Promise<void> {
  const { concurrency, stop } = options;
  const broken = new AbortController();
  const failures: unknown[] = [];
  const underWay = new Set<Promise<void>>();
  for await (const event of source.events(AbortSignal.any([stop, broken.signal]))) {
    const handling = take(event, options)
      .catch((error: unknown) => {
        failures.push(error);
        broken.abort();
      })
      .finally(() => underWay.delete(handling));
    underWay.add(handling);
    if (underWay.size >= concurrency) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

async function take(event: SourcedEvent, { start, tell }: ConsumeOptions): Promise<void> {
  const { at } = event;
  const taken = await tryToStart(event, start);
  if ('workflowId' in taken) {
    await event.accepted();
    tell({ did: 'accepted', at, ...taken });
  } else if (mayComeAgain(taken.code, event.delivery)) {
    const afterMs = pauseMs(event.delivery);
    await event.putBack(afterMs);
    tell({ did: 'put-back', at, code: taken.code, afterMs });
  } else {
    await event.putAside(taken);
    tell({ did: 'put-aside', at, reason: taken });
  }
}

async function tryToStart(
  { bytes }: SourcedEvent,
  start: ConsumeOptions['start'],
): Promise<Pick<Started<unknown>, 'workflowId' | 'started'> | DeadReason> {
  if (bytes.length > MAX_EVENT_BYTES) return TOO_LARGE;
  try {
    const { workflowId, started } = await start(readEvent(bytes));
    return { workflowId, started };
  } catch (error) {
    if (!(error instanceof GangwayError)) return unforeseen(error);
    const { code, message, fields } = error;
    return { code, message, fields };
  }
}

const UNFORESEEN = 'FAILED';

function unforeseen(error: unknown): DeadReason {
  return {
    code: UNFORESEEN,
    message: `It ${failedUnforeseen(error)}. Whether it was started is not known; the same again is harmless.`,
    fields: [],
  };
}

const TOO_LARGE: DeadReason = {
  code: 'TOO_LARGE',
  message: `The event has more than ${MAX_EVENT_BYTES} bytes.`,
  fields: [],
};

/**
 * Failures that say nothing about the event: Temporal is away, or a key, and comes back. Any other failure stays the same however
 * often it is tried.
 */
const PASSING: readonly GangwayErrorCode[] = ['TEMPORAL_UNREACHABLE', 'NO_WORKER', 'KEYS_UNAVAILABLE'];

function mayComeAgain(code: string, delivery: number): boolean {
  if (code === UNFORESEEN) return delivery < UNFORESEEN_TRIES;
  return PASSING.some((each) => each === code);
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

function pauseMs(delivery: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(delivery - 1, 10));
}
