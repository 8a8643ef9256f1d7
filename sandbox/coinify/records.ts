import { z } from 'zod';

/** What the sandbox keeps, as the journal writes it. A change is one line: everything that one request alters. */

const withdrawal = z.object({
  id: z.string(),
  orderId: z.string(),
  state: z.string(),
  baseAmount: z.string(),
  baseCurrency: z.string(),
  finalAmount: z.string(),
  finalCurrency: z.string(),
  address: z.string(),
  tag: z.string().nullable(),
  transactionId: z.string().nullable(),
  context: z.record(z.string(), z.string()).nullable(),
  memo: z.string().nullable(),
  customerId: z.string(),
  customerEmail: z.string(),
  hasSubaccount: z.boolean(),
  /** The state that follows, and when, in milliseconds since 1970. */
  next: z.object({ state: z.string(), at: z.number() }).nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type WithdrawalRecord = z.output<typeof withdrawal>;

const part = z.discriminatedUnion('part', [
  z.object({ part: z.literal('withdrawal'), withdrawal }),
  /** What the merchant holds of a fiat currency from now on: a plain decimal. */
  z.object({ part: z.literal('balance'), currency: z.string(), amount: z.string() }),
]);
export type Part = z.output<typeof part>;

/** One committed change. */
export const change = z.object({ parts: z.array(part) });
export type Change = z.output<typeof change>;
