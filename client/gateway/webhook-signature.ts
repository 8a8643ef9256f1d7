import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * The result of checking a signed message. `stale`: signed for a moment more than five minutes away from now.
 * `milliseconds`: its timestamp does not count seconds.
 */
export type SignatureVerdict = 'good' | 'incomplete' | 'milliseconds' | 'forged' | 'stale';

const SECRET = /^(whsec_)?[A-Za-z0-9+/]+={0,2}$/;
/** Standard Webhooks 1.0, "Signature scheme": between 24 and 64 bytes. */
const SHORTEST_SECRET = 24;
const LONGEST_SECRET = 64;
const SECONDS = /^\d{1,11}$/;
/** Of any time after September 2001. */
const MILLISECONDS = /^\d{12,14}$/;
/** Standard Webhooks 1.0, "Verifying webhook authenticity": the reference libraries' tolerance. */
const TOLERANCE_SECONDS = 5 * 60;
const VERSION = 'v1,';
/** Two, while a secret is rotated; as many as any sender has need of. */
const MOST_SIGNATURES = 10;

/** Why `secret` cannot be used, in words that follow a name; undefined if it can. */
function secretProblem(secret: string): string | undefined {
  const bytes = keyOf(secret).length;
  const fits = SECRET.test(secret) && bytes >= SHORTEST_SECRET && bytes <= LONGEST_SECRET;
  return fits ? undefined : `must be whsec_ and the Base64 of ${SHORTEST_SECRET} to ${LONGEST_SECRET} bytes`;
}

/**
 * The secrets of a setting, with white space or commas between them.
 *
 * @param setting its name, for what is wrong
 * @param problems receives what is wrong: each secret that cannot be used, and a setting that is set and holds none
 */
export function secretsOf(text: string, setting: string, problems: string[]): readonly string[] {
  const secrets = text.split(/[\s,]+/).filter((secret) => secret !== '');
  if (text !== '' && secrets.length === 0) problems.push(`${setting} is set and holds no secret`);
  const wrong = secrets.map(secretProblem);
  for (const [index, problem] of wrong.entries()) {
    if (problem !== undefined) problems.push(`${setting}: secret ${index + 1} ${problem}`);
  }
  return secrets.filter((_, index) => wrong[index] === undefined);
}

/**
 * Checks messages against the Standard Webhooks scheme (https://www.standardwebhooks.com): `webhook-signature` is over
 * `webhook-id`, `webhook-timestamp` and the raw bytes of the body. While a secret is rotated, both are given. The
 * scheme's own library signs text: it would call a rightly signed body forged if it is not UTF-8.
 */
export class WebhookKeys {
  private readonly keys: readonly Buffer[];

  constructor(secrets: readonly string[]) {
    this.keys = secrets.map(keyOf);
  }

  get count(): number {
    return this.keys.length;
  }

  verify(body: Buffer, headers: IncomingHttpHeaders, nowMs = Date.now()): SignatureVerdict {
    const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      only(headers[name]),
    );
    if (id === undefined || timestamp === undefined || signature === undefined) return 'incomplete';
    if (MILLISECONDS.test(timestamp)) return 'milliseconds';
    if (!SECONDS.test(timestamp)) return 'incomplete';
    if (!this.isSigned(Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]), signature)) return 'forged';
    // Read after the signature: an unsigned timestamp says nothing.
    return Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS ? 'stale' : 'good';
  }

  /** Whether one of the signatures is that of one of the keys; takes the same time whichever it is. */
  private isSigned(content: Buffer, header: string): boolean {
    const given = header
      .split(' ', MOST_SIGNATURES)
      .filter((each) => each.startsWith(VERSION))
      .map((each) => Buffer.from(each.slice(VERSION.length), 'base64'));
    const matches = this.keys.flatMap((key) => {
      const right = createHmac('sha256', key).update(content).digest();
      return given.map((each) => each.length === right.length && timingSafeEqual(each, right));
    });
    return matches.includes(true);
  }
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

function only(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
