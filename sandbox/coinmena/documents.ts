import { randomBytes } from 'node:crypto';
import { jsonAnswer, type Answer } from '../http/answer';
import type { Blobs } from '../http/blobs';
import { MalformedMultipart, multipartBoundary, parseMultipart, type Part } from '../http/multipart';
import { findClient } from './clients';
import { DOCUMENT_TYPES, MAX_FILE_BYTES } from './config';
import type { Call } from './context';
import { Refusal } from './errors';
import { extensionOf, formatOfBytes, formatOfMime } from './file-types';
import { BUCKET_PREFIX } from './presigned';
import type { DocumentRecord, FileRecord } from './records';

interface Upload {
  readonly type: string;
  readonly front: SentFile;
  readonly back: SentFile | undefined;
}

interface SentFile {
  readonly mime: string;
  readonly bytes: Buffer;
}

/**
 * `POST /v1/partner/clients/{partner_client_id}/documents` (CoinMENA Onboarding page, step 2). A second document of a
 * type is put beside the first [?].
 */
export async function uploadDocument(call: Call): Promise<Answer> {
  const { store, clock } = call.sandbox;
  const client = findClient(store, call.params['partner_client_id']);
  const upload = parseUpload(call);
  const keep = (sent: SentFile): Promise<FileRecord> => keepFile(store.blobs, `${client.id}/${upload.type}`, sent);
  const front = await keep(upload.front);
  const back = upload.back === undefined ? null : await keep(upload.back);
  // The files took their time: the client may be gone, if the sandbox was reset.
  findClient(store, client.profile.partner_client_id);
  const document: DocumentRecord = {
    id: store.nextDocumentId(),
    partner_client_id: client.profile.partner_client_id,
    type: upload.type,
    front,
    back,
    created_at: clock.timestamp(),
  };
  store.commit({ kind: 'document', document });
  return jsonAnswer(201, { result: documentView(document, call) });
}

/** `GET /v1/partner/clients/{partner_client_id}/documents`. An unknown client gives 2008 [I]. */
export function listDocuments(call: Call): Answer {
  const { store } = call.sandbox;
  const client = findClient(store, call.params['partner_client_id']);
  const documents = store.documentsOf(client.profile.partner_client_id);
  return jsonAnswer(200, { items: documents.map((document) => documentView(document, call)) });
}

/** What a presigned URL gives: the bytes as they were uploaded, or an error as S3 words it. */
export async function downloadFile(call: Call): Promise<Answer> {
  const { store, presigned } = call.sandbox;
  const path = call.target.split('?')[0] ?? '';
  const verdict = presigned.check(path, call.query);
  if (verdict === 'expired') return s3Error(403, 'AccessDenied', 'Request has expired');
  if (verdict === 'wrong') return s3Error(403, 'SignatureDoesNotMatch', 'The request signature does not match');
  const file = store.fileByKey(path.slice(BUCKET_PREFIX.length));
  const bytes = file === undefined ? undefined : await store.blobs.get(file.sha256);
  if (file === undefined || bytes === undefined) return s3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  return { status: 200, headers: { 'content-type': file.mime }, body: bytes };
}

function parseUpload(call: Call): Upload {
  const boundary = multipartBoundary(call.contentType);
  if (boundary === undefined) throw new Refusal(415);
  const parts = partsByName(call.body, boundary);
  const problems: Record<string, string[]> = {};
  const type = typeOf(parts.get('type'), problems);
  const front = fileOf('front_file', parts.get('front_file'), problems);
  const back = parts.has('back_file') ? fileOf('back_file', parts.get('back_file'), problems) : undefined;
  if (type === undefined || front === undefined || Object.keys(problems).length > 0) throw new Refusal(422, problems);
  return { type, front, back };
}

function partsByName(body: Buffer, boundary: string): ReadonlyMap<string, Part> {
  try {
    const parts = new Map<string, Part>();
    for (const part of parseMultipart(body, boundary)) {
      if (parts.has(part.name)) throw new Refusal(422, { [part.name]: ['must be given once'] });
      parts.set(part.name, part);
    }
    return parts;
  } catch (error) {
    if (error instanceof MalformedMultipart) throw new Refusal(422, { body: [error.message] });
    throw error;
  }
}

function typeOf(part: Part | undefined, problems: Record<string, string[]>): string | undefined {
  const type = part?.bytes.toString('utf8');
  if (type !== undefined && DOCUMENT_TYPES.some((known) => known === type)) return type;
  problems['type'] = [type === undefined ? 'is required' : `must be one of ${DOCUMENT_TYPES.join(', ')}`];
  return undefined;
}

/** A file whose declared type and real type are accepted, and the same. */
function fileOf(name: string, part: Part | undefined, problems: Record<string, string[]>): SentFile | undefined {
  const problem = fileProblem(part);
  if (problem !== undefined) problems[name] = [problem];
  return part?.contentType === undefined ? undefined : { mime: part.contentType, bytes: part.bytes };
}

function fileProblem(part: Part | undefined): string | undefined {
  if (part === undefined) return 'is required';
  if (part.filename === undefined) return 'must be a file';
  if (part.bytes.length === 0) return 'must not be empty';
  if (part.bytes.length > MAX_FILE_BYTES) return `must have at most ${MAX_FILE_BYTES} bytes`;
  const declared = formatOfMime(part.contentType ?? '');
  if (declared === undefined) return 'must declare JPEG, PNG, HEIC, HEIF or PDF as its Content-Type';
  const real = formatOfBytes(part.bytes);
  if (real === undefined) return 'must be JPEG, PNG, HEIC, HEIF or PDF';
  return real === declared ? undefined : 'is not what its Content-Type declares';
}

async function keepFile(blobs: Blobs, folder: string, sent: SentFile): Promise<FileRecord> {
  const name = `${randomBytes(8).toString('hex')}.${extensionOf(sent.mime)}`;
  const sha256 = await blobs.put(sent.bytes);
  return { key: `clients/${folder}/${name}`, sha256, mime: sent.mime, bytes: sent.bytes.length };
}

/** `back_file` is null if there is none [I]. */
function documentView(document: DocumentRecord, call: Call): object {
  const urlOf = (file: FileRecord): string => call.sandbox.presigned.urlOf(call.origin, file.key);
  return {
    id: document.id,
    type: document.type,
    front_file: urlOf(document.front),
    back_file: document.back === null ? null : urlOf(document.back),
    created_at: document.created_at,
  };
}

function s3Error(status: number, code: string, message: string): Answer {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(xml) };
}
