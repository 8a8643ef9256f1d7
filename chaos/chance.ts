import { createHash } from 'node:crypto';

/**
 * Random numbers that depend only on the seed and a name, so that a draw for one thing does not change when another
 * thing is drawn earlier or more often: a run's plan and its decisions are the same each time.
 */
export class Chance {
  private drawn = 0;

  constructor(
    private readonly seed: number,
    private readonly name: string,
  ) {}

  /** In [0, 1). */
  real(): number {
    this.drawn += 1;
    const digest = createHash('sha256').update(`${this.seed}/${this.name}/${this.drawn}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }

  /** A whole number from `smallest` to `largest`. */
  whole(smallest: number, largest: number): number {
    return smallest + Math.floor(this.real() * (largest - smallest + 1));
  }

  happens(probability: number): boolean {
    return this.real() < probability;
  }

  pick<T>(first: T, ...others: readonly T[]): T {
    return [first, ...others][this.whole(0, others.length)] ?? first;
  }

  /** One of the choices, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    const [first] = choices;
    if (first === undefined) throw new RangeError('there must be something to choose from');
    let left = this.real() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return first[1];
  }

  /** Digits, as many as asked. */
  digits(count: number): string {
    return Array.from({ length: count }, () => String(this.whole(0, 9))).join('');
  }
}
