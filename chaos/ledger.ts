import { z } from 'zod';

const file = z.object({ sha256: z.string() });

/** The sandbox's book (sandbox/README.md, `GET /ledger`). */
export const ledgerSchema = z.object({
  clients: z.array(
    z.object({ partner_client_id: z.string(), status: z.string(), active: z.boolean(), created_at: z.string() }),
  ),
  documents: z.array(
    z.object({
      id: z.number(),
      partner_client_id: z.string(),
      type: z.string(),
      front: file,
      back: file.nullable(),
      created_at: z.string(),
    }),
  ),
  orders: z.array(
    z.object({
      id: z.number(),
      partner_client_id: z.string(),
      partner_order_ref: z.string(),
      type: z.string(),
      status: z.string(),
      asset_id: z.string(),
      amount: z.string(),
      created_at: z.string(),
      transitioned_at: z.string(),
    }),
  ),
  balances: z.record(z.string(), z.record(z.string(), z.object({ balance: z.string(), available: z.string() }))),
  requests: z.record(z.string(), z.number()),
  faults: z.record(z.string(), z.number()),
});

export type Ledger = z.output<typeof ledgerSchema>;
export type LedgerOrder = Ledger['orders'][number];
export type LedgerDocument = Ledger['documents'][number];

/** Statuses that an order does not leave (CoinMENA Funding page, handling a 2020 conflict). */
const FAILED = ['failed', 'rejected'];

export function hasFailed({ status }: LedgerOrder): boolean {
  return FAILED.includes(status);
}

export function isCompleted({ status }: LedgerOrder): boolean {
  return status === 'completed';
}

export function isFinal(order: LedgerOrder): boolean {
  return isCompleted(order) || hasFailed(order);
}
