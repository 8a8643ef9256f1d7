import { z } from 'zod';
import { isDecimalText } from '../../contract/money';

/**
 * What Coinify answers. Every property that the documents name is read; those that they do not name are dropped, because
 * new ones may come at any time. One that has another type than its document says makes the whole answer drift.
 */
const decimal = z.string().refine(isDecimalText);
/** Bounded, so that nothing unbounded enters a history. */
const short = z.string().max(255);
const id = short.min(1);

const amounts = z.object({ baseAmount: decimal, baseCurrency: id, finalAmount: decimal, finalCurrency: id });
const destination = z.object({ address: id, tag: short.nullish() });
const contextOfOrder = z.record(z.string(), z.string());

/** What a withdrawal and the event about it have in common. */
const shared = {
  id,
  orderId: id,
  /** The documents name three; any other word waits. */
  state: id,
  amounts,
  destination,
  transactionId: short.nullish(),
  context: contextOfOrder.nullish(),
  memo: z.string().nullish(),
};

const named = z.object({ id, name: z.string() });

/** A withdrawal (Withdrawals resource page). */
export const withdrawalAnswer = z.object({
  ...shared,
  merchant: named,
  subaccount: named.nullish(),
  customerId: short.nullish(),
  customerEmail: z.string().nullish(),
});
export type WireWithdrawal = z.output<typeof withdrawalAnswer>;

/** [?] Whether a list is bare or wrapped is not stated. */
export const withdrawalsAnswer = z.union([
  z.array(withdrawalAnswer),
  z.object({ data: z.array(withdrawalAnswer) }).transform(({ data }) => data),
  z.object({ items: z.array(withdrawalAnswer) }).transform(({ items }) => items),
]);

/** What every webhook has (Webhooks page). */
export const webhookEnvelope = z.object({ id, time: z.string().max(255).nullish(), event: id, context: z.unknown() });

/** What an event about a withdrawal is about (Withdrawals webhooks page). Nothing else of it is read: the withdrawal is. */
export const withdrawalEventContext = z.object({ id, orderId: id });

const codeText = z.string().nullish().catch(null);

/** [?] The envelope of errors is not published: every place where a code may stand (section 3). */
export const errorBody = z.object({
  errorCode: codeText,
  error: z
    .union([z.string(), z.object({ code: codeText }).transform(({ code }) => code)])
    .nullish()
    .catch(null),
  code: codeText,
  errorMessage: codeText,
  error_description: codeText,
  message: codeText,
});
