import { cancellationSignal } from '@temporalio/activity';
import type { FieldProblem } from '../contract/errors';
import type { FiledDocument, InspectedDocument, InspectedFile } from '../contract/onboarding';
import type { DocumentContent, ListedDocument, UploadedFile } from '../providers/port';
import type { DocumentArgument, FetchDocumentArgument, FetchedDocument } from './arguments';
import type { ActivityDeps } from './deps';
import { DocumentError } from './documents/document-error';
import type { DocumentStore } from './documents/store';
import { capabilityMissing, documentOutOfReach, documentUnreadable, type Refusal } from './refusal';
import { servedProvider } from './served';

/**
 * Uploads a document. One write, sent once; not idempotent.
 *
 * @throws Refusal DOCUMENT_UNREADABLE where a file is gone, or is not the one that was inspected; nothing was sent
 */
export function uploadDocument(deps: ActivityDeps) {
  return async ({ provider, document, ...client }: DocumentArgument): Promise<FiledDocument> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { documents } = connector;
    if (documents === undefined) throw capabilityMissing(semantics, ['upload-documents']);
    const content = await readAgain(document, deps.documents);
    // No signal from here on: an upload that was cut off may be on file all the same.
    return filed(document, await documents.upload(client, content), 'uploaded');
  };
}

/** The document on file that has the same type and content, if there is one. */
export function fetchDocument(deps: ActivityDeps) {
  return async ({ provider, document, others, ...client }: FetchDocumentArgument): Promise<FetchedDocument> => {
    const { semantics, connector } = servedProvider(deps, provider);
    const { documents } = connector;
    if (documents === undefined) throw capabilityMissing(semantics, ['upload-documents']);
    const search = { signal: cancellationSignal(), ...(others === undefined ? {} : { others }) };
    const found = await documents.find?.(client, document, search);
    return found === undefined ? { found: false } : { found: true, document: filed(document, found, 'found') };
  };
}

async function readAgain({ type, front, back }: InspectedDocument, store: DocumentStore): Promise<DocumentContent> {
  const [frontFile, backFile] = await Promise.all([
    readSame(front, `documents.${type}.front`, store),
    back === undefined ? undefined : readSame(back, `documents.${type}.back`, store),
  ]);
  return { type, front: frontFile, ...(backFile === undefined ? {} : { back: backFile }) };
}

/** What goes to the provider is what was checked, byte for byte. */
async function readSame(inspected: InspectedFile, field: string, store: DocumentStore): Promise<UploadedFile> {
  const { bytes, sha256, mime } = await store
    .read(inspected.uri, { signal: cancellationSignal() })
    .catch((error: unknown) => {
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
