import type { FaultRule } from './fault-plan';
import { ledgerSchema, type Ledger } from './ledger';

/** Thrown if the control port refuses. */
class ControlRefused extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(text);
    this.name = 'ControlRefused';
  }
}

/** The provider seen from inside: its control port (sandbox/README.md). */
export class SandboxControl {
  constructor(private readonly url: string) {}

  async ledger(): Promise<Ledger> {
    return ledgerSchema.parse(await this.call('GET', '/ledger'));
  }

  async addFault(rule: FaultRule): Promise<void> {
    await this.call('POST', '/faults', rule);
  }

  async removeFault(id: string): Promise<void> {
    await this.call('DELETE', `/faults/${id}`).catch((error: unknown) => {
      if (!(error instanceof ControlRefused && error.status === 404)) throw error;
    });
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', '/faults');
  }

  async seed(seed: number): Promise<void> {
    await this.call('POST', '/seed', { seed });
  }

  async plantOrder(order: Readonly<Record<string, string>>): Promise<void> {
    await this.call('POST', '/orders', order);
  }

  /** Whether the order could be moved there; a withdrawal cannot complete without its money. */
  async settle(ref: string, status: string): Promise<boolean> {
    try {
      await this.call('POST', `/orders/${ref}`, { status });
      return true;
    } catch (error) {
      if (error instanceof ControlRefused && error.status === 409) return false;
      throw error;
    }
  }

  async changeClient(clientId: string, change: { readonly status?: string; readonly active?: boolean }): Promise<void> {
    await this.call('POST', `/clients/${clientId}`, change).catch((error: unknown) => {
      // Not onboarded yet: there is nothing to change.
      if (!(error instanceof ControlRefused && error.status === 404)) throw error;
    });
  }

  private async call(method: 'GET' | 'POST' | 'DELETE', path: string, body: object = {}): Promise<unknown> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new ControlRefused(answer.status, `${method} ${path}: ${text}`);
    return JSON.parse(text);
  }
}
