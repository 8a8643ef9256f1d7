import { createHash, createPrivateKey, sign } from 'node:crypto';

/**
 * The tests' own client of CoinMENA: as little as signs a request, written apart from connector and sandbox so that it
 * can disagree with both.
 */

/** RFC 8032 TEST 1, for tests only. */
const TEST_KEY = createPrivateKey({
  key: Buffer.from('MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g', 'base64'),
  format: 'der',
  type: 'pkcs8',
});

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body parsed; undefined if it is not JSON. */
  readonly json: unknown;
}

export interface Signing {
  /** Milliseconds added to the clock; -500 by default, because nothing from the future is taken. */
  readonly skewMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly separator?: string;
  readonly signQuery?: boolean;
}

export function authHeaders(
  method: string,
  target: string,
  body: Buffer,
  signing: Signing = {},
): Record<string, string> {
  const timestamp = String(Date.now() + (signing.skewMs ?? -500));
  const hash = createHash('sha256').update(body).digest('hex');
  const path = signing.signQuery === true ? target : (target.split('?')[0] ?? '');
  const canonical = [timestamp, method, path, hash].join(signing.separator ?? '\n');
  return {
    'x-partner-id': 'sandbox-partner',
    'x-timestamp': timestamp,
    'x-signature': sign(null, Buffer.from(canonical), TEST_KEY).toString('base64'),
  };
}

/** Sends bytes, signed. Rejects if no answer came. */
export async function send(
  url: string,
  method: string,
  target: string,
  body: Buffer = Buffer.alloc(0),
  signing: Signing = {},
): Promise<Sent> {
  const response = await fetch(`${url}${target}`, {
    method,
    headers: { ...authHeaders(method, target, body, signing), ...signing.headers },
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    ...(signing.signal === undefined ? {} : { signal: signing.signal }),
  });
  return read(response);
}

export function get(url: string, target: string, signing?: Signing): Promise<Sent> {
  return send(url, 'GET', target, undefined, signing);
}

export function sendJson(
  url: string,
  method: string,
  target: string,
  value: unknown,
  signing: Signing = {},
): Promise<Sent> {
  const headers = { 'content-type': 'application/json', ...signing.headers };
  return send(url, method, target, Buffer.from(JSON.stringify(value)), { ...signing, headers });
}

export interface FormPart {
  readonly name: string;
  readonly value: string | Buffer;
  readonly filename?: string;
  readonly mime?: string;
}

export function sendForm(
  url: string,
  target: string,
  parts: readonly FormPart[],
  signing: Signing = {},
): Promise<Sent> {
  const boundary = 'test-boundary-7d1f';
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, ...signing.headers };
  return send(url, 'POST', target, formBody(parts, boundary), { ...signing, headers });
}

export function formBody(parts: readonly FormPart[], boundary: string): Buffer {
  const chunks = parts.flatMap(({ name, value, filename, mime }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        (filename === undefined ? '' : `; filename="${filename}"`) +
        (mime === undefined ? '' : `\r\nContent-Type: ${mime}`) +
        '\r\n\r\n',
    ),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
}

export async function read(response: Response): Promise<Sent> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** Speaks to the control port. */
export async function control(controlUrl: string, method: string, path: string, value?: unknown): Promise<Sent> {
  const response = await fetch(`${controlUrl}${path}`, {
    method,
    ...(value === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }),
  });
  return read(response);
}

/** What stands at a path inside parsed JSON; undefined if there is nothing. */
export function at(json: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.getOwnPropertyDescriptor(value, key)?.value;
  }, json);
}
