/** One part of a multipart/form-data body. */
export interface Part {
  readonly name: string;
  /** Given for files only. */
  readonly filename?: string;
  /** Lower case, without parameters; given if the part declares one. */
  readonly contentType?: string;
  readonly bytes: Buffer;
}

/** Thrown if a body is not what RFC 7578 describes; the message says where. */
export class MalformedMultipart extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'MalformedMultipart';
  }
}

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const LONGEST_BOUNDARY = 70;
const MOST_PARTS = 20;

/**
 * The boundary that a Content-Type names (RFC 2046 5.1.1); undefined if it is not multipart/form-data with one.
 */
export function multipartBoundary(contentType: string | undefined): string | undefined {
  const match = /^multipart\/form-data\s*;(.*)$/is.exec(contentType ?? '');
  const boundary = /(?:^|;)\s*boundary=(?:"([^"]+)"|([^\s;"]+))\s*(?:;|$)/i.exec(match?.[1] ?? '');
  const value = boundary?.[1] ?? boundary?.[2];
  return value !== undefined && value.length <= LONGEST_BOUNDARY ? value : undefined;
}

export function isMultipart(contentType: string | undefined): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test(contentType ?? '');
}

/**
 * The parts of a multipart/form-data body, read strictly from the bytes as received: the body begins with a boundary,
 * every part names itself, and nothing but a line end follows the closing boundary.
 *
 * @throws MalformedMultipart
 */
export function parseMultipart(body: Buffer, boundary: string): readonly Part[] {
  const delimiter = Buffer.from(`--${boundary}`);
  if (!startsAt(body, 0, delimiter)) throw new MalformedMultipart('the body does not begin with its boundary');
  const parts: Part[] = [];
  let at = delimiter.length;
  while (!startsAt(body, at, Buffer.from('--'))) {
    if (!startsAt(body, at, CRLF)) throw new MalformedMultipart('a boundary is not followed by a line end');
    if (parts.length === MOST_PARTS) throw new MalformedMultipart(`the body has more than ${MOST_PARTS} parts`);
    const next = body.indexOf(Buffer.concat([CRLF, delimiter]), at + CRLF.length);
    if (next < 0) throw new MalformedMultipart('the closing boundary is missing');
    parts.push(parsePart(body.subarray(at + CRLF.length, next)));
    at = next + CRLF.length + delimiter.length;
  }
  const rest = body.subarray(at + 2);
  if (rest.length > 0 && !rest.equals(CRLF)) throw new MalformedMultipart('bytes follow the closing boundary');
  return parts;
}

function parsePart(part: Buffer): Part {
  const end = part.indexOf(END_OF_HEADERS);
  if (end < 0) throw new MalformedMultipart('a part has no headers');
  const headers = parseHeaders(part.subarray(0, end).toString('utf8'));
  const disposition = headers.get('content-disposition') ?? '';
  if (!/^form-data\s*(;|$)/i.test(disposition)) throw new MalformedMultipart('a part is not form-data');
  const name = parameter(disposition, 'name');
  if (name === undefined) throw new MalformedMultipart('a part has no name');
  const filename = parameter(disposition, 'filename');
  const contentType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  return {
    name,
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
    bytes: part.subarray(end + END_OF_HEADERS.length),
  };
}

function parseHeaders(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new MalformedMultipart('a line among the headers of a part is not a header');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

function parameter(disposition: string, name: string): string | undefined {
  return new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition)?.[1];
}

function startsAt(body: Buffer, at: number, what: Buffer): boolean {
  return body.subarray(at, at + what.length).equals(what);
}
