import type { Scanner } from './clamd';
import { unreadable } from './document-error';
import { readFileUri } from './file';
import { readHttpsUri, type HttpsOptions } from './https';
import type { ReadOptions, StoredFile } from './stored-file';

/** Where documents are read from. */
export interface DocumentStore {
  /**
   * Reads a file whole, looks whether it is what it begins as, and has it scanned where there is a scanner.
   *
   * @param uri `file:` under an allowed root, or `https:` at an allowed host
   * @throws DocumentError where it cannot be read, or must not be; the signal's reason where it was aborted
   */
  read(uri: string, options?: ReadOptions): Promise<StoredFile>;
}

export interface DocumentStoreOptions {
  /** Directories below which `file:` documents may be. None: no `file:` document is read. */
  readonly roots?: readonly string[];
  /** Hosts that `https:` documents may be at, with a port where it is not 443. None: nothing is fetched. */
  readonly hosts?: readonly string[];
  /** The largest file read, in bytes. Default 5 MiB; a provider's own limit is checked beside it. */
  readonly maxBytes?: number;
  /** For one `https:` document, in milliseconds. Default 8 seconds: with an upload it fits an attempt. */
  readonly timeoutMs?: number;
  /** What looks through every file that is read. Absent: nothing does. */
  readonly scanner?: Scanner;
  readonly forTests?: HttpsOptions['forTests'];
}

const DEFAULT_MAX_BYTES = 5 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 8000;

/** A store over local directories and HTTPS hosts. */
export function createDocumentStore(options: DocumentStoreOptions): DocumentStore {
  const place = createPlaces(options);
  const { scanner } = options;
  if (scanner === undefined) return place;
  return {
    async read(uri, readOptions = {}) {
      const file = await place.read(uri, readOptions);
      await scanner.scan(file.bytes, readOptions);
      return file;
    },
  };
}

function createPlaces(options: DocumentStoreOptions): DocumentStore {
  const { roots = [], hosts = [], maxBytes = DEFAULT_MAX_BYTES, timeoutMs = DEFAULT_TIMEOUT_MS, forTests } = options;
  const https: HttpsOptions = { hosts, maxBytes, timeoutMs, ...(forTests === undefined ? {} : { forTests }) };
  return {
    async read(text, readOptions = {}) {
      readOptions.signal?.throwIfAborted();
      const uri = parseUri(text);
      switch (uri.protocol) {
        case 'file:':
          return readFileUri(uri, { roots, maxBytes }, readOptions);
        case 'https:':
          return readHttpsUri(uri, https, readOptions);
        default:
          throw unreadable('must be a file: or https: uri');
      }
    },
  };
}

function parseUri(text: string): URL {
  if (!URL.canParse(text)) throw unreadable('must be a file: or https: uri');
  return new URL(text);
}
