import { createHash } from 'node:crypto';
import { HttpTransport } from '../http/transport';
import type { Exchange } from '../port';
import type { NetworkSettings } from '../http/network';
import { MAX_FILE_BYTES } from './assumptions';

/** Room above the largest file, so that a file over the limit counts as different, not as failed. */
const MAX_DOWNLOAD_BYTES = MAX_FILE_BYTES.value + 1_000_000;

interface StoredFilesOptions {
  readonly timeoutMs: number;
  /** Whether a link may be followed without TLS. */
  readonly plainHttp: boolean;
  readonly network?: NetworkSettings;
  readonly observer?: (exchange: Exchange) => void;
}

/** Reads files behind presigned links, without any header that tells who asks. A link never leaves this class. */
export class StoredFiles {
  readonly #transport: HttpTransport;
  readonly #plainHttp: boolean;

  constructor({ timeoutMs, plainHttp, network = {}, observer }: StoredFilesOptions) {
    this.#plainHttp = plainHttp;
    this.#transport = new HttpTransport({ timeoutMs, network, ...(observer === undefined ? {} : { observer }) });
  }

  /** The SHA-256 of the file in lower-case hex; undefined if it could not be read whole. */
  async sha256(link: string, signal?: AbortSignal): Promise<string | undefined> {
    const url = this.#usable(link);
    if (url === undefined) return undefined;
    try {
      const { status, headers, body } = await this.#transport.send({
        method: 'GET',
        origin: url.origin,
        target: `${url.pathname}${url.search}`,
        template: '(stored file)',
        maxResponseBytes: MAX_DOWNLOAD_BYTES,
        ...(signal === undefined ? {} : { signal }),
      });
      if (status !== 200 || isWebPage(headers['content-type'])) return undefined;
      return createHash('sha256').update(body).digest('hex');
    } catch (failure) {
      // A file that cannot be read is an answer here; a caller that gave up is not.
      if (signal?.aborted === true) throw failure;
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  #usable(link: string): URL | undefined {
    if (!URL.canParse(link)) return undefined;
    const url = new URL(link);
    const secure = url.protocol === 'https:' || (url.protocol === 'http:' && this.#plainHttp);
    return secure && url.username === '' && url.password === '' ? url : undefined;
  }
}

/** No document is a web page: a page in place of a file comes from a gateway, and says nothing about the file. */
function isWebPage(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(contentType);
}
