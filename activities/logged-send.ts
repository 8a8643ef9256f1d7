import { randomUUID } from 'node:crypto';
import type { Intent, Order } from '../contract/funding';
import type { OrderRequest } from '../contract/order-requests';
import { fundingIdOf, sendNumber } from '../contract/refs';
import {
  type AttemptKey,
  type Begin,
  type KnownEntries,
  SENT_BY_ANOTHER_RUN,
  type SendLog,
  type Settlement,
} from '../contract/send-log';
import { ProviderError } from '../providers/provider-error';
import { askBook, withEntries } from './ask-book';
import { mayBeMadeElsewhere } from './before-sending';
import { bookBehind, endedInTheBook, idTaken, notSent, Refusal } from './refusal';

/** A send, as its activity knows it. */
export interface Send extends KnownEntries {
  readonly provider: string;
  readonly request: OrderRequest;
  /** The id of the activity that makes it, which tells how often the ref is sent (contract/refs.ts). */
  readonly activityId: string;
}

/** What the provider answered to a send, and how many entries the book has since. */
export interface LoggedSend {
  readonly order: Order;
  readonly entries: number;
}

/**
 * Sends once, and never without the book: the attempt is in it before the send leaves, and what came of it is after. What
 * the provider answered is told whether or not the book could be told too: it may have moved money.
 *
 * @throws Refusal BOOK_UNAVAILABLE, BOOK_BEHIND or ID_TAKEN, or UNREACHABLE if the intent has ended, with nothing sent;
 *   ProviderError OUTCOME_UNKNOWN if the book has the send already; and whatever `send` throws
 */
export async function sendLogged(
  { log, worker }: { readonly log: SendLog; readonly worker: string },
  { provider, request, activityId, entries: known }: Send,
  send: () => Promise<Order>,
): Promise<LoggedSend> {
  const { ref, terms: _terms, ...asked } = request;
  const intent: Intent = { provider, fundingId: fundingIdOf(ref), ...asked };
  const attempt: AttemptKey = { provider, fundingId: intent.fundingId, ref, number: sendNumber(activityId) };
  // Of this execution alone: of two that were given the same activity, one may send.
  const claim = `${worker} ${randomUUID()}`;
  const begun = await askBook(async () => {
    const admission = await log.admit(intent, known === undefined ? {} : { entries: known });
    if (admission.is !== 'admitted') return admission;
    if (admission.end !== undefined) return { is: 'ended', entries: admission.entries } as const;
    return await log.begin({ ...attempt, entries: admission.entries }, claim);
  });
  if (begun.is === 'taken') throw idTaken();
  if (begun.is === 'behind') throw bookBehind();
  if (begun.is === 'ended') throw withEntries(endedInTheBook(), begun.entries);
  if (begun.is !== 'begun') throw withEntries(notAgain(provider, begun), begun.entries);
  const settle = async (settlement: Settlement): Promise<number> => {
    // A book that cannot be told says that nothing is known of the send, which is safe.
    const told = await askBook(() => log.settle({ ...attempt, entries: begun.entries }, settlement)).catch(
      () => undefined,
    );
    return told === undefined || told.is === 'behind' ? begun.entries : told.entries;
  };
  try {
    const order = await send();
    return { order, entries: await settle({ outcome: 'applied', order, readAt: new Date().toISOString() }) };
  } catch (error) {
    const isTold = error instanceof ProviderError || error instanceof Refusal;
    const entries = await settle({
      outcome: isTold ? error.outcome : 'unknown',
      errorCode: isTold ? error.code : 'OUTCOME_UNKNOWN',
    });
    throw withEntries(error, entries);
  }
}

/** What was sent before is looked up; what is known not to have been taken, or never to have left, is told so. */
function notAgain(provider: string, begun: Extract<Begin, { readonly is: 'sent-before' | 'fenced' }>): Error {
  const isUnmade = begun.is === 'fenced' || begun.attempt.state === 'not-applied';
  return isUnmade ? notSent() : mayBeMadeElsewhere(provider, SENT_BY_ANOTHER_RUN);
}
