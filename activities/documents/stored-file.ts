import type { DocumentMime } from './sniff';

/** A file read from an allowed place: its bytes, and what they really are. */
export interface StoredFile {
  readonly bytes: Buffer;
  /** Lower-case hex. */
  readonly sha256: string;
  /** By the magic bytes, never by name or header. */
  readonly mime: DocumentMime;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}
