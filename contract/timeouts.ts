/**
 * How long one attempt of an activity may take, in milliseconds. A provider's HTTP timeout must be shorter and a
 * worker's shutdown grace longer, so that the attempt that sent the request can report the answer.
 */
export const ACTIVITY_ATTEMPT_TIMEOUT_MS = 30_000;

/**
 * How long a submit may look for its ref before it sends, in milliseconds. The send follows in the same attempt, so both
 * must fit into it.
 */
export const LOOK_BEFORE_SEND_MS = 5_000;

/** How long the book may take before a send, in milliseconds: it follows the look for the ref, and must fit too. */
export const SEND_LOG_MS = 3_000;
