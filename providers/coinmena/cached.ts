/**
 * A value that is loaded when it is wanted, kept for a while, and loaded once for all who want it at the same time.
 * A load that failed is not kept.
 *
 * @param ttlMs how long a value is kept, in milliseconds
 */
export function cached<Value>(load: () => Promise<Value>, ttlMs: number, now: () => number): () => Promise<Value> {
  let kept: { readonly value: Promise<Value>; readonly until: number } | undefined;
  return () => {
    if (kept !== undefined && now() < kept.until) return kept.value;
    const value = load();
    const entry = { value, until: now() + ttlMs };
    kept = entry;
    value.catch(() => {
      if (kept === entry) kept = undefined;
    });
    return value;
  };
}
