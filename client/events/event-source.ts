import type { FieldProblem } from '../../contract/errors';

/** The largest event that is looked at: no application and no movement is larger. */
export const MAX_EVENT_BYTES = 262_144;

/** Why an event can never be taken. Holds nothing of the event itself. */
export interface DeadReason {
  readonly code: string;
  readonly message: string;
  /** The wrong fields, by their dotted paths. */
  readonly fields: readonly FieldProblem[];
}

/** An event as a source delivers it. Exactly one of its three ends is called, once. */
export interface SourcedEvent {
  /** Where the source has it, for people: `line 7`, `message 12`. */
  readonly at: string;
  /** As it came; beyond {@link MAX_EVENT_BYTES} it may be cut off. */
  readonly bytes: Buffer;
  /** 1 for the first delivery, more for each that followed. */
  readonly delivery: number;
  /** It was taken: it is not delivered again. */
  accepted(): Promise<void>;
  /** It could not be taken now: it is delivered again, after `afterMs` at the earliest. */
  putBack(afterMs: number): Promise<void>;
  /** It can never be taken: it is kept aside with the reason, and then not delivered again. */
  putAside(reason: DeadReason): Promise<void>;
}

/** Where events come from. Each is delivered until it was accepted or put aside: more than once rather than never. */
export interface EventSource {
  /** The events, until there are no more, or until `stop`: those that were delivered by then must still be ended. */
  events(stop: AbortSignal): AsyncIterable<SourcedEvent>;
  close(): Promise<void>;
}

/** A source that cannot be read, or does not do what it was asked. The message is for whoever runs the consumer. */
export class EventSourceError extends Error {
  override readonly name = 'EventSourceError';

  constructor(
    readonly code: 'QUEUE_UNREACHABLE' | 'QUEUE_REFUSES' | 'BAD_SETTINGS',
    message: string,
  ) {
    super(message);
  }
}
