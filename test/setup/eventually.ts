/** What `look` finds, as soon as it finds something. */
export async function eventually<T>(look: () => Promise<T | undefined>, forMs = 30_000): Promise<T> {
  const end = Date.now() + forMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
