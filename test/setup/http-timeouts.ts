/** How long a connector waits for an answer, in milliseconds: longer than any that comes takes on a busy machine. */
export const HTTP_TIMEOUT_MS = 5_000;

/** How long an answer takes that nobody waits for. */
export const STALLED_MS = 12_500;
