import { BookUnavailable } from '../contract/send-log';

/**
 * Does work with the book. Whatever goes wrong in it, nothing is known of it but that: it is told in closed words, because
 * what a database says may quote what it was told.
 *
 * @throws BookUnavailable
 */
export async function unavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new BookUnavailable(whyOf(error));
  }
}

function whyOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return 'the book did not answer in time, or the connection to it broke';
  return /^[0-9A-Z]{5}$/.test(code) ? `the book refused with SQLSTATE ${code}` : `the book cannot be reached (${code})`;
}
