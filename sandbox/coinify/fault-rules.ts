import { z } from 'zod';
import { OPERATIONS as FACTS, type Operation } from '../../providers/coinify/layout';
import { CALLBACK_OPERATION, callbackFaultRules } from '../http/callbacks';
import { httpFaultRules, lookupMissesRule, milliseconds, ruleBase, unauthorizedRule } from '../http/fault-rules';

/** The operations of the API, as rules and counters name them. */
export const OPERATIONS: readonly Operation[] = Object.keys(FACTS).filter((name): name is Operation =>
  Object.hasOwn(FACTS, name),
);

const operations: readonly string[] = [...OPERATIONS, CALLBACK_OPERATION, '*'];

const rules = z.discriminatedUnion('kind', [
  ...httpFaultRules,
  ...callbackFaultRules,
  unauthorizedRule,
  lookupMissesRule.extend({ operation: z.enum(['getWithdrawal', 'listWithdrawals', '*']) }),
  /**
   * What becomes of a withdrawal after `after_ms`: `completed`, `cancelled`, or any other word, which only waits.
   * `created`: it stays what it is.
   */
  z.strictObject({
    ...ruleBase,
    operation: z.enum(['createWithdrawal', '*']),
    kind: z.literal('outcome'),
    params: z.strictObject({ state: z.string().min(1).max(100), after_ms: milliseconds.optional() }),
  }),
]);

/** Every rule that can be put into force: the faults of HTTP, of webhooks, and those of Coinify's business. */
export const coinifyFaultRule = rules.refine(({ operation }) => operations.includes(operation), {
  path: ['operation'],
  message: `must be one of ${operations.join(', ')}`,
});
export type CoinifyFaultRule = z.output<typeof coinifyFaultRule>;
