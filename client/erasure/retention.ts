import { keptUntil, type HeldOfClient, type RetainedKind, type RetentionRule } from '../../contract/erasure';

/** What a law has kept still, and until when. */
interface Kept {
  readonly kind: RetainedKind;
  /** A UTC day. */
  readonly until: string;
  readonly law: string;
}

/** What may not be erased yet, by the latest of each kind; the longest first. */
export function keptStill(
  { latest }: Pick<HeldOfClient, 'latest'>,
  rules: readonly RetentionRule[],
  provider: string,
  now: Date,
): readonly Kept[] {
  return rules
    .flatMap((rule) => {
      const from = latest[rule.kind];
      if (from === undefined || (rule.provider !== undefined && rule.provider !== provider)) return [];
      const until = keptUntil(new Date(from), rule.keep);
      if (until === undefined || until <= now) return [];
      return [{ kind: rule.kind, until: until.toISOString().slice(0, 10), law: rule.law }];
    })
    .toSorted((a, b) => (a.until < b.until ? 1 : -1));
}

const WORDS: Readonly<Record<RetainedKind, string>> = {
  application: 'its application',
  document: 'its documents',
  movement: 'its movements',
  decision: 'what people decided about it',
};

/** In a sentence each, for whoever asks for the erasure. */
export function keptWords(kept: readonly Kept[]): string {
  return kept.map(({ kind, until, law }) => `${WORDS[kind]} until ${until} (${law})`).join('; ');
}
