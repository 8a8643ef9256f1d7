/**
 * What is told of an error that nobody foresaw, in words that follow what failed: its kind alone, because its message may
 * repeat what was sent.
 */
export function failedUnforeseen(error: unknown): string {
  const kind = error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'no error';
  return `failed for a reason that was not foreseen (${kind})`;
}
