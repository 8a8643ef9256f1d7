import type { DataKeyBook, NewDataKey } from '../contract/data-keys';
import type { KeyWrapper } from './key-wrapper';

/** What came of a rotation. */
export interface Rotation {
  /** The key-encryption key that now wraps them. */
  readonly to: string;
  readonly rewrapped: number;
  /** How many stay as they were, by the key-encryption key that is not there. */
  readonly missing: Readonly<Record<string, number>>;
  /** Ids of data keys that are not what was wrapped: somebody has altered the book. */
  readonly altered: readonly string[];
}

const BATCH = 200;

/**
 * Wraps every data key by the current key-encryption key, while everything runs: what the data keys encrypt stays as it is.
 * Harmless when repeated, or broken off.
 *
 * @param tell receives how many are rewrapped so far
 */
export async function rotateKeys(
  book: DataKeyBook,
  wrapper: KeyWrapper,
  tell: (rewrapped: number) => void = () => undefined,
): Promise<Rotation> {
  const to = await wrapper.currentId();
  const missing: Record<string, number> = {};
  const altered: string[] = [];
  let rewrapped = 0;
  for (let after = ''; ;) {
    const batch = await book.wrappedByOthers(to, after, BATCH);
    const last = batch.at(-1);
    if (last === undefined) return { to, rewrapped, missing, altered };
    for (const each of batch) {
      const did = await rewrap(each, book, wrapper);
      if (did === 'missing') missing[each.wrappedBy] = (missing[each.wrappedBy] ?? 0) + 1;
      else if (did === 'altered') altered.push(each.keyId);
      else if (did === 'rewrapped') rewrapped += 1;
    }
    after = last.keyId;
    tell(rewrapped);
  }
}

async function rewrap(
  each: NewDataKey,
  book: DataKeyBook,
  wrapper: KeyWrapper,
): Promise<'rewrapped' | 'elsewhere' | 'missing' | 'altered'> {
  const unwrapped = await wrapper.unwrap(each, each);
  if (unwrapped.is !== 'unwrapped') return unwrapped.is;
  const wrapped = await wrapper.wrap(unwrapped.key, each);
  return (await book.rewrap(each.keyId, each.wrappedBy, wrapped)) ? 'rewrapped' : 'elsewhere';
}
