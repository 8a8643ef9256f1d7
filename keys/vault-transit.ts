import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { readSecretText } from '../inputs';
import { PayloadRefused } from '../contract/payload-refusals';
import type { VaultSettings } from './vault-settings';

/**
 * What Vault answered: its data; or its own words for why not, if it understood the request. Everything else (it is away, sealed,
 * refuses the token, or something else answers) is thrown as WRAPPING_SERVICE_AWAY.
 */
export type VaultAnswer =
  | { readonly is: 'data'; readonly data: Readonly<Record<string, unknown>> }
  | { readonly is: 'refused'; readonly errors: readonly string[] };

const TIMEOUT_MS = 5_000;
const MOST_CONNECTIONS = 8;
/** A wrapped key has some hundred bytes; a key with a thousand versions some ten thousand. */
const MOST_BYTES = 1024 * 1024;

/** The HTTP API of a transit engine, of Vault and OpenBao alike. Follows no redirect: the token is for this host. */
export class VaultTransit {
  private readonly agent: HttpAgent | HttpsAgent;

  constructor(private readonly settings: VaultSettings) {
    const { url, ca } = settings;
    // A connection that was idle may be gone when it is used next, and work would wait that need not.
    const shared = { keepAlive: false, maxSockets: MOST_CONNECTIONS };
    this.agent =
      url.protocol === 'https:'
        ? new HttpsAgent({ ...shared, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) })
        : new HttpAgent(shared);
  }

  /**
   * @param path below the engine's mount
   * @param body absent: it is a GET
   * @throws PayloadRefused WRAPPING_SERVICE_AWAY
   */
  async ask(path: string, body?: Readonly<Record<string, string>>): Promise<VaultAnswer> {
    const { status, text } = await this.send(path, body);
    const read = parsed(text);
    if (status === 200 && isObject(read) && 'data' in read && isObject(read.data)) {
      return { is: 'data', data: Object.fromEntries(Object.entries(read.data)) };
    }
    const errors = isObject(read) && 'errors' in read && Array.isArray(read.errors) ? read.errors : [];
    const words = errors.filter((each) => typeof each === 'string');
    if (status === 400 && words.length > 0) return { is: 'refused', errors: words };
    throw away(`it answers ${status}`);
  }

  private async send(
    path: string,
    body: Readonly<Record<string, string>> | undefined,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const { url, mount, namespace, tokenFile } = this.settings;
    const token = readSecretText(tokenFile);
    if ('problem' in token) throw away('its token cannot be read');
    const text = body === undefined ? undefined : JSON.stringify(body);
    const options = {
      method: text === undefined ? 'GET' : 'POST',
      agent: this.agent,
      headers: {
        'x-vault-token': token.text.trim(),
        'x-vault-request': 'true',
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    const target = new URL(`/v1/${mount}/${path}`, url);
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
        request(target, options, resolve).on('error', reject).end(text);
      });
      return { status: answer.statusCode ?? 0, text: await textOf(answer) };
    } catch (error) {
      throw away(codeOf(error));
    }
  }
}

/** @param why in closed words: what a server says may quote what it was told */
function away(why: string): PayloadRefused {
  return new PayloadRefused('WRAPPING_SERVICE_AWAY', `The service that wraps the keys of workflows does not (${why}).`);
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : 'no answer in time';
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
