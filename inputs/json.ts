import { z } from 'zod';
import type { JsonObject, JsonValue } from '../contract/json';

/** The longest text inside details, in characters; a whole document belongs in the application's documents. */
const LONGEST_TEXT = 10_000;
/** The most values of one list or object. */
const MOST_VALUES = 200;

/** What may stand in a field of one. */
export const jsonValue: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([
    z.string().max(LONGEST_TEXT),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(jsonValue).max(MOST_VALUES),
    jsonObject,
  ]),
);

/** One JSON object whose fields are a provider's own: its shape alone; what it must hold, the provider's module says. */
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string().max(64), jsonValue).check((context) => {
  if (Object.keys(context.value).length <= MOST_VALUES) return;
  const message = `must have at most ${MOST_VALUES} fields`;
  context.issues.push({ code: 'custom', message, input: context.value });
});
