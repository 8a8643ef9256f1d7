import type { EventLog } from '../events';
import { fundingIdOf } from '../judge';
import { Rounds } from '../rounds';
import type { Control } from './control';
import type { BookOrder, ChaosKit, Plan } from './kit';

/** How long an order is left alone before it is cancelled. */
const PATIENCE_MS = 1_000;

/** The provider's own people, who cancel some of the orders that are under way, each once. */
export class ProviderPeople extends Rounds {
  private readonly cancelled = new Set<string>();
  private readonly meant: ReadonlySet<string>;

  constructor(
    private readonly kit: ChaosKit,
    plan: Plan,
    private readonly control: Control,
    private readonly events: EventLog,
  ) {
    super("the provider's people", events);
    this.meant = new Set(
      plan.intents.filter(({ twist }) => twist === kit.cancelledTwist).map(({ request }) => request.fundingId),
    );
  }

  protected override async round(): Promise<void> {
    const { orders } = await this.kit.book(this.control);
    for (const order of orders) if (this.working && this.isDue(order)) await this.cancel(order);
  }

  /** Only the first of an intent: whoever still decides to pay is not stopped again. */
  private isDue({ ref, state, createdAt }: BookOrder): boolean {
    const fundingId = fundingIdOf(ref);
    return (
      this.meant.has(fundingId) &&
      !this.cancelled.has(fundingId) &&
      (state === 'open' || state === 'draft') &&
      Date.now() - Date.parse(createdAt) >= PATIENCE_MS
    );
  }

  private async cancel(order: BookOrder): Promise<void> {
    this.cancelled.add(fundingIdOf(order.ref));
    await this.kit.cancel(order, this.control);
    this.events.note(
      `the provider's people cancelled order ${order.orderId} under ${order.ref}`,
      undefined,
      'cancelled there',
    );
  }
}
