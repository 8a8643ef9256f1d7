/** The longest pause taken over from a provider: an hour. A longer one is a mistake, and would stall a client for it. */
export const LONGEST_PAUSE_MS = 3_600_000;

const SECONDS = /^\d{1,10}$/;

/**
 * Reads a Retry-After header (RFC 9110 section 10.2.3): seconds, or an HTTP date.
 *
 * @param nowMs the time now, for dates
 * @returns milliseconds to wait, from 0 to LONGEST_PAUSE_MS; undefined if the header is absent or unreadable
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = SECONDS.test(text) ? Number(text) * 1000 : httpDate(text) - nowMs;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_PAUSE_MS);
}

/** Milliseconds since 1970, or NaN. Every HTTP date begins with the name of a day. */
export function httpDate(text: string): number {
  return /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
}
