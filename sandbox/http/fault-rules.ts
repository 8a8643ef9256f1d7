import { z } from 'zod';

/**
 * The faults that any HTTP service can show, as rules: data that a test puts in and takes out while the sandbox runs.
 * A provider's folder adds the faults of its own business.
 */

/** Longest wait a rule may ask for: ten minutes. */
const LONGEST_MS = 600_000;

export const milliseconds = z.int().min(0).max(LONGEST_MS);

const moment = z.enum(['before-commit', 'after-commit']);

/** What every rule carries, whatever its kind. */
export const ruleBase = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, "may hold letters, digits, '.', '_' and '-' only")
    .optional(),
  match: z
    .strictObject({ partner_client_id: z.string().optional(), partner_order_ref: z.string().optional() })
    .default({}),
  probability: z.number().min(0).max(1).default(1),
  times: z.int().min(1).nullable().default(1),
};

const latencyParams = z.strictObject({ ms: milliseconds });

const statusParams = z.strictObject({
  status: z.int().min(400).max(599),
  body: z.enum(['json', 'html', 'empty']).default('json'),
  /** `code` of the error body; the status if it is not given. */
  code: z.union([z.int(), z.string().min(1)]).optional(),
  msg: z.string().optional(),
  /** Seconds, or an HTTP date as text. */
  retry_after: z.union([z.int().min(0), z.string().min(1)]).optional(),
  /** `before`: what was asked is done, and then answered with the error. `never`: nothing is done. */
  commit: z.enum(['before', 'never']).default('never'),
});

const resetParams = z.strictObject({ when: moment });

const stallParams = z.strictObject({
  when: moment,
  ms: milliseconds,
  then: z.enum(['answer', 'destroy']).default('answer'),
});

const lateDuplicateParams = z.strictObject({ ms: milliseconds });

const truncatedParams = z
  .strictObject({
    /** Bytes of the body that are sent; half of it if not given. */
    bytes: z.int().min(0).optional(),
    /** `clean`: a whole message whose JSON is cut. `cut`: the connection ends before the declared length. */
    end: z.enum(['clean', 'cut']).default('clean'),
  })
  .prefault({});

const wrongTypesParams = z
  .strictObject({
    /** Names of the fields that change their type; all if not given. */
    fields: z.array(z.string().min(1)).min(1).optional(),
  })
  .prefault({});

const extraFieldsParams = z
  .strictObject({
    fields: z.record(z.string(), z.json()).default({ x_new_field: 'new', x_new_object: { nested: [1, null] } }),
  })
  .prefault({});

const wrongContentTypeParams = z
  .strictObject({
    /** `html`: a web page. `json`: the right body, called `text/html`. */
    body: z.enum(['html', 'json']).default('html'),
  })
  .prefault({});

const respeltParams = z.strictObject({
  /** Names of the fields that are shown otherwise, wherever they stand in the answer. */
  fields: z.array(z.string().min(1)).min(1),
  /** `upper` and `lower`: the other case. `net`: an amount less a hundredth. `rounded`: an amount cut to two places. */
  how: z.enum(['upper', 'lower', 'net', 'rounded']),
});

const anyOperation = { ...ruleBase, operation: z.string() };

/** The rules of the faults that any HTTP service can show; a provider's folder says which operations there are. */
export const httpFaultRules = [
  z.strictObject({ ...anyOperation, kind: z.literal('latency'), params: latencyParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('status'), params: statusParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('reset'), params: resetParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('stall'), params: stallParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('late-duplicate'), params: lateDuplicateParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('truncated'), params: truncatedParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('wrong-types'), params: wrongTypesParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('extra-fields'), params: extraFieldsParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('wrong-content-type'), params: wrongContentTypeParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('respelt'), params: respeltParams }),
  z.strictObject({ ...anyOperation, kind: z.literal('reversed'), params: z.strictObject({}).prefault({}) }),
] as const;

/** A rule of a fault that any HTTP service can show. */
export type HttpFaultRule = z.output<(typeof httpFaultRules)[number]>;

/** Refuses a call's credentials, before anything is done. */
export const unauthorizedRule = z.strictObject({
  ...anyOperation,
  kind: z.literal('unauthorized'),
  params: z.strictObject({}).prefault({}),
});

/**
 * A look-up misses what is there or, if `younger_than_ms` is given, what is younger than that: set `times` to null
 * then. A provider's folder names the operations that look up.
 */
export const lookupMissesRule = z.strictObject({
  ...anyOperation,
  kind: z.literal('lookup-misses'),
  params: z.strictObject({ younger_than_ms: milliseconds.optional() }).prefault({}),
});
