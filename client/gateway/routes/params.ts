import { z } from 'zod';
import { ID_PATTERN, idProblem, MAX_ID_LENGTH } from '../../../contract/ids';

const id = z
  .string()
  .check((context) => {
    const message = idProblem(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
  })
  .meta({ minLength: 1, maxLength: MAX_ID_LENGTH, pattern: ID_PATTERN.source });

/** `{provider}/{id}` of a path. */
export function flowParams(own: string): z.ZodObject<{ provider: typeof id; id: typeof id }> {
  return z.object({ provider: id.describe("The provider's id"), id: id.describe(own) });
}
