import { createHash } from 'node:crypto';
import { cancellationSignal } from '@temporalio/activity';
import type { PartnerEvent } from '../contract/events';
import type { News, SetAside } from '../contract/outbox';
import { BookUnavailable } from '../contract/send-log';
import type { ActivityDeps } from './deps';
import { bookUnavailable, Refusal } from './refusal';

/**
 * Writes an event into the book, from where it is told.
 *
 * @throws Refusal BOOK_UNAVAILABLE: it is to be written again
 */
export function recordEvent({ outbox }: ActivityDeps) {
  return async (news: News): Promise<PartnerEvent> => {
    const { type, timestamp, data } = news;
    const id = eventIdOf(news);
    return outbox === undefined ? { id, type, timestamp, data } : await inBook(() => outbox.record(news, id));
  };
}

/**
 * The same for the same news, whichever run tells it, and whatever the book has lost. An intent ends once: whoever asks for it
 * again is told the same end.
 */
function eventIdOf({ subject, number, life = '', type, data: { stage, fundingId, reason } }: News): string {
  const isEnd = fundingId !== undefined && (type === 'intent.settled' || type === 'intent.ended');
  const parts = [subject, life, isEnd ? 'end' : String(number), type, stage, reason ?? ''];
  return `evt_${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)}`;
}

/**
 * Hands an event to the partner, and before it whatever of the same flow the partner has not taken yet: so they come in their
 * order, and the loss of one delivery is made good by the next. May be repeated: the partner knows an event by its id.
 *
 * @throws Refusal UNREACHABLE if the partner did not take one, or if this worker was told no address; BOOK_UNAVAILABLE
 */
export function deliverEvent({ events, outbox }: ActivityDeps) {
  return async (event: PartnerEvent): Promise<void> => {
    if (events === undefined) throw notTaken('this worker is told no address for events');
    // What was told before there was an outbox, or what the book has lost, is told as it is.
    const open = (outbox === undefined ? undefined : await inBook(() => outbox.toDeliver(event.id))) ?? [event];
    for (const next of open) {
      const problem = await events.send(next, cancellationSignal());
      if (problem !== undefined) throw notTaken(problem);
      await inBook(async () => outbox?.delivered(next.id));
    }
  };
}

/**
 * Gives an event up, so that those after it are told.
 *
 * @throws Refusal BOOK_UNAVAILABLE: it is to be written again
 */
export function putEventAside({ outbox }: ActivityDeps) {
  return async (event: SetAside): Promise<void> => {
    await inBook(async () => outbox?.putAside(event));
  };
}

async function inBook<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof BookUnavailable ? bookUnavailable() : error;
  }
}

function notTaken(why: string): Refusal {
  return new Refusal('UNREACHABLE', why, []);
}
