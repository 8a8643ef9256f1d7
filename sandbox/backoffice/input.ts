import { z } from 'zod';
import { fieldProblems } from '../http/control';
import { isZero } from '../http/decimals';
import { jsonOf } from '../http/passage';
import { MAX_AMOUNT_DIGITS, MAX_COMMENT, MAX_URL } from './config';
import type { Call } from './context';
import { refusal } from './errors';
import { readWritten, WrittenNumber } from './numbers';

/** [S] A GUID; kept in lower case. */
export const guid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a GUID')
  .transform((text) => text.toLowerCase());

/** [S] A JSON number, taken digit by digit; text is refused [?]. [I] Greater than 0. */
const amount = z
  .instanceof(WrittenNumber, { error: 'must be a JSON number' })
  .transform(({ text }) => text)
  .refine((text) => /^\d+(\.\d+)?$/.test(text), 'must be a plain number')
  .refine((text) => text.replace(/^0+|\./g, '').length <= MAX_AMOUNT_DIGITS, 'has too many digits')
  .refine((text) => !/^\d+(\.\d+)?$/.test(text) || !isZero(text), 'must be greater than 0');

/** [?] Absent or empty: no callbacks. */
const callbackUrl = z
  .string()
  .max(MAX_URL)
  .refine((text) => text === '' || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)), 'must be a URL')
  .nullish()
  .transform((url) => url ?? '');

/** The body of deposit and withdraw (sections 4.1, 4.2). */
export const newTransfer = z
  .object({
    userid: guid,
    assetid: z.string().min(1).max(64),
    amount,
    comment: z
      .string()
      .max(MAX_COMMENT)
      .nullish()
      .transform((text) => text ?? ''),
    callbackurl: callbackUrl,
  })
  .transform(({ userid, assetid, callbackurl, ...rest }) => ({
    userId: userid,
    assetId: assetid,
    callbackUrl: callbackurl,
    ...rest,
  }));

/** The body of withdraw-confirm and withdraw-cancel: the id is text here [S]. */
export const transferStep = z
  .object({
    userid: guid,
    transferid: z.string('must be text').regex(/^\d{1,15}$/, 'must be a transfer id'),
    callbackurl: callbackUrl,
  })
  .transform(({ userid, transferid, callbackurl }) => ({
    userId: userid,
    transferId: Number(transferid),
    callbackUrl: callbackurl,
  }));

/** The body of a call. @throws Refusal ValidationFailed that names every wrong field */
export function bodyOf<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  // Says what is wrong with the type or the JSON.
  jsonOf(call.received);
  return parsed(schema, readWritten(call.received.body.toString('utf8')) ?? {});
}

/** The query of a call; a name is looked for without regard to case. */
export function queryOf<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  const given = [...call.received.query.entries()].map(([name, value]) => [name.toLowerCase(), value] as const);
  return parsed(schema, Object.fromEntries(given));
}

function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = Object.entries(fieldProblems(result.error.issues)).map(([field, [message = '']]) => {
    return `${field} ${message}`;
  });
  throw refusal('ValidationFailed', problems.join('; '));
}
