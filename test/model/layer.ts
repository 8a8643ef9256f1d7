import { ERROR_RULES, type ErrorCode, type FailureDetails } from '../../contract/errors';
import type { Order } from '../../contract/funding';
import type { FundingEvent } from '../../workflows/funding/rule';
import { ENDED_IN_THE_BOOK, SENT_BY_ANOTHER_RUN } from '../../contract/send-log';
import { ModelBook } from './model-book';
import type { Arrival, ModelProvider, Reply, Send } from './model-provider';
import type { Schedule } from './schedule';
import { looksFirst, paysRepeats, type World } from './world';

/** What the layer between the rule and the provider may do wrong; a healthy one does none of it. */
export interface Flaws {
  /** One submit is sent twice if its answer is lost. */
  readonly sendsTwice?: true;
  /** A submit does not look before it sends. */
  readonly sendsBlindly?: true;
  /** A submit does not ask the workflow's other runs, or for a send of its own number only. */
  readonly otherRuns?: 'not asked' | 'asked for the same number';
  /** A send leaves though the book refuses it, or without having asked. */
  readonly leaves?: 'though fenced' | 'unwritten';
  /** An intent that is given up ends without the book being asked for sends of other runs. */
  readonly endsUnasked?: true;
  /** A list is searched for so long only, in milliseconds, before the ref was first sent. */
  readonly looksBackMs?: number;
  /** Of a list, the last is taken. */
  readonly takesLast?: true;
  /** An approval holds for ever. */
  readonly approvalsNeverExpire?: true;
  /** An approval holds for any terms. */
  readonly approvalsHoldForAnyTerms?: true;
}

/** How much earlier than it was sent an order may have been made, by the clock of the provider. */
const SEARCH_MARGIN_MS = 60_000;

export function failure(code: ErrorCode): FailureDetails {
  return { code, outcome: ERROR_RULES[code].outcome };
}

/** It was not sent, because another send may have been applied. */
const SENT_ELSEWHERE: FailureDetails = { ...failure('OUTCOME_UNKNOWN'), operation: SENT_BY_ANOTHER_RUN };

type Sent = { readonly reply: Reply } | { readonly failed: ErrorCode };

/**
 * The activities as they are (activities/order.ts), over a network that loses, delays and repeats: a submit looks before
 * it sends if a repeat pays or is told apart by its quote, and asks the workflow's other runs if it pays.
 */
export class Layer {
  /** Every send that the server remembers, of every run. */
  private scheduled: Send[] = [];
  /** Submits of runs that are over, which a worker has still. */
  private orphans: Send[] = [];
  readonly book: ModelBook;

  constructor(
    private readonly world: World,
    private readonly provider: ModelProvider,
    private readonly schedule: Schedule,
    private readonly story: string[],
    readonly flaws: Flaws,
  ) {
    this.book = new ModelBook(world.book === 'kept');
  }

  /** A send stands in its run's history from now on. */
  remember(send: Send): void {
    this.scheduled.push(send);
  }

  /** The server has deleted every history. */
  forget(): void {
    this.scheduled = [];
  }

  /** Lets a submit run on, though the run that it belonged to is over. */
  orphan(send: Send): void {
    this.orphans.push(send);
  }

  passTime(everything: boolean): void {
    const running = this.orphans.filter(() => everything || this.schedule.pick(true, false, false));
    this.orphans = this.orphans.filter((send) => !running.includes(send));
    for (const send of running) {
      this.story.push(`  worker: the submit of ${send.ref} runs on, for a run that is over`);
      this.run(send);
    }
  }

  /** What a run sees of its submit: it may be started and never run, and a worker may still have it. */
  submit(send: Send): FundingEvent {
    switch (this.schedule.pick('runs', 'runs', 'runs', 'runs', 'never', 'later')) {
      case 'runs':
        return this.run(send);
      case 'later':
        this.orphan(send);
        return { saw: 'submit-failed', failure: failure('OUTCOME_UNKNOWN') };
      case 'never':
        return { saw: 'submit-failed', failure: failure('OUTCOME_UNKNOWN') };
    }
  }

  private run(send: Send): FundingEvent {
    const unsent = this.lookBefore(send);
    if (unsent !== undefined) return unsent;
    const refused = this.flaws.leaves === 'unwritten' ? undefined : this.begin(send);
    if (refused !== undefined) return refused;
    const event = this.sent(send);
    if (event.saw === 'answered') this.book.settle(send, { order: event.order });
    if (event.saw === 'submit-failed') {
      const { code, outcome } = event.failure;
      this.book.settle(send, { failed: code, isApplied: outcome === 'not-applied' ? 'no' : 'unknown' });
    }
    return event;
  }

  /** Why a send may not leave. */
  private begin(send: Send): FundingEvent | undefined {
    if (this.book.end !== undefined && this.flaws.leaves !== 'though fenced') {
      return { saw: 'submit-failed', failure: { ...failure('UNREACHABLE'), operation: ENDED_IN_THE_BOOK } };
    }
    const there = this.book.begin(send);
    if (there === undefined || (there.state === 'fenced' && this.flaws.leaves === 'though fenced')) return undefined;
    const isUnmade = there.state === 'fenced' || there.state === 'not-applied';
    return { saw: 'submit-failed', failure: isUnmade ? failure('UNREACHABLE') : SENT_ELSEWHERE };
  }

