/** Waits, at most until `signal` is aborted. Harmless when repeated thousands of times with one signal. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((settle) => {
    const end = (): void => {
      clearTimeout(timer);
      // Each wait must remove its listener.
      signal?.removeEventListener('abort', end);
      settle();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
