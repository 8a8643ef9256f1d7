import { sleep } from '@temporalio/workflow';
import type { EndedFunding } from '../../activities/arguments';
import type { Balance, FundingResult, Order, RefRecord } from '../../contract/funding';
import type { FailureDetails } from '../../contract/errors';
import type { Waiting } from '../../contract/progress';
import type { KnownEntries } from '../../contract/send-log';
import { asksBeforeItEnds } from '../patches';
import { failureOf } from '../shared/failures';
import { PARKED_RECHECK_MS } from '../shared/waits';
import type { OrderCalls } from './calls';
import { type FundingEvent, type GivenUp, isGivenUp } from './state';

/** What is shown of it to people. */
interface Shown {
  note(what: string): void;
  wait(waiting: Waiting | undefined): void;
}

/** What came of recording an end: it stands, with the balance afterwards if that was read; or what keeps it from ending so. */
interface EndInBook {
  readonly balance?: Balance;
  readonly keptBy?: Extract<FundingEvent, { readonly saw: 'ended-otherwise' | 'sent-elsewhere' }>;
}

/** What a movement knows to be in the book of it: a book that has less was restored to an earlier moment. */
export class InBook {
  /** Undefined: nothing is, as far as the movement knows. */
  private entries: number | undefined;

  constructor(kept: KnownEntries | undefined) {
    this.entries = kept?.entries;
  }

  get known(): KnownEntries {
    return this.entries === undefined ? {} : { entries: this.entries };
  }

  /** Remembers what an answer, or a failure, told of it. */
  hear({ entries }: KnownEntries | Pick<FailureDetails, 'entries'>): void {
    if (entries !== undefined) this.entries = Math.max(entries, this.entries ?? 0);
  }

  /**
   * Records how the movement ended, and reads the balance if it is asked for. A book that cannot be reached is waited for, in
   * sight: what nobody would remember has not ended. Nor has a movement that is given up, and that the book knows to have
   * been sent by a run that this one knows nothing of, or to have ended otherwise.
   */
  async end(
    orders: OrderCalls,
    { outcome, order }: { readonly outcome: FundingResult['outcome']; readonly order?: Order },
    { refs, readsBalance }: { readonly refs: readonly RefRecord[]; readonly readsBalance: boolean },
    shown: Shown,
  ): Promise<EndInBook> {
    const { entries } = this;
    const givenUp = isGivenUp(outcome) ? outcome : undefined;
    // Nothing was told of it, or it began before there was a book.
    if (entries === undefined && !(givenUp !== undefined && asksBeforeItEnds())) {
      return readsBalance ? await this.balance(() => orders.balance(), shown) : {};
    }
    const readAt = new Date().toISOString();
    const heard = givenUp !== undefined ? { heard: refs.map(({ ref, sent }) => ({ ref, sent })) } : {};
    const end = { ...this.known, outcome, readAt, ...heard, ...(order === undefined ? {} : { order }) };
    for (;;) {
      try {
        const ended = await orders.end(end, readsBalance);
        this.hear(ended);
        const keptBy = givenUp === undefined ? undefined : keptFromEnding(ended, givenUp, shown);
        return keptBy === undefined ? told(ended, shown) : { keptBy };
      } catch (error) {
        const { code } = failureOf(error);
        if (code !== 'BOOK_UNAVAILABLE') {
          shown.note(`The balance could not be read: ${code}`);
          return {};
        }
        const until = new Date(Date.now() + PARKED_RECHECK_MS).toISOString();
        shown.wait({ for: 'to record the end in the book', until, reason: code });
        await sleep(PARKED_RECHECK_MS);
        shown.wait(undefined);
      }
    }
  }

  /** The balance afterwards, if it can be read; a completed intent does not fail without it. */
  private async balance(read: () => Promise<Balance>, shown: Shown): Promise<{ readonly balance?: Balance }> {
    try {
      return { balance: await read() };
    } catch (error) {
      shown.note(`The balance could not be read: ${failureOf(error).code}`);
      return {};
    }
  }
}

function keptFromEnding({ recorded, attempts = [] }: EndedFunding, ending: GivenUp, shown: Shown): EndInBook['keptBy'] {
  if (recorded === 'contradicted' && asksBeforeItEnds()) return { saw: 'ended-otherwise' };
  if (recorded !== 'sent-elsewhere') return undefined;
  shown.note('It does not end yet: the book has sends of it by another run, and they are looked up first');
  return { saw: 'sent-elsewhere', attempts, ending };
}

function told({ recorded, balance }: EndedFunding, shown: Shown): EndInBook {
  if (recorded === 'contradicted') shown.note('The book has another end of it, which stands there');
  if (recorded === 'behind')
    shown.note('The book was restored to an earlier moment: it lacks this movement, or a part of it');
  return balance === undefined ? {} : { balance };
}
