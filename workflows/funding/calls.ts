import type { FetchedOrders, OrderOfIntent, SubmitArgument, SubmittedOrder } from '../../activities/arguments';
import type { Balance, FundingRequest, Terms } from '../../contract/funding';
import type { JsonObject } from '../../contract/json';
import { sendId } from '../../contract/refs';
import { fundingTitle } from '../../contract/titles';
import { readAtOnce, reads, writes } from '../shared/activity-proxies';

/** An order under one of an intent's refs, as far as it is known. */
export interface KnownOrder {
  readonly ref: string;
  /** What it is, or is to be, submitted with, where the provider quotes. */
  readonly terms?: Terms | undefined;
}

/** Where to look for an order whose ref says too little. */
export interface Whereabouts extends KnownOrder {
  readonly orderId: string | undefined;
  /** Whether that id is known to be ours, and not from news. */
  readonly answered: boolean;
  /** UTC ISO time before which the ref was not sent. */
  readonly firstSentAt: string;
}

/** One send of a ref, and what is looked for before it. */
export interface Send extends Pick<SubmitArgument, 'begunAt' | 'deadOrderIds'> {
  /** How often the ref is sent, with this send. */
  readonly number: number;
}

/** What a workflow asks of a provider about the orders of one intent. Each call is one activity. */
export class OrderCalls {
  constructor(private readonly request: FundingRequest) {}

  /** Asks for terms. */
  async quote(ref: string, number: number): Promise<Terms> {
    const options = { summary: `Quote ${number} for ${ref}` };
    const argument = { provider: this.request.provider, ...this.order({ ref }), number };
    return await writes.quoteOrder.executeWithOptions(options, [argument]);
  }

  /**
   * Submits, unless it is there already. One attempt: whatever goes wrong, the workflow decides what it means.
   */
  async submit(known: KnownOrder, { number, ...since }: Send): Promise<SubmittedOrder> {
    const { kind, ...order } = this.order(known);
    // A send is known by this in every run of the workflow, one that was reset included (activities/earlier-sends.ts).
    const activityId = sendId(known.ref, number, known.terms?.number);
    const options = { summary: `${fundingTitle(this.request)} as ${known.ref}`, activityId };
    const argument = [{ provider: this.request.provider, ...since, ...order }] as const;
    switch (kind) {
      case 'deposit':
        return await writes.submitDeposit.executeWithOptions(options, [...argument]);
      case 'withdrawal':
        return await writes.submitWithdrawal.executeWithOptions(options, [...argument]);
      case 'conversion':
        return await writes.submitConversion.executeWithOptions(options, [...argument]);
    }
  }

  /** The order under a ref, of a provider that knows orders by it. */
  async fetchByRef(ref: string): Promise<FetchedOrders> {
    const options = { summary: `Order under ${ref}` };
    return await reads.fetchOrderByRef.executeWithOptions(options, [{ provider: this.request.provider, ref }]);
  }

  /** The orders under a ref, by id or in the provider's lists. */
  async find({ ref, orderId, answered, firstSentAt, terms }: Whereabouts): Promise<FetchedOrders> {
    const options = { summary: orderId === undefined ? `Order under ${ref}` : `Order ${orderId}, for ${ref}` };
    const whereabouts = orderId === undefined ? {} : { orderId, answered };
    const request = this.order({ ref, terms });
    const argument = { provider: this.request.provider, ref, request, firstSentAt, ...whereabouts };
    return await reads.findOrder.executeWithOptions(options, [argument]);
  }

  async confirm(orderId: string, known: KnownOrder, attempt: number): Promise<void> {
    await writes.confirmOrder.executeWithOptions({ summary: `Confirm order ${orderId}, ${known.ref}` }, [
      { provider: this.request.provider, orderId, request: this.order(known), attempt },
    ]);
  }

  async cancel(orderId: string, known: KnownOrder): Promise<void> {
    await writes.cancelOrder.executeWithOptions({ summary: `Cancel order ${orderId}, ${known.ref}` }, [
      { provider: this.request.provider, orderId, request: this.order(known) },
    ]);
  }

  /** Gives an order under way what the provider asked for. */
  async supplyInformation(orderId: string, known: KnownOrder, information: JsonObject): Promise<void> {
    await writes.supplyOrderInformation.executeWithOptions({ summary: `Information on order ${orderId}` }, [
      { provider: this.request.provider, orderId, request: this.order(known), information },
    ]);
  }

  /** What the client has of the asset. */
  async balance(): Promise<Balance> {
    const { provider, partnerClientId, providerClientId, asset } = this.request;
    const client = { partnerClientId, ...(providerClientId === undefined ? {} : { providerClientId }) };
    return await readAtOnce((activities) => activities.readBalance({ provider, ...client, asset }));
  }

  private order({ ref, terms }: KnownOrder): OrderOfIntent {
    const { kind, partnerClientId, asset, amount, details, providerClientId } = this.request;
    return {
      kind,
      partnerClientId,
      asset,
      amount,
      ref,
      ...(providerClientId === undefined ? {} : { providerClientId }),
      ...(details === undefined ? {} : { details }),
      ...(terms === undefined ? {} : { terms }),
    };
  }
}
