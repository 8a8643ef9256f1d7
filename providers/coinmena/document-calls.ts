import type { ClientIds, InspectedDocument } from '../../contract/onboarding';
import type { CallOptions, DocumentContent, DocumentSearch, ListedDocument } from '../port';
import { FILES_ARE_KEPT_AS_SENT, MAX_FILE_BYTES, UNVERIFIABLE_DOCUMENT_COUNTS_AS_FOUND } from './assumptions';
import type { CoinmenaApi } from './client';
import { errorOfTransport } from './errors';
import { toListedDocument } from './mapping';
import { driftIn } from './refusals';
import type { WireDocument } from './schemas';
import type { StoredFiles } from './stored-files';

/** The most documents of one type that are looked into: more would be a fault in itself. */
const MOST_DOCUMENTS_COMPARED = 10;

/** Documents, as the port has them. */
export class CoinmenaDocuments {
  readonly maxFileBytes = MAX_FILE_BYTES.value;
  readonly #api: CoinmenaApi;
  readonly #files: StoredFiles;

  constructor(api: CoinmenaApi, files: StoredFiles) {
    this.#api = api;
    this.#files = files;
  }

  async upload(
    { partnerClientId }: ClientIds,
    document: DocumentContent,
    options?: CallOptions,
  ): Promise<ListedDocument> {
    const uploaded = await this.#api.uploadDocument(partnerClientId, document, options);
    if (uploaded.type !== document.type) throw driftIn('uploadDocument', ['type']);
    return toListedDocument(uploaded);
  }

  async list({ partnerClientId }: ClientIds, options?: CallOptions): Promise<readonly ListedDocument[]> {
    return (await this.#api.listDocuments(partnerClientId, options)).map(toListedDocument);
  }

  async find(
    { partnerClientId }: ClientIds,
    document: InspectedDocument,
    { others = [], ...options }: DocumentSearch = {},
  ): Promise<ListedDocument | undefined> {
    const onFile = await this.#api.listDocuments(partnerClientId, options);
    const candidates = onFile
      .filter((one) => one.type === document.type && !others.includes(toListedDocument(one).providerDocumentId))
      .slice(-MOST_DOCUMENTS_COMPARED);
    // Newest last in the list: what was just uploaded is found first.
    for (const candidate of candidates.reverse()) {
      if (await this.#isSame(candidate, document, options)) return toListedDocument(candidate);
    }
    return undefined;
  }

  async #isSame(onFile: WireDocument, document: InspectedDocument, { signal }: CallOptions): Promise<boolean> {
    if ((onFile.back_file == null) !== (document.back === undefined)) return false;
    const sides = [
      { link: onFile.front_file, sha256: document.front.sha256 },
      ...(document.back === undefined ? [] : [{ link: onFile.back_file, sha256: document.back.sha256 }]),
    ];
    const verdicts = await Promise.all(sides.map(({ link, sha256 }) => this.#holds(link, sha256, signal)));
    return !verdicts.includes(false);
  }

  /**
   * Whether the file behind a link has this hash; if it cannot be told, as assumptions.ts says. One that was cut short on its
   * way looks like another file, so it is another only if it reads the same again.
   */
  async #holds(link: string | null | undefined, sha256: string, signal: AbortSignal | undefined): Promise<boolean> {
    if (link == null || !FILES_ARE_KEPT_AS_SENT.value) return UNVERIFIABLE_DOCUMENT_COUNTS_AS_FOUND.value;
    const read = await this.#hashOf(link, signal);
    if (read === sha256) return true;
    const again = read === undefined ? undefined : await this.#hashOf(link, signal);
    if (again === sha256) return true;
    return again !== undefined && again === read ? false : UNVERIFIABLE_DOCUMENT_COUNTS_AS_FOUND.value;
  }

  async #hashOf(link: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    try {
      return await this.#files.sha256(link, signal);
    } catch (error) {
      throw errorOfTransport(error, { operation: 'findDocument' });
    }
  }
}
