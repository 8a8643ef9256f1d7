import type {
  EndedFunding,
  EndFundingArgument,
  FetchedOrders,
  ForTheBook,
  SentBefore,
  SubmittedOrder,
} from '../../activities/arguments';
import type { Balance, Intent, Terms } from '../../contract/funding';
import type { JsonObject } from '../../contract/json';
import type { OpenOrder, OrderRequest, OrderSearch, QuoteRequest } from '../../contract/order-requests';
import { sendId } from '../../contract/refs';
import { fundingTitle } from '../../contract/titles';
import { readAtOnce, reads, writes } from '../shared/activity-proxies';

/** What a workflow asks of a provider about the orders of one intent. Each call is one activity. */
export class OrderCalls {
  constructor(private readonly intent: Intent) {}

  /** What an attempt at the intent asks for under its ref, with the terms that were quoted for it. */
  request(ref: string, terms?: Terms): OrderRequest {
    const { kind, partnerClientId, asset, amount, details, providerClientId } = this.intent;
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

  /** An order of such an attempt, under way. */
  openOrder(orderId: string, ref: string, terms?: Terms): OpenOrder {
    return { orderId, request: this.request(ref, terms) };
  }

  /** Asks for terms. */
  async quote(request: QuoteRequest): Promise<Terms> {
    const options = { summary: `Quote ${request.number} for ${request.ref}` };
    return await writes.quoteOrder.executeWithOptions(options, [this.atProvider(request)]);
  }

  /**
   * Submits the order, unless it is there already. One attempt: the workflow decides what a failure means.
   *
   * @param count how often the ref is sent, with this send
   */
  async submit(request: OrderRequest, count: number, before: SentBefore): Promise<SubmittedOrder> {
    const { ref, terms } = request;
    // Identifies a send in every run of the workflow, even after a reset (activities/earlier-sends.ts).
    const activityId = sendId(ref, count, terms?.number);
    const options = { summary: `${fundingTitle(this.intent)} as ${ref}`, activityId };
    return await writes.submitOrder.executeWithOptions(options, [this.atProvider({ ...before, ...request })]);
  }

  /** The order under a ref, of a provider that knows orders by it. */
  async fetchByRef(ref: string, book: ForTheBook): Promise<FetchedOrders> {
    const options = { summary: `Order under ${ref}` };
    return await reads.fetchOrderByRef.executeWithOptions(options, [this.atProvider({ ref, ...book })]);
  }

  /** The orders under a ref that says too little, by id or in the provider's lists. */
  async find(search: OrderSearch & ForTheBook): Promise<FetchedOrders> {
    const { orderId, ref } = search;
    const options = { summary: orderId === undefined ? `Order under ${ref}` : `Order ${orderId}, for ${ref}` };
    return await reads.findOrder.executeWithOptions(options, [this.atProvider(search)]);
  }

  async confirm(order: OpenOrder): Promise<void> {
    const options = { summary: `Confirm order ${order.orderId}, ${order.request.ref}` };
    await writes.confirmOrder.executeWithOptions(options, [this.atProvider(order)]);
  }

  async cancel(order: OpenOrder): Promise<void> {
    const options = { summary: `Cancel order ${order.orderId}, ${order.request.ref}` };
    await writes.cancelOrder.executeWithOptions(options, [this.atProvider(order)]);
  }

  /** Gives an order under way what the provider asked for. */
  async supplyInformation(order: OpenOrder, information: JsonObject): Promise<void> {
    const options = { summary: `Information on order ${order.orderId}` };
    await writes.supplyOrderInformation.executeWithOptions(options, [this.atProvider({ ...order, information })]);
  }

  /** What the client has of the asset. */
  async balance(): Promise<Balance> {
    return await readAtOnce((activities) => activities.readBalance(this.atProvider(this.account)));
  }

  /** Records how the intent ended, and reads what the client has of the asset then. */
  async end(
    end: Omit<EndFundingArgument, 'intent' | 'asked' | 'balance'>,
    readsBalance: boolean,
  ): Promise<EndedFunding> {
    const { provider, fundingId } = this.intent;
    const balance = readsBalance ? { balance: this.account } : {};
    const asked = end.entries === undefined ? { asked: this.intent } : {};
    return await readAtOnce((activities) =>
      activities.endFunding({ intent: { provider, fundingId }, ...asked, ...end, ...balance }),
    );
  }

  private get account(): Pick<Intent, 'partnerClientId' | 'providerClientId' | 'asset'> {
    const { partnerClientId, providerClientId, asset } = this.intent;
    return { partnerClientId, ...(providerClientId === undefined ? {} : { providerClientId }), asset };
  }

  private atProvider<Asked extends object>(asked: Asked): Asked & Pick<Intent, 'provider'> {
    return { provider: this.intent.provider, ...asked };
  }
}
