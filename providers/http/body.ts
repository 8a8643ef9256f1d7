import { randomBytes } from 'node:crypto';

/** A body as it goes on the wire: the signed bytes are the sent bytes. */
export interface RequestBody {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly multipart: boolean;
}

/** Serialises once, to UTF-8. */
export function jsonBody(value: object): RequestBody {
  return { bytes: Buffer.from(JSON.stringify(value), 'utf8'), contentType: 'application/json', multipart: false };
}

export type MultipartPart =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly filename: string; readonly contentType: string; readonly content: Buffer };

/**
 * Builds a multipart/form-data body (RFC 7578) into one buffer.
 *
 * @param boundary for tests; otherwise random, so that no file can hold it
 */
export function multipartBody(parts: readonly MultipartPart[], boundary = randomBoundary()): RequestBody {
  const chunks = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${partHeaders(part)}\r\n\r\n`, 'utf8'),
    'content' in part ? part.content : Buffer.from(part.value, 'utf8'),
    Buffer.from('\r\n', 'latin1'),
  ]);
  return {
    bytes: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`, 'utf8')]),
    contentType: `multipart/form-data; boundary=${boundary}`,
    multipart: true,
  };
}

function partHeaders(part: MultipartPart): string {
  const disposition = `Content-Disposition: form-data; name="${quoted(part.name)}"`;
  if (!('content' in part)) return disposition;
  return `${disposition}; filename="${quoted(part.filename)}"\r\nContent-Type: ${oneLine(part.contentType)}`;
}

/** As browsers escape a name (RFC 7578 section 4.2 leaves it to them). */
function quoted(text: string): string {
  return text.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, '');
}

function randomBoundary(): string {
  return `gangway-${randomBytes(18).toString('hex')}`;
}
