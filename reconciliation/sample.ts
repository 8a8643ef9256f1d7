/** One in so many is read again. */
const ONE_IN = 10;

/** Whether an intent that ended is read again on a day: the same for whoever asks, and over time each. */
export function isSampled(fundingId: string, day: string): boolean {
  let hash = 2_166_136_261;
  for (const unit of `${day}/${fundingId}`) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  // The last digits of such a hash are the worst of it.
  return (hash >>> 8) % ONE_IN === 0;
}
