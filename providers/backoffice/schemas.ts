import { z } from 'zod';
import { comparedText, optional, wireDecimal, wireId, wireStatus, wireWord } from '../http/wire';

/**
 * What the back office answers, as far as this connector reads it. Unknown fields are dropped here; a field that is
 * read and has another type than documented makes the whole answer drift.
 */

/** The token endpoint (section 2). */
export const tokenAnswer = z.object({
  access_token: z.string().min(1).max(16_384),
  /** One that is no number of seconds is as good as none. */
  expires_in: optional(z.number().nonnegative()).catch(null),
  refresh_token: optional(z.string().min(1).max(16_384)),
});

/** An answer to deposit and withdraw, and an entry of the account history (sections 4.1, 4.2, 4.5). */
const wireTransfer = z.object({
  id: wireId,
  asset: wireWord,
  type: wireWord,
  status: wireStatus,
  amount: wireDecimal,
  fee: optional(wireDecimal),
  createdAt: optional(wireWord),
  updatedAt: optional(wireWord),
});
export type WireTransfer = z.output<typeof wireTransfer>;

/** An entry of the list of transfers (section 4.6). */
const wireListed = z.object({
  userId: wireId,
  comment: optional(comparedText),
  /** Of the transaction: another sequence than the transfer's. */
  id: wireId,
  transferId: wireId,
  asset: wireWord,
  type: wireWord,
  status: wireStatus,
  amount: wireDecimal,
  fee: optional(wireDecimal),
  createdAt: optional(wireWord),
  updatedAt: optional(wireWord),
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
  errors: optional(z.array(z.object({ code: optional(comparedText).catch(null) }))).catch(null),
  error: optional(comparedText).catch(null),
  title: optional(comparedText).catch(null),
  type: optional(comparedText).catch(null),
  traceId: optional(comparedText).catch(null),
});

/**
 * A callback (section 6). Deposits name their transfer `Id`, withdrawals `TransferId`. The amount is not read: it is 0
 * in callbacks about a confirmation or a cancellation.
 */
export const callbackBody = z.object({
  Id: optional(wireId),
  TransferId: optional(wireId),
  Status: wireStatus,
  Type: optional(wireWord),
});
