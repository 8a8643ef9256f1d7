import { z } from 'zod';
import { CALLBACK_OPERATION, callbackFaultRules } from '../http/callbacks';
import { httpFaultRules, lookupMissesRule, milliseconds, ruleBase, unauthorizedRule } from '../http/fault-rules';

/** The operations of the API, as rules and counters name them. */
export const OPERATIONS = [
  'token',
  'deposit',
  'withdraw',
  'withdraw-confirm',
  'withdraw-cancel',
  'account-history',
  'transfers',
] as const;
export type Operation = (typeof OPERATIONS)[number];

const operations: readonly string[] = [...OPERATIONS, CALLBACK_OPERATION, '*'];
const settling = z.enum(['deposit', 'withdraw-confirm', '*']);

/** Nothing signs a callback here, so no signature can be wrong. */
const [lost, duplicated, late, reordered] = callbackFaultRules;
export const CALLBACK_KINDS = ['callback-lost', 'callback-duplicated', 'callback-late', 'callback-reordered'] as const;

const rules = z.discriminatedUnion('kind', [
  ...httpFaultRules,
  lost,
  duplicated,
  late,
  reordered,
  unauthorizedRule,
  lookupMissesRule.extend({ operation: z.enum(['account-history', 'transfers', '*']) }),
  /** What a deposit or a confirmed withdrawal settles as; money moves only if it is `Completed`. */
  z.strictObject({
    ...ruleBase,
    operation: settling,
    kind: z.literal('outcome'),
    params: z.strictObject({ status: z.string().min(1).max(100), error_details: z.string().max(500).default('') }),
  }),
  /** It stays as it is for longer, or for ever if `ms` is null. */
  z.strictObject({
    ...ruleBase,
    operation: settling,
    kind: z.literal('slow'),
    params: z.strictObject({ ms: milliseconds.nullable() }),
  }),
  /** A cancellation fails: told by a callback `Failed` after an answer like any other, or refused with 400. */
  z.strictObject({
    ...ruleBase,
    operation: z.enum(['withdraw-cancel', '*']),
    kind: z.literal('cancel-fails'),
    params: z.strictObject({ how: z.enum(['callback', 'refused']).default('callback') }).prefault({}),
  }),
]);

/** Every rule that can be put into force: the faults of HTTP, of callbacks, and those of the back office's business. */
export const backofficeFaultRule = rules.refine(({ operation }) => operations.includes(operation), {
  path: ['operation'],
  message: `must be one of ${operations.join(', ')}`,
});
export type BackofficeFaultRule = z.output<typeof backofficeFaultRule>;
