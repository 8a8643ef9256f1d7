/**
 * How long one attempt of an activity may take, in milliseconds. A provider's HTTP timeout must be shorter and a
 * worker's shutdown grace longer, so that the attempt that asked is there to report the answer.
 */
export const ACTIVITY_ATTEMPT_TIMEOUT_MS = 30_000;

/**
 * How long a submit may look for its ref before it sends, in milliseconds. The send follows in the same attempt, so both
 * must fit into it.
 */
export const LOOK_BEFORE_SEND_MS = 5_000;
