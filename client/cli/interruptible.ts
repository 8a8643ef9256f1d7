/**
 * Does work that ends early, and in order, at the first SIGINT or SIGTERM; a second one ends the process as usual.
 */
export async function interruptible<Result>(work: (interrupt: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work(interrupt.signal);
  } finally {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
}
