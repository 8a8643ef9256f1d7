import { fundingWorkflowId, onboardingWorkflowId } from '../contract/ids';
import { Chance } from './chance';
import type { EventLog } from './events';
import { fundingIdOf } from './judge';
import { isFinal, type Ledger } from './ledger';
import type { Deactivation } from './plan';
import { PROVIDER } from './plan';
import type { SandboxControl } from './sandbox-control';

const LOOK_EVERY_MS = 1_500;

/**
 * The provider's own people: they settle what was left open, verify clients in their own time, and deactivate some for
 * a while. They work on when the faults have ended.
 */
export class BackOffice {
  private latest: Ledger | undefined;
  private timer: NodeJS.Timeout | undefined;
  private working = Promise.resolve();

  constructor(
    private readonly seed: number,
    private readonly sandbox: SandboxControl,
    private readonly log: EventLog,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.working = this.working
        .then(() => this.work())
        .catch((error: unknown) => {
          this.log.note(`back office: ${String(error)}`);
        });
    }, LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }

  /** The provider's book as it was a moment ago. */
  async ledger(): Promise<Ledger> {
    return (this.latest ??= await this.sandbox.ledger());
  }

  async deactivate({ clientId, forMs }: Deactivation): Promise<void> {
    const workflowId = onboardingWorkflowId(PROVIDER, clientId);
    await this.sandbox.changeClient(clientId, { active: false });
    this.log.note('the provider deactivated the client', workflowId, 'deactivated');
    setTimeout(() => {
      void this.sandbox.changeClient(clientId, { active: true }).catch(() => undefined);
      this.log.note('the provider activated the client again', workflowId);
    }, forMs);
  }

  /** Decides on an order now, as its partner asked. */
  async settleNow(ref: string): Promise<void> {
    const chance = new Chance(this.seed, `settlement of ${ref}`);
    const wanted = chance.weighted([
      [6, 'completed'],
      [2, 'failed'],
      [2, 'rejected'],
    ]);
    // A withdrawal whose money has gone meanwhile cannot complete.
    const status = (await this.sandbox.settle(ref, wanted)) ? wanted : 'failed';
    if (status !== wanted) await this.sandbox.settle(ref, status);
    this.log.note(`the provider settled ${ref}: ${status}`, fundingWorkflowId(PROVIDER, fundingIdOf(ref)), 'settled');
  }

  async verifyNow(clientId: string): Promise<void> {
    await this.sandbox.changeClient(clientId, { status: 'verified' });
    this.log.note('the provider verified the client', onboardingWorkflowId(PROVIDER, clientId), 'verified');
  }

  private async work(): Promise<void> {
    const ledger = await this.sandbox.ledger();
    this.latest = ledger;
    const now = Date.now();
    for (const order of ledger.orders) {
      if (isFinal(order)) continue;
      const due = new Chance(this.seed, `wait of ${order.partner_order_ref}`).whole(1_000, 20_000);
      if (now - Date.parse(order.created_at) >= due) await this.settleNow(order.partner_order_ref);
    }
    for (const { partner_client_id: id, status, created_at: createdAt } of ledger.clients) {
      if (status === 'verified') continue;
      const due = new Chance(this.seed, `verification of ${id}`).whole(1_000, 25_000);
      if (now - Date.parse(createdAt) >= due) await this.verifyNow(id);
    }
  }
}
