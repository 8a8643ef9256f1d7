import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { Agent, request, type Dispatcher } from 'undici';
import { isLoopbackAddress, isPublicAddress } from './address';
import { collect, tooLarge } from './collect';
import { DocumentError, systemCode, unavailable, unreadable } from './document-error';
import type { ReadOptions, StoredFile } from './stored-file';

export interface HttpsOptions {
  /** Hosts that documents may be fetched from: `files.example.test`, or `files.example.test:8443`. */
  readonly hosts: readonly string[];
  /** For a whole document, redirects and body included, in milliseconds. */
  readonly timeoutMs: number;
  /** Which authorities are believed; absent: those that Node knows. Made once: it takes longer than a small document. */
  readonly secureContext?: SecureContext;
  /** For tests only: what replaces the public internet. */
  readonly forTests?: {
    readonly allowLoopback?: boolean;
    readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
  };
}

const MOST_REDIRECTS = 3;
const lookupAll = promisify(lookup);

/**
 * Fetches an `https:` document. Every hop, redirects included, must be at an allowed host whose every address is
 * public; the name is resolved once, and the connection goes to the address that was checked.
 *
 * @throws DocumentError
 */
export async function readHttpsUri(
  uri: URL,
  options: HttpsOptions,
  { maxBytes, signal }: ReadOptions,
): Promise<StoredFile> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    return await followTo(uri, options, { maxBytes, signal: stop });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof DocumentError ? error : fromNetworkError(error);
  }
}

/** Bounds of a fetch that has a deadline. */
interface FetchBounds extends ReadOptions {
  readonly signal: AbortSignal;
}

async function followTo(first: URL, options: HttpsOptions, bounds: FetchBounds): Promise<StoredFile> {
  let uri = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const hop = await fetchHop(uri, options, bounds);
    if ('file' in hop) return hop.file;
    uri = hop.redirect;
  }
  throw unreadable(`redirects more than ${MOST_REDIRECTS} times`);
}

type Hop = { readonly file: StoredFile } | { readonly redirect: URL };

async function fetchHop(uri: URL, options: HttpsOptions, { maxBytes, signal }: FetchBounds): Promise<Hop> {
  refuseUnlessAllowed(uri, options.hosts);
  const agent = await abortable(pinnedAgent(uri, options), signal);
  try {
    const answer = await request(uri, {
      dispatcher: agent,
      signal,
      // A compressed body could be far larger when unpacked; and the hash is of the file as it is stored.
      headers: { 'accept-encoding': 'identity' },
    });
    return await readAnswer(answer, uri, maxBytes);
  } finally {
    // Also drops a body that was not wanted.
    await agent.destroy();
  }
}

function refuseUnlessAllowed(uri: URL, hosts: readonly string[]): void {
  if (uri.protocol !== 'https:') throw unreadable('leads to a place that is not https:');
  if (uri.username !== '' || uri.password !== '') throw unreadable('must not hold credentials');
  // `host` holds the port if it is not 443, so an allowed host without a port allows 443 alone.
  if (!hosts.some((host) => host.toLowerCase() === uri.host)) throw unreadable('is not at an allowed host');
}

/** An agent for one request to one address: it does not matter if the name resolves differently a moment later. */
async function pinnedAgent(uri: URL, options: HttpsOptions): Promise<Agent> {
  const pinned = await resolveChecked(uri.hostname.replace(/^\[|\]$/g, ''), options);
  const { secureContext } = options;
  return new Agent({
    connections: 1,
    pipelining: 1,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    connect: {
      timeout: options.timeoutMs,
      // Whatever the process was told.
      rejectUnauthorized: true,
      ...(secureContext === undefined ? {} : { secureContext }),
      lookup: (_host, { all }, done) => {
        if (all === true) done(null, [pinned]);
        else done(null, pinned.address, pinned.family);
      },
    },
  });
}

/** The address to connect to. A name with even one address that is not public is refused: it was made to mislead. */
async function resolveChecked(host: string, { forTests = {} }: HttpsOptions): Promise<LookupAddress> {
  const { resolve = resolveName } = forTests;
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  const allowed = ({ address }: LookupAddress): boolean =>
    isPublicAddress(address) || (forTests.allowLoopback === true && isLoopbackAddress(address));
  const [first] = addresses;
  if (first === undefined) throw unreadable('is at a host that has no address');
  if (!addresses.every(allowed)) throw unreadable('is at a host whose address is not public');
  return first;
}

/** A name look-up cannot be stopped; nobody has to wait for it. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Error('the fetch was stopped'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

function resolveName(host: string): Promise<readonly LookupAddress[]> {
  return lookupAll(host, { all: true });
}

async function readAnswer(answer: Dispatcher.ResponseData, uri: URL, maxBytes: number): Promise<Hop> {
  const { statusCode, headers, body } = answer;
  switch (statusCode) {
    case 200:
      if (!['', 'identity'].includes(single(headers['content-encoding']))) throw unreadable('is sent compressed');
      if (Number(single(headers['content-length'])) > maxBytes) throw tooLarge(maxBytes);
      return { file: await collect(body, maxBytes) };
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return { redirect: redirectTarget(single(headers['location']), uri) };
    case 404:
    case 410:
      throw unreadable('names a file that does not exist');
    case 408:
    case 425:
    case 429:
      throw unavailable(`is answered with HTTP ${statusCode} by its host`);
    default:
      throw new DocumentError(`is answered with HTTP ${statusCode} by its host`, statusCode >= 500);
  }
}

function redirectTarget(location: string, from: URL): URL {
  if (location === '' || !URL.canParse(location, from.href)) throw unreadable('redirects to nowhere');
  return new URL(location, from.href);
}

function single(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? '';
}

function fromNetworkError(error: unknown): DocumentError {
  const code = systemCode(error);
  if (code === 'ENOTFOUND') return unreadable('is at a host that has no address');
  if (/CERT|SELF_SIGNED|VERIFY|ERR_TLS/.test(code)) return unreadable('is at a host whose certificate is not trusted');
  return unavailable('cannot be fetched at the moment');
}
