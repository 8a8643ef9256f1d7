/** A file read from an allowed place: its bytes, and what they really are. */
export interface StoredFile {
  readonly bytes: Buffer;
  /** Lower-case hex. */
  readonly sha256: string;
  /** By the magic bytes, never by name or header. */
  readonly mime: string;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
}

/** Where documents are read from. */
export interface DocumentStore {
  /**
   * Reads a file whole.
   *
   * @param uri `file:` under an allowed root, or `https:` at an allowed host
   * @throws DocumentError where it cannot be read, or must not be
   */
  read(uri: string, options?: ReadOptions): Promise<StoredFile>;
}
