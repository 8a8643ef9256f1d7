import { z } from 'zod';
import { OPERATIONS as FACTS, type Operation } from '../../providers/oceafin/layout/operations';
import { CALLBACK_OPERATION, callbackFaultRules } from '../http/callbacks';
import { httpFaultRules, ruleBase, unauthorizedRule } from '../http/fault-rules';

/** The operations of the API, as rules and counters name them. */
export const OPERATIONS: readonly Operation[] = Object.keys(FACTS).filter((name): name is Operation =>
  Object.hasOwn(FACTS, name),
);

const operations: readonly string[] = [...OPERATIONS, CALLBACK_OPERATION, '*'];
const status = z.string().min(1).max(100);
const anyOperation = { ...ruleBase, operation: z.string() };
const nothing = z.strictObject({}).prefault({});

const rules = z.discriminatedUnion('kind', [
  ...httpFaultRules,
  ...callbackFaultRules,
  unauthorizedRule,
  /** Answers PARTNER_PROCESSING_UNAVAILABLE; `commit: before` does what was asked all the same. */
  z.strictObject({
    ...anyOperation,
    kind: z.literal('processing-unavailable'),
    params: z.strictObject({ commit: z.enum(['before', 'never']).default('never') }).prefault({}),
  }),
  /** What becomes of an evidence submission, an application, a withdrawal or a conversion once it has been processed. */
  z.strictObject({ ...anyOperation, kind: z.literal('outcome'), params: z.strictObject({ status }) }),
  /** The quote that a draft names has expired. */
  z.strictObject({ ...anyOperation, kind: z.literal('quote-expired'), params: nothing }),
]);

/** Every rule that can be put into force: the faults of HTTP, of webhooks, and those of Oceafin's business. */
export const oceafinFaultRule = rules.refine(({ operation }) => operations.includes(operation), {
  path: ['operation'],
  message: 'must be an operation, callback or *',
});
export type OceafinFaultRule = z.output<typeof oceafinFaultRule>;
