import type { Order } from '../contract/funding';
import { fundingIdOf } from '../contract/refs';
import type { AttemptKey, Fence, KnownEntries } from '../contract/send-log';
import type { FetchedOrders, ForTheBook } from './arguments';
import { askBook } from './ask-book';
import type { ActivityDeps } from './deps';

/** The ref that is looked up, and of which send it is not known whether it began. */
interface LookUp extends ForTheBook {
  readonly provider: string;
  readonly ref: string;
}

/**
 * Looks an order up, between two words with the book: before, a send that may not have begun is given up, so that it never
 * leaves if it has not; after, what is new of the intent's own orders is kept. A book that does not answer keeps nobody from
 * reading the provider: it is asked again with the next look.
 */
export async function lookedUpInBook(
  { sends: { log } }: ActivityDeps,
  { provider, ref, fence: number, ownOrderIds = [], entries }: LookUp,
  lookUp: () => Promise<FetchedOrders>,
): Promise<FetchedOrders> {
  const intent = { provider, fundingId: fundingIdOf(ref) };
  const attempt: Omit<AttemptKey, 'number'> = { ...intent, ref, ...known(entries) };
  const fenced: Fence | undefined =
    number === undefined ? undefined : await answered(() => log.fence({ ...attempt, number }));
  const found = await lookUp();
  const readAt = new Date().toISOString();
  let newest = fenced === undefined || fenced.is === 'behind' ? entries : fenced.entries;
  for (const order of found.orders.filter(isOf(ownOrderIds))) {
    const seen = await answered(() => log.see({ ...intent, ...known(newest) }, order, readAt));
    if (seen !== undefined && seen.is !== 'behind') newest = seen.entries;
  }
  return { ...found, ...(fenced === undefined ? {} : { fence: fenced.is }), ...known(newest) };
}

function isOf(ids: readonly string[]): (order: Order) => boolean {
  return ({ orderId }) => ids.includes(orderId);
}

function known(entries: number | undefined): KnownEntries {
  return entries === undefined ? {} : { entries };
}

async function answered<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  return await askBook(ask).catch(() => undefined);
}
