import type { FailureDetails } from '../../contract/errors';
import type { ParkReason } from '../../contract/progress';

/** The turns of every flow: what a rule may ask for, and what it is told, that is the same in all of them. */

/** What a rule knows, and what it asks for next. */
export interface Turn<State, Move> {
  readonly state: State;
  readonly move: Move;
}

/** A call, or whatever else only this flow does. It is waited for first. */
export interface Call {
  readonly do: string;
  readonly afterMs?: number;
}

/** A person is asked; the flow looks again by itself after a while, if that can help. */
export interface Park {
  readonly do: 'park';
  readonly reason: ParkReason;
  readonly failure?: FailureDetails;
  readonly recheckAfterMs?: number;
}

/** The request itself is wrong: nothing was sent and nothing can be mended. */
export interface Refuse {
  readonly do: 'refuse';
  readonly failure: FailureDetails;
}

export interface Finish {
  readonly do: 'finish';
  readonly outcome: string;
}

/** What ends or holds up every flow alike. */
export type Common<Ending extends Finish> = Park | Refuse | Ending;

/** Anything that was seen. */
export interface Seen {
  readonly saw: string;
  readonly failure?: FailureDetails;
}

/** What was seen in every flow alike. */
export interface Cancelled extends Seen {
  readonly saw: 'cancelled';
}