  private sent(send: Send): FundingEvent {
    const outcome = this.send({ call: 'submit', send }, this.flaws.sendsTwice === true ? 2 : 1);
    if ('failed' in outcome) return { saw: 'submit-failed', failure: this.watched(failure(outcome.failed)) };
    if ('refused' in outcome.reply) return { saw: 'submit-failed', failure: failure(outcome.reply.refused) };
    const { order } = outcome.reply;
    if (order === undefined) return { saw: 'submit-failed', failure: failure('CONTRACT_DRIFT') };
    return { saw: 'answered', order };
  }

  private lookBefore(send: Send): FundingEvent | undefined {
    if (this.flaws.sendsBlindly === true || !looksFirst(this.world)) return undefined;
    if (this.schedule.pick('works', 'works', 'works', 'fails') === 'fails') {
      return { saw: 'submit-failed', failure: this.watched(failure('UNREACHABLE')) };
    }
    const orders = this.find(send.ref, undefined, send.begunMs).filter(
      ({ orderId, state }) => state === 'completed' || !send.deadOrderIds.includes(orderId),
    );
    if (orders.length > 0) return { saw: 'found', orders };
    if (!this.wasScheduledElsewhere(send)) return undefined;
    return { saw: 'submit-failed', failure: SENT_ELSEWHERE };
  }

  /** Whether another run scheduled a send that pays beside this one, and that is not part of this run's history. */
  private wasScheduledElsewhere({ ref, run, number, terms, before }: Send): boolean {
    const { otherRuns } = this.flaws;
    const isReplayed = this.world.semantics.repeatedRef === 'replays';
    if (otherRuns === 'not asked') return false;
    const elsewhere = this.scheduled.filter(
      (send) =>
        send.ref === ref &&
        send.run !== run &&
        !before.includes(send.id) &&
        !(isReplayed && send.terms?.number === terms?.number) &&
        (otherRuns === undefined || send.number === number),
    );
    return elsewhere.some((send) => {
      const { is, attempt } = this.book.fence(send);
      return is !== 'never-sent' && attempt?.state !== 'not-applied';
    });
  }

  /**
   * @param firstSentMs absent: it is looked for without limit
   * @param number of the send that is fenced; absent: none is
   */
  lookUp(
    ref: string,
    orderId: string | undefined,
    firstSentMs: number | undefined,
    number: number | undefined,
  ): FundingEvent {
    const fence = number === undefined ? {} : this.fence({ ref, number });
    if (this.schedule.pick('works', 'works', 'works', 'fails') === 'fails') {
      return {
        saw: 'lookup-failed',
        failure: failure(this.schedule.pick<ErrorCode>('UNREACHABLE', 'CONTRACT_DRIFT')),
      };
    }
    const orders = this.find(ref, orderId, firstSentMs);
    return orders.length === 0 ? { saw: 'absent', ...fence } : { saw: 'found', orders, ...fence };
  }

  /** What the book answers, if it does. */
  private fence(send: Pick<Send, 'ref' | 'number'>): Pick<Extract<FundingEvent, { readonly saw: 'absent' }>, 'fence'> {
    if (this.schedule.pick('answers', 'answers', 'silent') === 'silent') return {};
    const { is } = this.book.fence(send);
    return is === 'not asked' ? {} : { fence: is };
  }

  private find(ref: string, orderId: string | undefined, firstSentMs: number | undefined): readonly Order[] {
    const { looksBackMs = Number.POSITIVE_INFINITY, takesLast } = this.flaws;
    const isLimited = firstSentMs !== undefined && paysRepeats(this.world);
    const sinceMs = isLimited ? firstSentMs - SEARCH_MARGIN_MS : this.provider.nowMs - looksBackMs;
    const found = this.provider.find(ref, orderId, sinceMs);
    return takesLast === true ? found.slice(-1) : found;
  }

  /** A confirm, a cancel, or information. */
  change(arrival: Arrival): { readonly refused?: FailureDetails } {
    const outcome = this.send(arrival, 1);
    if ('failed' in outcome) return { refused: failure(outcome.failed) };
    return 'refused' in outcome.reply ? { refused: failure(outcome.reply.refused) } : {};
  }

  /** What certainly did not arrive may be known to a watch of the provider, or not. */
  private watched(met: FailureDetails): FailureDetails {
    if (met.code !== 'UNREACHABLE') return met;
    return this.schedule.pick('no watch', 'no watch', 'watched') === 'watched' ? { ...met, watched: true } : met;
  }

  /** One request over the network: it arrives, or does not, or does later; its answer arrives, or does not. */
  private send(arrival: Arrival, times: number): Sent {
    const unknown = (): Sent => (times > 1 ? this.send(arrival, times - 1) : { failed: 'OUTCOME_UNKNOWN' });
    switch (this.schedule.pick('answered', 'answer-lost', 'lost', 'late', 'not-sent', 'worked on')) {
      case 'not-sent':
        return { failed: 'UNREACHABLE' };
      case 'lost':
        return unknown();
      case 'late':
        this.provider.delay(arrival);
        return unknown();
      case 'worked on':
        this.provider.workOn(arrival);
        return unknown();
      case 'answer-lost':
        this.provider.arrive(arrival);
        return unknown();
      case 'answered':
        return { reply: this.provider.arrive(arrival) };
    }
  }
}
