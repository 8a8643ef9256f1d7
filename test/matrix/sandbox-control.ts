import { z } from 'zod';

const text = z.string();
const file = z.object({ sha256: text });
const book = z.object({
  clients: z.array(z.object({ partner_client_id: text, active: z.boolean() })),
  documents: z.array(z.object({ partner_client_id: text, type: text, front: file })),
  orders: z.array(
    z.object({ partner_order_ref: text, partner_client_id: text, type: text, status: text, amount: text }),
  ),
  faults: z.record(text, z.number()),
});
/** What the tests read of the sandbox's book (sandbox/README.md). */
export type Book = z.output<typeof book>;

/** What the control port's /ledger answered. */
export function readBook(answered: unknown): Book {
  return book.parse(answered);
}

/** The sandbox's control port. */
export class SandboxControl {
  constructor(private readonly url: string) {}

  async book(): Promise<Book> {
    return readBook(await this.send('GET', '/ledger'));
  }

  /** Puts a rule into force. */
  async fault(rule: Readonly<Record<string, unknown>>): Promise<void> {
    await this.send('POST', '/faults', rule);
  }

  async clearFaults(): Promise<void> {
    await this.send('DELETE', '/faults');
  }

  async moveClock(offsetMs: number): Promise<void> {
    await this.send('POST', '/clock', { offset_ms: offsetMs });
  }

  async plantOrder(order: Readonly<Record<string, unknown>>): Promise<void> {
    await this.send('POST', '/orders', order);
  }

  async setClient(partnerClientId: string, change: Readonly<Record<string, unknown>>): Promise<void> {
    await this.send('POST', `/clients/${partnerClientId}`, change);
  }

  async send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      ...(method === 'GET'
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${said}`);
    return JSON.parse(said);
  }
}
