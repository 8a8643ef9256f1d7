import type { Story } from '../../../book/read/story';

/** A story as machines read it: hashes in hex. Entries have marks in the place of words, as they were hashed. */
export function storyDocument({ entries, words, ...story }: Story): object {
  return {
    ...story,
    words: words.byMark,
    entries: entries.map(({ chainId: _chainId, subject: _subject, sha256, ...entry }) => ({
      ...entry,
      sha256: sha256.toString('hex'),
    })),
  };
}
