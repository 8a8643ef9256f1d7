import type { ClientIds } from '../../contract/onboarding';
import type { CallOptions, DocumentCalls, DocumentContent, ListedDocument, UploadedFile } from '../port';
import { MAX_FILE_BYTES } from './assumptions';
import type { OceafinApi } from './client';
import { fileBody } from './client/customers';
import { contentReference, idempotencyKey } from './idempotency';
import { toDocumentId } from './mapping';
import { customerIdOf } from './refusals';
import type { UploadFile } from './wire/customers';

/**
 * Documents, as the port has them: one file asset per side. Nothing lists or shows them; instead an upload is keyed by
 * its content, so a repeated one is answered with the file asset of the first.
 */
export class OceafinDocuments implements DocumentCalls {
  readonly maxFileBytes = MAX_FILE_BYTES.value;
  readonly #api: OceafinApi;

  constructor(api: OceafinApi) {
    this.#api = api;
  }

  async upload(client: ClientIds, document: DocumentContent, options?: CallOptions): Promise<ListedDocument> {
    const { type, front, back } = document;
    const files = [await this.#uploadFile(client, type, 'FRONT', front, options)];
    if (back !== undefined) files.push(await this.#uploadFile(client, type, 'BACK', back, options));
    return { providerDocumentId: toDocumentId(files), type };
  }

  async #uploadFile(
    client: ClientIds,
    documentType: string,
    side: UploadFile['side'],
    { bytes, mime }: UploadedFile,
    options: CallOptions | undefined,
  ): Promise<string> {
    const customerId = customerIdOf(client, 'addCustomerFile');
    const file: UploadFile = { documentType, side, mime, bytes };
    const key = idempotencyKey(client.partnerClientId, 'file:upload', contentReference(fileBody(file).bytes));
    return (await this.#api.customers.uploadFile(customerId, file, key, options)).fileAssetId;
  }
}
