/** Where figures lie. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * The smallest of `figures` that at least a share `q` of them do not exceed (nearest rank).
 *
 * @param q above 0, at most 1
 * @throws RangeError if there are no figures
 */
export function quantile(figures: readonly number[], q: number): number {
  const sorted = [...figures].sort((one, other) => one - other);
  const found = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  if (found === undefined) throw new RangeError('no figures');
  return found;
}

/** @throws RangeError if there are no figures */
export function spread(figures: readonly number[]): Spread {
  return { min: quantile(figures, Number.MIN_VALUE), median: quantile(figures, 0.5), max: quantile(figures, 1) };
}

export function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
