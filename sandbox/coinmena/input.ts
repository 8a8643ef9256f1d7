import { z } from 'zod';
import { fieldProblems } from '../http/control';
import type { Call } from './context';
import { Refusal } from './errors';

/** A required text, not blank, of at most `max` characters. */
export function text(max: number): z.ZodString {
  return z.string().max(max, `must have at most ${max} characters`).regex(/\S/, 'must not be empty');
}

/** A day that exists, as `YYYY-MM-DD`. */
export const calendarDate = z.iso.date('must be a date as YYYY-MM-DD');

/** Parses with a schema. @throws Refusal 422 that names every wrong field */
export function parseFields<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Refusal(422, fieldProblems(parsed.error.issues));
}

/**
 * The JSON body of a call.
 *
 * @throws Refusal 415 if the Content-Type says otherwise [I], 422 if it is not JSON in UTF-8
 */
export function jsonBody(call: Call): unknown {
  if (!/^application\/json\s*(;|$)/i.test(call.contentType ?? '')) throw new Refusal(415);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(call.body));
    return value;
  } catch {
    throw new Refusal(422, { body: ['is not JSON'] });
  }
}

/**
 * A query parameter given at most once.
 *
 * @throws Refusal 422 if it is given twice or empty
 */
export function queryParameter(call: Call, name: string): string | undefined {
  const values = call.query.getAll(name);
  if (values.length > 1) throw new Refusal(422, { [name]: ['must be given once'] });
  if (values[0] === '') throw new Refusal(422, { [name]: ['must not be empty'] });
  return values[0];
}
