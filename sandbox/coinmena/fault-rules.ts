import { z } from 'zod';
import { httpFaultRules, lookupMissesRule, ruleBase, unauthorizedRule } from '../http/fault-rules';

/** The operations of the API, as rules and counters name them. */
export const OPERATIONS = [
  'create-client',
  'get-client',
  'update-client',
  'activate-client',
  'upload-document',
  'list-documents',
  'deposit',
  'withdrawal',
  'get-order-by-ref',
  'get-order',
  'list-orders',
  'list-balances',
  'get-balance',
  'list-countries',
  'list-assets',
  'download-file',
] as const;
export type Operation = (typeof OPERATIONS)[number];

const operations: readonly string[] = [...OPERATIONS, '*'];
const fundingOperation = z.enum(['deposit', 'withdrawal', '*']);
const createOperation = z.enum(['create-client', '*']);
const lookupOperation = z.enum(['get-order-by-ref', 'get-client', '*']);

const status = z.string().min(1).max(100);

const rules = z.discriminatedUnion('kind', [
  ...httpFaultRules,
  z.strictObject({
    ...ruleBase,
    operation: fundingOperation,
    kind: z.literal('order-outcome'),
    /** The order is created with this status; unless it is `completed`, it moves no money. */
    params: z.strictObject({ status, http_status: z.int().min(200).max(299).optional() }),
  }),
  z.strictObject({
    ...ruleBase,
    operation: createOperation,
    kind: z.literal('client-status'),
    params: z.strictObject({ status }),
  }),
  z.strictObject({
    ...ruleBase,
    operation: createOperation,
    kind: z.literal('client-inactive'),
    params: z.strictObject({}).prefault({}),
  }),
  unauthorizedRule,
  lookupMissesRule.extend({ operation: lookupOperation }),
]);

/** Every rule that can be put into force: the faults of HTTP, and those of CoinMENA's business. */
export const coinmenaFaultRule = rules.refine(({ operation }) => operations.includes(operation), {
  path: ['operation'],
  message: `must be one of ${operations.join(', ')}`,
});
export type CoinmenaFaultRule = z.output<typeof coinmenaFaultRule>;
