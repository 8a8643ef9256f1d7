import { z } from 'zod';
import { isDecimalText } from '../../contract/money';

/**
 * What the back office answers, as far as this connector reads it. Unknown fields are dropped here; a field that is read
 * and has another type than its document says makes the whole answer drift.
 */
const decimal = z.string().refine(isDecimalText);
/** The provider's own words and times: short, so that nothing unbounded enters a history. */
const short = z.string().max(255);
const transferNumber = z.int().transform(String);

/** The token endpoint (section 2). */
export const tokenAnswer = z.object({
  access_token: z.string().min(1).max(16_384),
  expires_in: z.number().nonnegative().nullish(),
  refresh_token: z.string().min(1).max(16_384).nullish(),
});

/** An answer to deposit and withdraw, and an entry of the account history (sections 4.1, 4.2, 4.5). */
const wireTransfer = z.object({
  id: transferNumber,
  asset: short,
  type: short,
  status: short.min(1),
  amount: decimal,
  fee: decimal.nullish(),
  createdAt: short.nullish(),
  updatedAt: short.nullish(),
});
export type WireTransfer = z.output<typeof wireTransfer>;

/** An entry of the list of transfers (section 4.6). */
const wireListed = z.object({
  userId: short,
  comment: z.string().nullish(),
  /** Of the transaction: another sequence than the transfer's. */
  id: transferNumber,
  transferId: short.min(1),
  asset: short,
  type: short,
  status: short.min(1),
  amount: decimal,
  fee: decimal.nullish(),
  createdAt: short.nullish(),
  updatedAt: short.nullish(),
});
export type WireListed = z.output<typeof wireListed>;

/** [I] A bare array; `{"data": […]}` in the older generation (section 4.6). */
function list<Item extends z.ZodType>(item: Item) {
  return z.union([z.array(item), z.object({ data: z.array(item) }).transform(({ data }) => data)]);
}

export const transferAnswer = wireTransfer;
export const historyAnswer = list(wireTransfer);
export const transfersAnswer = list(wireListed);

/** The three shapes of errors of this family (section 3). Only codes are read: texts are for people. */
export const errorBody = z.object({
  errors: z
    .array(z.object({ code: z.string().nullish().catch(null) }))
    .nullish()
    .catch(null),
  error: z.string().nullish().catch(null),
  title: z.string().nullish().catch(null),
  status: z.number().nullish().catch(null),
});

const callbackNumber = z.int().nonnegative();

/**
 * A callback (section 6). Deposits name their transfer `Id`, withdrawals `TransferId`. The amount is not read: it is 0
 * in callbacks about a confirmation or a cancellation.
 */
export const callbackBody = z.object({
  Id: callbackNumber.optional(),
  TransferId: callbackNumber.optional(),
  Status: short,
  Type: short.nullish(),
});
