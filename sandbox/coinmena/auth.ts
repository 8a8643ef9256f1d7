import { createHash, verify, type KeyObject } from 'node:crypto';
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { SigningLayout } from '../../providers/coinmena/layout';
import { BadSetting } from '../http/bad-setting';
import type { Clock } from '../http/clock';
import { isMultipart } from '../http/multipart';
import { TIMESTAMP_WINDOW_MS } from './config';

/** A request as far as its signature goes. */
export interface SignedRequest {
  readonly method: string;
  /** The request target as sent: path and query, percent-encoding untouched. */
  readonly target: string;
  readonly remoteAddress: string | undefined;
  readonly headers: {
    readonly partnerId: string | undefined;
    readonly timestamp: string | undefined;
    readonly signature: string | undefined;
    readonly contentType: string | undefined;
  };
  readonly body: Buffer;
}

/** Why a request was refused. The partner sees 401 and nothing else; the control port tells. */
type AuthRefusalReason =
  | 'ip-not-allowed'
  | 'header-missing'
  | 'timestamp-malformed'
  | 'timestamp-in-future'
  | 'timestamp-expired'
  | 'partner-unknown'
  | 'signature-malformed'
  | 'signature-wrong'
  | 'signature-replayed';

export interface AuthRefusal {
  readonly reason: AuthRefusalReason;
  /** What the sandbox compared the signature with, if it got that far. */
  readonly canonicalString?: string;
}

/** What can be switched while the sandbox runs. */
export interface AuthSettings {
  ipAllowList: readonly string[] | undefined;
  rejectReplays: boolean;
  layout: SigningLayout;
}

/** The string that a signature covers (docs/providers/coinmena.md section 2.2). */
function canonicalString(request: SignedRequest, layout: SigningLayout): string {
  const timestamp = request.headers.timestamp ?? '';
  const path = layout.includeQuery ? request.target : (request.target.split('?')[0] ?? '');
  return [timestamp, request.method, path, bodyHash(request, layout)].join(layout.separator);
}

function bodyHash(request: SignedRequest, layout: SigningLayout): string {
  const unsigned = layout.multipartBody === 'empty' && isMultipart(request.headers.contentType);
  const bytes = unsigned ? Buffer.alloc(0) : request.body;
  if (bytes.length === 0 && layout.emptyBody === 'empty') return '';
  return createHash('sha256').update(bytes).digest(layout.hashEncoding);
}

/**
 * Checks requests in the order of docs/providers/coinmena.md section 13: address, headers, timestamp, partner,
 * signature.
 */
export class Authenticator {
  /** Signatures accepted within the window, and when each may be forgotten. */
  private readonly seen = new Map<string, number>();
  private allowed: BlockList | undefined;

  constructor(
    private readonly partnerId: string,
    private readonly publicKey: KeyObject,
    private readonly clock: Clock,
    private readonly settings: AuthSettings,
  ) {
    this.allowed = blockListOf(settings.ipAllowList);
  }

  get current(): Readonly<AuthSettings> {
    return this.settings;
  }

  /** @throws BadSetting if the allow list holds what is no address or range */
  change(settings: Partial<AuthSettings>): void {
    const allowed = 'ipAllowList' in settings ? blockListOf(settings.ipAllowList) : this.allowed;
    Object.assign(this.settings, settings);
    this.allowed = allowed;
  }

  /** Undefined if the request is the partner's. */
  refusalOf(request: SignedRequest): AuthRefusal | undefined {
    const { partnerId, timestamp, signature } = request.headers;
    if (!this.isAllowed(request.remoteAddress)) return { reason: 'ip-not-allowed' };
    if (partnerId === undefined || timestamp === undefined || signature === undefined) {
      return { reason: 'header-missing' };
    }
    const lateness = timestampProblem(timestamp, this.clock.now());
    if (lateness !== undefined) return { reason: lateness };
    if (partnerId !== this.partnerId) return { reason: 'partner-unknown' };
    if (!/^[A-Za-z0-9+/]{86}==$/.test(signature)) return { reason: 'signature-malformed' };
    const canonical = canonicalString(request, this.settings.layout);
    if (!verify(null, Buffer.from(canonical, 'utf8'), this.publicKey, Buffer.from(signature, 'base64'))) {
      return { reason: 'signature-wrong', canonicalString: canonical };
    }
    return this.settings.rejectReplays && this.isReplay(signature) ? { reason: 'signature-replayed' } : undefined;
  }

  private isAllowed(address: string | undefined): boolean {
    if (this.allowed === undefined) return true;
    if (address === undefined) return false;
    // A server that listens on IPv6 sees IPv4 callers as ::ffff:a.b.c.d.
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
    return this.allowed.check(mapped, isIPv4(mapped) ? 'ipv4' : 'ipv6');
  }

  private isReplay(signature: string): boolean {
    const now = this.clock.now();
    for (const [old, forgetAt] of this.seen) {
      if (forgetAt < now) this.seen.delete(old);
    }
    if (this.seen.has(signature)) return true;
    this.seen.set(signature, now + TIMESTAMP_WINDOW_MS);
    return false;
  }
}

function timestampProblem(
  timestamp: string,
  now: number,
): 'timestamp-malformed' | 'timestamp-in-future' | 'timestamp-expired' | undefined {
  if (!/^\d{1,15}$/.test(timestamp)) return 'timestamp-malformed';
  const age = now - Number(timestamp);
  if (age < 0) return 'timestamp-in-future';
  return age > TIMESTAMP_WINDOW_MS ? 'timestamp-expired' : undefined;
}

function blockListOf(entries: readonly string[] | undefined): BlockList | undefined {
  if (entries === undefined) return undefined;
  const list = new BlockList();
  for (const entry of entries) addEntry(list, entry);
  return list;
}

function addEntry(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  if (family === 0 || (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits))) {
    throw new BadSetting('ipAllowList', `holds ${JSON.stringify(entry)}, which is no address or CIDR range`);
  }
  const version = family === 4 ? 'ipv4' : 'ipv6';
  if (prefix === undefined) list.addAddress(address, version);
  else list.addSubnet(address, Number(prefix), version);
}
