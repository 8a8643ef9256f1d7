import type { Story } from '../../../book/read/story';

/** A story as machines read it: hashes in hex. */
export function storyDocument({ entries, ...story }: Story): object {
  return {
    ...story,
    entries: entries.map(({ chainId: _chainId, subject: _subject, sha256, ...entry }) => ({
      ...entry,
      sha256: sha256.toString('hex'),
    })),
  };
}
