import { z } from 'zod';
import { comparedText, optional, wireDecimal, wireId, wireRef, wireStatus, wireWord } from '../http/wire';

/**
 * What Coinify answers. Every property that the documents name is read; others are dropped, because new ones may come
 * at any time. A property of another type than documented makes the whole answer drift.
 */
const amounts = z.object({
  baseAmount: wireDecimal,
  baseCurrency: wireWord,
  finalAmount: wireDecimal,
  finalCurrency: wireWord,
});
const destination = z.object({ address: wireId, tag: optional(comparedText) });

/** What a withdrawal and the event about it have in common. */
const shared = {
  id: wireId,
  orderId: wireRef,
  /** The documents name three; any other word waits. */
  state: wireStatus,
  amounts,
  destination,
  transactionId: optional(wireId),
};

/** A withdrawal (Withdrawals resource page). */
export const withdrawalAnswer = z.object({
  ...shared,
  customerId: optional(wireRef),
});
export type WireWithdrawal = z.output<typeof withdrawalAnswer>;

/** [?] Whether a list is bare or wrapped is not stated. */
export const withdrawalsAnswer = z.union([
  z.array(withdrawalAnswer),
  z.object({ data: z.array(withdrawalAnswer) }).transform(({ data }) => data),
  z.object({ items: z.array(withdrawalAnswer) }).transform(({ items }) => items),
]);

/** What every webhook has (Webhooks page). */
export const webhookEnvelope = z.object({ id: wireId, event: wireStatus, context: z.unknown().optional() });

/** What an event about a withdrawal is about (Withdrawals webhooks page). Nothing else of it is read: the withdrawal is. */
export const withdrawalEventContext = z.object({ id: wireId, orderId: wireId });

const codeText = optional(comparedText).catch(null);

/** [?] The envelope of errors is not published: every place where a code may stand (section 3). */
export const errorBody = z.object({
  errorCode: codeText,
  error: z
    .union([comparedText, z.object({ code: codeText }).transform(({ code }) => code)])
    .nullish()
    .catch(null),
  code: codeText,
  errorMessage: codeText,
  error_description: codeText,
  message: codeText,
});
