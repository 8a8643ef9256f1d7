import { z } from 'zod';
import { fieldProblems } from '../http/control';
import { isZero } from '../http/decimals';
import { jsonOf } from '../http/passage';
import { MAX_AMOUNT_DECIMALS, MAX_TEXT, PAGE_SIZE } from './config';
import type { Call } from './context';
import { Problem } from './errors';

/** A required text, not blank. */
export const text = z.string().max(MAX_TEXT).regex(/\S/, 'must not be empty');

const AMOUNT = new RegExp(`^\\d{1,40}(\\.\\d{1,${MAX_AMOUNT_DECIMALS}})?$`);

/** [?] A decimal above 0, as text; a number is refused. */
export const amount = z
  .string('must be a decimal string')
  .regex(AMOUNT, 'must be a decimal string')
  .refine((value) => !AMOUNT.test(value) || !isZero(value), 'must be greater than 0');

/** A part that the sandbox keeps and does not read. */
export const anything = z.record(z.string(), z.json());

/** The body of a call, parsed. @throws Problem SANDBOX_VALIDATION_FAILED that names every wrong field */
export function bodyOf<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(call.received));
  if (parsed.success) return parsed.data;
  const errors = Object.entries(fieldProblems(parsed.error.issues)).flatMap(([field, messages]) =>
    messages.map((message) => ({ field, message })),
  );
  throw new Problem('SANDBOX_VALIDATION_FAILED', 'The body is not valid.', errors);
}

/** [?] One page of a list, and the cursor of the next. */
export function pageOf(call: Call, items: readonly object[]): object {
  const cursor = call.received.query.get('cursor') ?? '0';
  const start = /^\d{1,9}$/.test(cursor) ? Number(cursor) : 0;
  const end = start + PAGE_SIZE;
  const hasMore = end < items.length;
  return { items: items.slice(start, end), pageInfo: { nextCursor: hasMore ? String(end) : null, hasMore } };
}
