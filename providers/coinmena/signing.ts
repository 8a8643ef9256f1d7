import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import nacl from 'tweetnacl';
import type { SigningLayout } from './layout';

/** What CoinMENA verifies: the request as it goes on the wire. */
export interface SignedParts {
  /** Unix time in milliseconds, the same characters as the X-Timestamp header. */
  readonly timestamp: string;
  readonly method: string;
  /** The literal request target: path, and query if there is one. */
  readonly target: string;
  readonly body?: { readonly bytes: Buffer; readonly multipart: boolean };
}

/** The string that is signed (docs/providers/coinmena.md section 2.2). */
export function canonicalString(parts: SignedParts, layout: SigningLayout): string {
  const path = layout.includeQuery ? parts.target : (parts.target.split('?')[0] ?? '');
  return [parts.timestamp, parts.method.toUpperCase(), path, bodyHash(parts.body, layout)].join(layout.separator);
}

function bodyHash(body: SignedParts['body'], layout: SigningLayout): string {
  const signed = body === undefined || (body.multipart && layout.multipartBody === 'empty') ? NO_BYTES : body.bytes;
  if (signed.length === 0 && layout.emptyBody === 'empty') return '';
  return createHash('sha256').update(signed).digest(layout.hashEncoding);
}

const NO_BYTES = Buffer.alloc(0);
const SEED_BYTES = 32;

/** Why a text is not a private key. Says nothing of the text. */
export class UnreadableKey extends Error {
  override readonly name = 'UnreadableKey';
}

/**
 * A partner's private key. tweetnacl loads it and is the reference; Node signs the same bytes a hundred times faster
 * with a key that is parsed once. The key itself cannot be read, printed or serialised.
 */
export class PartnerKey {
  readonly #secretKey: Uint8Array;
  readonly #native: KeyObject;
  /** Standard Base64 of the raw 32 bytes, to compare with what CoinMENA has on file. */
  readonly publicKey: string;

  private constructor(seed: Uint8Array) {
    const pair = nacl.sign.keyPair.fromSeed(seed);
    this.#secretKey = pair.secretKey;
    this.#native = createPrivateKey({ key: pkcs8(seed), format: 'der', type: 'pkcs8' });
    this.publicKey = Buffer.from(pair.publicKey).toString('base64');
  }

  /**
   * Reads a key: PKCS#8 PEM (line ends may be written `\n`), or the raw 32-byte seed in Base64 or hex. Which form
   * CoinMENA uses is not published (docs/providers/coinmena.md section 2.2).
   *
   * @throws UnreadableKey
   */
  static parse(text: string): PartnerKey {
    const trimmed = text.trim();
    if (trimmed.startsWith('-----')) return new PartnerKey(seedOfPem(trimmed.replace(/\\n/g, '\n')));
    if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return new PartnerKey(Buffer.from(trimmed, 'hex'));
    if (/^[A-Za-z0-9+/]{43}=$/.test(trimmed)) return new PartnerKey(Buffer.from(trimmed, 'base64'));
    throw new UnreadableKey('must be an Ed25519 private key: PKCS#8 PEM, or the 32-byte seed in Base64 or hex');
  }

  /** Signs on the hot path. */
  sign(message: Buffer): Buffer {
    return sign(null, message, this.#native);
  }

  /** Signs with the reference implementation. */
  signWithReference(message: Buffer): Buffer {
    return Buffer.from(nacl.sign.detached(message, this.#secretKey));
  }
}

/** The fixed beginning of an Ed25519 private key in PKCS#8 (RFC 8410 section 7); the seed follows it. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function pkcs8(seed: Uint8Array): Buffer {
  return Buffer.concat([PKCS8_PREFIX, seed]);
}

function seedOfPem(pem: string): Uint8Array {
  const seed = Buffer.from(readPem(pem).export({ format: 'jwk' }).d ?? '', 'base64url');
  if (seed.length !== SEED_BYTES) throw new UnreadableKey('must be an Ed25519 key');
  return seed;
}

function readPem(pem: string): KeyObject {
  if (pem.includes('ENCRYPTED')) throw new UnreadableKey('must not be encrypted');
  const key = tryToRead(pem);
  if (key === undefined) throw new UnreadableKey('is not a private key in PKCS#8 PEM');
  if (key.asymmetricKeyType !== 'ed25519') throw new UnreadableKey('must be an Ed25519 key');
  return key;
}

function tryToRead(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

const SELF_CHECK_MESSAGES = ['', 'gangway'].map((text) => Buffer.from(text, 'utf8'));

/**
 * Checks once, before anything is signed with this key, that both implementations sign identical bytes.
 *
 * @throws Error if they differ: this machine's cryptography cannot be trusted with money
 */
export function assertSignersAgree(key: Pick<PartnerKey, 'sign' | 'signWithReference'>): void {
  for (const message of SELF_CHECK_MESSAGES) {
    if (!key.signWithReference(message).equals(key.sign(message))) {
      throw new Error('The two Ed25519 implementations disagree; nothing can be signed.');
    }
  }
}

export interface SignerOptions {
  readonly partnerId: string;
  readonly key: PartnerKey;
  readonly layout: SigningLayout;
  readonly clockOffsetMs: number;
  readonly now: () => number;
}

/** The three headers of a signed request, with a timestamp of its own. */
export function signedHeaders(
  request: Omit<SignedParts, 'timestamp'>,
  { partnerId, key, layout, clockOffsetMs, now }: SignerOptions,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now() - clockOffsetMs));
  const message = Buffer.from(canonicalString({ ...request, timestamp }, layout), 'utf8');
  return {
    'X-Partner-ID': partnerId,
    'X-Timestamp': timestamp,
    'X-Signature': key.sign(message).toString('base64'),
  };
}
