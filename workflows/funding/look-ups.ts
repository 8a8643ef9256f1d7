import type { FetchedOrders, ForTheBook } from '../../activities/arguments';
import type { Order } from '../../contract/funding';
import type { ParkReason } from '../../contract/progress';
import { BEGINNING_OF_TIME } from '../../contract/provider';
import type { OrderCalls } from './calls';
import type { InBook } from './in-book';
import { fundingEvidence } from './questions';
import type { FundingState } from './state';

/** What a look-up showed. */
type Shown = Pick<FetchedOrders, 'orders' | 'fence'>;

/** When a ref was first sent. UTC ISO time. */
interface FirstSend {
  readonly ref: string;
  readonly at: string;
}

/** What look-ups keep over a renewal of the history. */
export interface LookUpRecord {
  readonly firstSent?: FirstSend;
  readonly suspects?: readonly Order[];
  readonly suspectsUnread?: boolean;
}

/** Looks for the orders of an intent, and keeps what was seen that could be the one that does not show. */
export class LookUps {
  private firstSent: FirstSend | undefined;
  /** For the person who is asked about an order that does not show. */
  private suspects: readonly Order[];
  /** Whether those are of an earlier look-up, because they could not be read again. */
  private suspectsUnread: boolean;

  constructor(
    private readonly orders: OrderCalls,
    private readonly book: InBook,
    kept: LookUpRecord | undefined,
  ) {
    this.firstSent = kept?.firstSent;
    this.suspects = kept?.suspects ?? [];
    this.suspectsUnread = kept?.suspectsUnread ?? false;
  }

  get record(): LookUpRecord {
    const { firstSent, suspects, suspectsUnread } = this;
    return {
      ...(firstSent === undefined ? {} : { firstSent }),
      ...(suspects.length === 0 ? {} : { suspects }),
      ...(suspectsUnread ? { suspectsUnread } : {}),
    };
  }

  /** The ref is about to be sent. */
  sending(ref: string): void {
    if (this.firstSent?.ref === ref) return;
    this.firstSent = { ref, at: new Date().toISOString() };
    // An order that was there before the send is not the one.
    this.suspects = [];
  }

  /** The ref had been sent before: it is looked for from then on. UTC ISO time. */
  wasSentSince(ref: string, at: string): void {
    this.firstSent = { ref, at };
  }

  /**
   * The orders under a ref that show, in no order, and what the book said of the last send, if it was asked.
   *
   * @param newsOrderId where the provider's news say that the order is
   * @throws what the read threw
   */
  async find(ref: string, state: FundingState, newsOrderId: string | undefined): Promise<Shown> {
    const {
      orders,
      fence,
      suspects = [],
      suspectsUnread = false,
      ...entries
    } = await this.fetch(ref, state, newsOrderId);
    this.book.hear(entries);
    this.suspectsUnread = suspectsUnread;
    // An order that was seen once is shown even if it could not be read again.
    if (!suspectsUnread) this.suspects = suspects;
    return { orders, ...(fence === undefined ? {} : { fence }) };
  }

  /** What may help a person to decide; see `fundingEvidence`. */
  evidence(state: FundingState, reason: ParkReason): readonly string[] {
    return fundingEvidence(state, reason, this.firstSent?.at, this.suspects, this.suspectsUnread);
  }

  private async fetch(ref: string, state: FundingState, newsOrderId: string | undefined): Promise<FetchedOrders> {
    const { order, semantics, terms, current, refKnown } = state;
    const book = this.forTheBook(state);
    if (semantics?.orderLookup === 'by-ref') return await this.orders.fetchByRef(ref, book);
    // Before it was sent, and if the provider says that it knows the ref, it is looked for without limit: an earlier
    // intent of the same id may have been moved and forgotten.
    const since = this.firstSent?.ref === ref && refKnown !== true ? this.firstSent.at : BEGINNING_OF_TIME;
    // News that came before anything was sent are about something else.
    const ownOrderId = order?.orderId ?? unreadOrderId(state);
    const orderId = ownOrderId ?? (current.sent > 0 ? newsOrderId : undefined);
    const known = orderId === undefined ? {} : { orderId, answered: ownOrderId !== undefined };
    const request = this.orders.request(ref, terms);
    return await this.orders.find({ ref, request, firstSentAt: since, ...known, ...book });
  }

  /** Nothing is asked of a book that the intent is not known to be in. */
  private forTheBook({ unfenced, current, ownOrderIds }: FundingState): ForTheBook {
    const { entries } = this.book.known;
    if (entries === undefined) return {};
    const fence = unfenced === undefined ? {} : { fence: current.sent };
    return { entries, ...fence, ...(ownOrderIds.length === 0 ? {} : { ownOrderIds }) };
  }
}

/** An order that is known to be the intent's own, and was not read yet: the book has its id. */
function unreadOrderId({ ownOrderIds, deadOrderIds, doubled }: FundingState): string | undefined {
  return doubled === undefined ? ownOrderIds.findLast((orderId) => !deadOrderIds.includes(orderId)) : undefined;
}
