import { z } from 'zod';
import type { JsonObject, JsonValue } from '../contract/json';
import { characterProblem, linesProblem } from './characters';

/** The longest text inside details, in characters; a whole document belongs in the application's documents. */
const LONGEST_TEXT = 10_000;
/** The most values of one list or object. */
const MOST_VALUES = 200;

const freeText = z
  .string()
  .max(LONGEST_TEXT)
  .check((context) => {
    const message = linesProblem(context.value);
    // Continued: the union tells why it is refused only of what has the right type.
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value, continue: true });
  });

const jsonValue: z.ZodType<JsonValue, JsonValue> = z.lazy(() =>
  z.union([freeText, z.number(), z.boolean(), z.null(), z.array(jsonValue).max(MOST_VALUES), jsonObject]),
);

/**
 * One JSON object with a provider's own fields. Only its shape is checked here; the provider's module says what it must
 * hold.
 */
export const jsonObject: z.ZodType<JsonObject, JsonObject> = z
  .record(z.string().max(64), jsonValue)
  .check((context) => {
    const names = Object.keys(context.value);
    const wrong = names.map(characterProblem).find((problem) => problem !== undefined);
    const message =
      names.length > MOST_VALUES
        ? `must have at most ${MOST_VALUES} fields`
        : wrong === undefined
          ? undefined
          : `has a field whose name ${wrong}`;
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value, continue: true });
  });
