import { cancellationSignal } from '@temporalio/activity';
import type { FieldProblem } from '../contract/errors';
import type { ClientIds, FiledDocument, InspectedDocument, InspectedFile } from '../contract/onboarding';
import type { ProviderSemantics } from '../contract/provider';
import { LOOK_BEFORE_SEND_MS } from '../contract/timeouts';
import type { DocumentCalls, DocumentContent, ListedDocument, UploadedFile } from '../providers/port';
import type { AtProvider, FetchDocumentArgument, FetchedDocument, UploadArgument } from './arguments';
import { beforeSending, mayBeMadeElsewhere } from './before-sending';
import type { ActivityDeps } from './deps';
import { DocumentError } from './documents/document-error';
import type { DocumentStore } from './documents/store';
import type { StoredFile } from './documents/stored-file';
import { uploadsOfOtherRuns } from './earlier-uploads';
import { filedDocument, wasFiled } from './records';
import { capabilityMissing, documentOutOfReach, documentUnreadable, type Refusal } from './refusal';
import { servedProvider } from './served';

/**
 * Uploads a document. One write, sent once; not idempotent.
 *
 * If the provider files a repeated upload twice, the workflow's other runs are asked for the document immediately before,
 * because a history that was reset does not tell of it: what one of them uploaded, and the provider lists, is taken for
 * filed. Then the book is asked, because Temporal may have forgotten them: what was on file is looked for there once more.
 *
 * @throws ProviderError OUTCOME_UNKNOWN if another run may have uploaded it: it is looked for, and not sent
 * @throws Refusal DOCUMENT_UNREADABLE if a file is gone, or is not the one that was inspected; nothing was sent
 */
export function uploadDocument(deps: ActivityDeps) {
  return async ({ provider, document, lookedFor = false, ...client }: UploadArgument): Promise<FiledDocument> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { documents } = connector;
    if (documents === undefined) throw capabilityMissing(semantics, ['upload-documents']);
    if (filesTwice(semantics)) {
      const before = await beforeSending((signal) => uploadedBefore(client, document, documents, signal));
      if (before.providerDocumentId !== undefined) {
        const onFile = { type: document.type, providerDocumentId: before.providerDocumentId };
        return await entered(deps, { provider, ...client }, filed(document, onFile, 'found'));
      }
      if (before.mayBe && !lookedFor) throw mayBeMadeElsewhere(provider, 'uploadInAnotherRun');
      const onFile = await beforeSending(async (signal) =>
        (await wasFiled(deps, { provider, ...client }, document))
          ? await documents.find?.(client, document, { signal })
          : undefined,
      );
      if (onFile !== undefined) return await entered(deps, { provider, ...client }, filed(document, onFile, 'found'));
    }
    const content = await readAgain(document, deps.documents, documents.maxFileBytes);
    // No signal from here on: an upload that was cut off may still be on file.
    const uploaded = filed(document, await documents.upload(client, content), 'uploaded');
    return await entered(deps, { provider, ...client }, uploaded);
  };
}

function filesTwice({ repeatedUpload }: ProviderSemantics): boolean {
  return repeatedUpload !== 'replays';
}

/** What another run uploaded and is on file; else whether one may have. */
async function uploadedBefore(
  client: ClientIds,
  document: InspectedDocument,
  documents: DocumentCalls,
  signal: AbortSignal,
): Promise<{ readonly providerDocumentId?: string; readonly mayBe: boolean }> {
  const { same, inDoubt } = await uploadsOfOtherRuns(document, LOOK_BEFORE_SEND_MS);
  const mayBe = inDoubt || same.length > 0;
  if (same.length === 0) return { mayBe };
  const listed = await documents.list?.(client, { signal });
  const ids = listed?.map((one) => one.providerDocumentId);
  const providerDocumentId = same.find((id) => ids?.includes(id) !== false);
  return providerDocumentId === undefined ? { mayBe } : { providerDocumentId, mayBe };
}

/**
 * The document on file that has the same type and content, if there is one. What other runs of the workflow uploaded with
 * other content is not it, even if its file cannot be read again.
 */
export function fetchDocument(deps: ActivityDeps) {
  return async ({ provider, document, others = [], ...client }: FetchDocumentArgument): Promise<FetchedDocument> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { documents } = connector;
    if (documents === undefined) throw capabilityMissing(semantics, ['upload-documents']);
    if (documents.find === undefined) return { found: false };
    const elsewhere = filesTwice(semantics)
      ? (await beforeSending(() => uploadsOfOtherRuns(document, LOOK_BEFORE_SEND_MS))).others
      : [];
    const search = { signal: cancellationSignal(), others: [...others, ...elsewhere] };
    const found = await documents.find(client, document, search);
    if (found === undefined) return { found: false };
    return { found: true, document: await entered(deps, { provider, ...client }, filed(document, found, 'found')) };
  };
}

async function entered(
  deps: ActivityDeps,
  client: AtProvider<ClientIds>,
  document: FiledDocument,
): Promise<FiledDocument> {
  await filedDocument(deps, client, document);
  return document;
}

async function readAgain(
  { type, front, back }: InspectedDocument,
  store: DocumentStore,
  maxBytes: number,
): Promise<DocumentContent> {
  const read = (file: InspectedFile, side: string): Promise<UploadedFile> =>
    readSame(file, `documents.${type}.${side}`, (uri) => store.read(uri, { maxBytes, signal: cancellationSignal() }));
  const [frontFile, backFile] = await Promise.all([
    read(front, 'front'),
    back === undefined ? undefined : read(back, 'back'),
  ]);
  return { type, front: frontFile, ...(backFile === undefined ? {} : { back: backFile }) };
}

/** The provider gets what was checked, byte for byte. */
async function readSame(
  inspected: InspectedFile,
  field: string,
  read: (uri: string) => Promise<StoredFile>,
): Promise<UploadedFile> {
  const { bytes, sha256, mime } = await read(inspected.uri).catch((error: unknown) => {
    throw error instanceof DocumentError ? refusalOf(error, `${field}.uri`) : error;
  });
  if (sha256 === inspected.sha256) return { bytes, mime };
  throw documentUnreadable([{ field: `${field}.sha256`, problem: 'has changed since the file was inspected' }]);
}

function refusalOf({ problem, transient }: DocumentError, field: string): Refusal {
  const problems: FieldProblem[] = [{ field, problem }];
  return transient ? documentOutOfReach(problems) : documentUnreadable(problems);
}

function filed(document: InspectedDocument, listed: ListedDocument, how: FiledDocument['how']): FiledDocument {
  const { type, providerDocumentId } = listed;
  return { type, providerDocumentId, sha256: document.front.sha256, how };
}
