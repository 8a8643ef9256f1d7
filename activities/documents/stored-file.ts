import type { DocumentMime } from './sniff';

/** A file read from an allowed place: its bytes, and what they really are. */
export interface StoredFile {
  readonly bytes: Buffer;
  /** Lower-case hex. */
  readonly sha256: string;
  /** By the magic bytes, never by name or header. */
  readonly mime: DocumentMime;
}

/** Of a scan, and of all that waits. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions extends WaitOptions {
  /** The largest file, in bytes; nothing is read beyond it. */
  readonly maxBytes: number;
}
