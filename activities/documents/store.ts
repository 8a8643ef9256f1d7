import { createSecureContext, rootCertificates } from 'node:tls';
import type { Scanner } from './clamd';
import { unreadable } from './document-error';
import { readFileUri } from './file';
import { readHttpsUri, type HttpsOptions } from './https';
import type { ReadOptions, StoredFile } from './stored-file';

/** Where documents are read from. */
export interface DocumentStore {
  /**
   * Reads a whole file, checks that it is what its beginning says, and has it scanned if there is a scanner.
   *
   * @param uri `file:` under an allowed root, or `https:` at an allowed host
   * @throws DocumentError if it cannot be read, or must not be; the signal's reason if it was aborted
   */
  read(uri: string, options: ReadOptions): Promise<StoredFile>;
}

export interface DocumentStoreOptions {
  /** Directories below which `file:` documents may be. None: no `file:` document is read. */
  readonly roots?: readonly string[];
  /** Hosts that `https:` documents may be at, with a port if it is not 443. None: nothing is fetched. */
  readonly hosts?: readonly string[];
  /** Authorities that `https:` hosts' certificates may be of, beside those that Node knows, in PEM. */
  readonly authorities?: string;
  /** For one `https:` document, in milliseconds. Default 8 seconds: with an upload it fits an attempt. */
  readonly timeoutMs?: number;
  /** What looks through every file that is read. Absent: nothing does. */
  readonly scanner?: Scanner;
  readonly forTests?: HttpsOptions['forTests'];
}

const DEFAULT_TIMEOUT_MS = 8000;

/** A store over local directories and HTTPS hosts. */
export function createDocumentStore(options: DocumentStoreOptions): DocumentStore {
  const place = createPlaces(options);
  const { scanner } = options;
  if (scanner === undefined) return place;
  return {
    async read(uri, readOptions) {
      const file = await place.read(uri, readOptions);
      await scanner.scan(file.bytes, readOptions);
      return file;
    },
  };
}

function createPlaces(options: DocumentStoreOptions): DocumentStore {
  const { roots = [], hosts = [], timeoutMs = DEFAULT_TIMEOUT_MS, authorities, forTests } = options;
  const https: HttpsOptions = {
    hosts,
    timeoutMs,
    ...(authorities === undefined
      ? {}
      : { secureContext: createSecureContext({ ca: [...rootCertificates, authorities] }) }),
    ...(forTests === undefined ? {} : { forTests }),
  };
  return {
    async read(text, readOptions) {
      readOptions.signal?.throwIfAborted();
      const uri = parseUri(text);
      switch (uri.protocol) {
        case 'file:':
          return readFileUri(uri, roots, readOptions);
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
