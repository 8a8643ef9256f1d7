/**
 * A value that is loaded when it is needed, kept for a while, and loaded once for all who need it at the same time. A
 * failed load is not kept.
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
