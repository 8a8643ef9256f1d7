import type { EventData, EventType, PartnerEvent } from './events';

/** What a flow asks to be told: before it is told, it is in the book. */
export interface News {
  /** The workflow id of the flow that it is about. */
  readonly subject: string;
  /** How many events the flow has told, with this one: a flow that was reset tells it under the same number. */
  readonly number: number;
  /**
   * Of a client: which of its applications it is about, by the first run of its flow. An intent is one for ever, so that its
   * events are the same whoever asks for it again.
   */
  readonly life?: string;
  readonly type: EventType;
  /** When it happened. UTC ISO time. */
  readonly timestamp: string;
  readonly data: EventData;
}

/** Why an event was given up: its delivery went on failing for as long as one is tried. */
export interface SetAside {
  readonly id: string;
  readonly reason: string;
}

/** The events that go out, in the book. Each call may be repeated. Only that the book cannot be reached is thrown. */
export interface Outbox {
  /** Writes it down, once: what was written before is answered as it was. */
  record(news: News, id: string): Promise<PartnerEvent>;
  /**
   * What is yet to be delivered of the same flow up to an event, in the order in which it was written; with the event itself
   * where that is. Undefined if the book does not know it.
   */
  toDeliver(id: string): Promise<readonly PartnerEvent[] | undefined>;
  /** The partner has taken it. */
  delivered(id: string): Promise<void>;
  /** It is not delivered any more, and no longer in the way of those after it. */
  putAside(event: SetAside): Promise<void>;
}
