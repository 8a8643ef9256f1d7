import { z } from 'zod';

/** A whole number of the environment, within bounds. */
export function wholeNumber(smallest: number, largest: number): z.ZodType<number, string> {
  const problem = `must be a whole number from ${smallest} to ${largest}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, problem)
    .transform(Number)
    .refine((value) => value >= smallest && value <= largest, problem);
}
