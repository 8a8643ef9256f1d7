import type { FetchedOrders } from '../../activities/arguments';
import type { Order } from '../../contract/funding';
import type { ParkReason } from '../../contract/progress';
import { BEGINNING_OF_TIME } from '../../contract/provider';
import type { OrderCalls } from './calls';
import { fundingEvidence } from './questions';
import type { FundingState } from './state';

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
    // What was there before it was sent is not it.
    this.suspects = [];
  }

  /** The ref had been sent before: it is looked for from then on. UTC ISO time. */
  wasSentSince(ref: string, at: string): void {
    this.firstSent = { ref, at };
  }

  /**
   * The orders under a ref that show, in no order.
   *
   * @param newsOrderId where the provider's news say that the order is
   * @throws what the read threw
   */
  async find(ref: string, state: FundingState, newsOrderId: string | undefined): Promise<readonly Order[]> {
    const { orders, suspects = [], suspectsUnread = false } = await this.fetch(ref, state, newsOrderId);
    this.suspectsUnread = suspectsUnread;
    // What was seen once is told also where it could not be read again.
    if (!suspectsUnread) this.suspects = suspects;
    return orders;
  }

  /** What may help a person to decide; see `fundingEvidence`. */
  evidence(state: FundingState, reason: ParkReason): readonly string[] {
    return fundingEvidence(state, reason, this.firstSent?.at, this.suspects, this.suspectsUnread);
  }

  private async fetch(ref: string, state: FundingState, newsOrderId: string | undefined): Promise<FetchedOrders> {
    const { order, semantics, terms, current, refKnown } = state;
    if (semantics?.orderLookup === 'by-ref') return await this.orders.fetchByRef(ref);
    // Before it was sent, and where the provider says that it knows the ref, it is looked for without limit: an intent of
    // the same id may have been moved, and be forgotten.
    const since = this.firstSent?.ref === ref && refKnown !== true ? this.firstSent.at : BEGINNING_OF_TIME;
    // Before anything was sent, news are of something else.
    const orderId = order?.orderId ?? (current.sent > 0 ? newsOrderId : undefined);
    return await this.orders.find({ ref, terms, orderId, answered: order !== undefined, firstSentAt: since });
  }
}
