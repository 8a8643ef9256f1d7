/**
 * Callbacks that a provider sends. The receiver keeps the raw bytes, has them verified here, remembers what it has
 * seen, and tells the workflows that there is news. What a callback says is never believed: it only makes a workflow
 * read the provider sooner.
 */

/** A callback as it came in. */
export interface CallbackRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Exactly what was sent: signatures are over bytes, not over what they mean. */
  readonly rawBody: Buffer;
  /** The part of the path after the provider's route, if a callback address carries a token of its own. */
  readonly pathToken?: string;
  readonly receivedAtMs: number;
}

/** Whom a callback may concern. Any part may be absent, wrong, or of another: it only says what to read again. */
export interface CallbackHint {
  /** The ref of an attempt, as far as the callback shows it (contract/refs.ts). */
  readonly ref?: string;
  readonly orderId?: string;
  readonly partnerClientId?: string;
  readonly providerClientId?: string;
}

export type CallbackVerdict =
  | {
      readonly ok: true;
      /** Unique for an event, the same in all its deliveries: an event that was handled before is only answered. */
      readonly eventId?: string;
      /** Unique for a delivery: a second one is a replay, and refused. */
      readonly nonce?: string;
      readonly hints: readonly CallbackHint[];
    }
  /** `problem` is made of closed words: nothing of the request is in it. */
  | { readonly ok: false; readonly status: 400 | 401 | 413; readonly problem: string };

export interface CallbackReceiver {
  /** Verifies in constant time, over the raw bytes, freshness included, before anything is read. Never throws. */
  verify(request: CallbackRequest): CallbackVerdict;
}
