import type { FieldProblem } from '../../contract/errors';
import type { ApplicationDocument, DocumentFile, InspectedDocument, InspectedFile } from '../../contract/onboarding';
import { documentOutOfReach } from '../refusal';
import { inParallel } from './bounded';
import { DocumentError } from './document-error';
import type { DocumentStore } from './store';
import type { ReadOptions } from './stored-file';

/** Files read at the same time: each is held in memory whole while it is looked at. */
const FILES_AT_ONCE = 8;

export interface Inspection {
  /** Documents whose every file could be read. */
  readonly documents: readonly InspectedDocument[];
  /** Files that could not, or are not what the caller says they are. */
  readonly problems: readonly FieldProblem[];
}

type Inspected<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: FieldProblem[] };

/**
 * Reads, sniffs and hashes every file of the documents.
 *
 * @throws Refusal UNREACHABLE if a place does not answer at the moment
 */
export async function inspectDocuments(
  documents: readonly ApplicationDocument[],
  store: DocumentStore,
  options: ReadOptions,
): Promise<Inspection> {
  const inspected = await inParallel(documents, FILES_AT_ONCE / 2, (document, index) =>
    inspectDocument(document, `documents.${index}`, store, options),
  );
  return {
    documents: inspected.flatMap((each) => (each.ok ? [each.value] : [])),
    problems: inspected.flatMap((each) => (each.ok ? [] : each.problems)),
  };
}

async function inspectDocument(
  document: ApplicationDocument,
  field: string,
  store: DocumentStore,
  options: ReadOptions,
): Promise<Inspected<InspectedDocument>> {
  const [front, back] = await Promise.all([
    inspectFile(document.front, `${field}.front`, store, options),
    document.back === undefined ? undefined : inspectFile(document.back, `${field}.back`, store, options),
  ]);
  if (front.ok && back === undefined) return { ok: true, value: { type: document.type, front: front.value } };
  if (front.ok && back?.ok === true) {
    return { ok: true, value: { type: document.type, front: front.value, back: back.value } };
  }
  return { ok: false, problems: [front, back].flatMap((each) => (each === undefined || each.ok ? [] : each.problems)) };
}

async function inspectFile(
  file: DocumentFile,
  field: string,
  store: DocumentStore,
  options: ReadOptions,
): Promise<Inspected<InspectedFile>> {
  try {
    const { bytes, sha256, mime } = await store.read(file.uri, options);
    const value: InspectedFile = { uri: file.uri, sha256, mime, bytes: bytes.length };
    const problems = differences(file, value).map((name) => ({
      field: `${field}.${name}`,
      problem: 'is not what the file has',
    }));
    return problems.length === 0 ? { ok: true, value } : { ok: false, problems };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const problem = { field: `${field}.uri`, problem: error.problem };
    if (error.transient) throw documentOutOfReach([problem]);
    return { ok: false, problems: [problem] };
  }
}

/** If the caller says what a file is, it must be so. */
function differences(claimed: DocumentFile, found: InspectedFile): readonly ('sha256' | 'mime' | 'bytes')[] {
  const names = ['sha256', 'mime', 'bytes'] as const;
  return names.filter((name) => claimed[name] !== undefined && claimed[name] !== found[name]);
}
