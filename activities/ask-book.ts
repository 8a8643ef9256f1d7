import { BookUnavailable } from '../contract/send-log';
import { SEND_LOG_MS } from '../contract/timeouts';
import { ProviderError } from '../providers/provider-error';
import { bookUnavailable, Refusal } from './refusal';

/** The pause before the book is asked again that did not answer, or whose answer was lost. */
const AGAIN_AFTER_MS = 200;

/**
 * Asks the book, again and again, for as long as an activity has for it. What it is asked must be harmless when repeated.
 *
 * @throws Refusal BOOK_UNAVAILABLE, retryable
 */
export async function askBook<Result>(ask: () => Promise<Result>): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), SEND_LOG_MS);
  const isLate = new Promise<never>((_, refuse) => {
    late.signal.addEventListener('abort', () => refuse(new BookUnavailable('the book did not answer in time')));
  });
  try {
    return await Promise.race([askAgain(ask, late.signal), isLate]);
  } catch (error) {
    throw error instanceof BookUnavailable ? bookUnavailable() : error;
  } finally {
    clearTimeout(timer);
  }
}

async function askAgain<Result>(ask: () => Promise<Result>, late: AbortSignal): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof BookUnavailable) || (await isOver(late))) throw error;
    }
  }
}

/** Lets a moment pass. Whether the time is over then. */
async function isOver(late: AbortSignal): Promise<boolean> {
  await new Promise((settle) => setTimeout(settle, AGAIN_AFTER_MS));
  return late.aborted;
}

/** Tells what an activity failed with, and what the book has of the intent, so that the workflow knows it. */
export function withEntries(error: unknown, entries: number): unknown {
  if (error instanceof ProviderError || error instanceof Refusal) error.entries = entries;
  return error;
}
