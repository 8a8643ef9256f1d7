/**
 * Numbers in [0, 1) that depend on a seed, a subject, how often that subject had its turn, and a name. What one request
 * meets does not change when another one comes earlier or more often, so a run of faults by chance can be repeated even
 * if its requests come in another order. Not for secrets.
 */
export class SeededRandom {
  private readonly turns = new Map<string, number>();

  constructor(private seed: number) {}

  /** Begins again: every subject has had no turn. */
  reseed(seed: number): void {
    this.seed = seed;
    this.turns.clear();
  }

  /** The next turn of a subject: a number for each name. */
  turnOf(subject: string): (name: string) => number {
    const turn = (this.turns.get(subject) ?? 0) + 1;
    this.turns.set(subject, turn);
    const { seed } = this;
    return (name) => unitOf(`${seed} ${subject} ${turn} ${name}`);
  }
}

/** A text as a number in [0, 1): FNV-1a, and the finalizer of MurmurHash3, because the hash of similar texts is similar. */
function unitOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
