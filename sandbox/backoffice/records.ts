import { z } from 'zod';

/** What the sandbox keeps, as the journal writes it. */

const user = z.object({ userId: z.string(), userName: z.string(), email: z.string() });
export type UserRecord = z.output<typeof user>;

const transfer = z.object({
  transferId: z.int(),
  /** Of the transaction: another sequence than the transfer's. */
  transactionId: z.int(),
  userId: z.string(),
  asset: z.string(),
  type: z.enum(['Deposit', 'Withdrawal']),
  status: z.string(),
  /** A plain decimal. */
  amount: z.string(),
  comment: z.string(),
  /** Whether a withdrawal's amount is set aside for it. */
  reserved: z.boolean(),
  errorDetails: z.string(),
  /** Where callbacks about its creation go; empty for none. */
  callbackUrl: z.string(),
  /** What it will be, and when; null if nothing is under way. */
  due: z.object({ atMs: z.number(), status: z.string(), errorDetails: z.string(), callbackUrl: z.string() }).nullable(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type TransferRecord = z.output<typeof transfer>;

const holding = z.object({
  userId: z.string(),
  asset: z.string(),
  /** Plain decimals. What a withdrawal under way reserves is in `total` and not in `available`. */
  total: z.string(),
  available: z.string(),
});
export type Holding = z.output<typeof holding>;

const part = z.discriminatedUnion('part', [
  z.object({ part: z.literal('user'), user }),
  z.object({ part: z.literal('transfer'), transfer }),
  z.object({ part: z.literal('holding'), holding }),
]);
export type Part = z.output<typeof part>;

/** One committed change: a crash leaves all of it or nothing. */
export const change = z.object({ parts: z.array(part) });
export type Change = z.output<typeof change>;
