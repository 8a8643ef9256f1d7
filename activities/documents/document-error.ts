/**
 * Why a document could not be read. The words tell neither its content nor its place: they follow the field that names
 * it.
 */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';

  /**
   * @param problem words that follow the field's name, such as `names a file that does not exist`
   * @param transient whether the same read may succeed later with nothing changed by a person
   */
  constructor(
    readonly problem: string,
    readonly transient: boolean,
  ) {
    super(`a document ${problem}`);
  }
}

/** A person must change something before the document can be read. */
export function unreadable(problem: string): DocumentError {
  return new DocumentError(problem, false);
}

/** The place did not answer as it should; it may later. */
export function unavailable(problem: string): DocumentError {
  return new DocumentError(problem, true);
}

/** The code of an error of the system or of a library, such as `ENOENT`; empty if it has none. */
export function systemCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
