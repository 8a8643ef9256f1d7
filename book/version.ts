import type { BookDatabase } from './connection';
import { bookVersion } from './migrate';

/** Thrown if a book is of another version than this Gangway. Its message says which command to run. */
export class BookVersionError extends Error {
  override readonly name = 'BookVersionError';
  readonly code = 'BOOK_VERSION';
}

/**
 * Refuses a book of another version: what this one would write into it, or read from it, is not known.
 *
 * @throws BookVersionError; BookUnavailable if the book cannot be reached
 */
export async function requireCurrentBook(book: BookDatabase): Promise<void> {
  const version = await bookVersion(book);
  switch (version.is) {
    case 'current':
      return;
    case 'older':
      throw new BookVersionError(
        `The book lacks ${version.lacks.join(', ')}. Run \`gangway setup\` once, then start again.`,
      );
    case 'newer':
      throw new BookVersionError(
        `The book has ${version.has.join(', ')}, of a newer Gangway. Run that version; \`gangway setup\` never goes back.`,
      );
  }
}
