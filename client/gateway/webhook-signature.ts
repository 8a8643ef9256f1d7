import type { IncomingHttpHeaders } from 'node:http';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/** How a signed message was found. `stale`: signed for a moment more than five minutes away from now. */
export type SignatureVerdict = 'good' | 'incomplete' | 'stale' | 'forged';

const SECRET = /^(whsec_)?[A-Za-z0-9+/]+={0,2}$/;
/** Standard Webhooks 1.0, "Signature scheme": between 24 and 64 bytes. */
const SHORTEST_SECRET = 24;
const LONGEST_SECRET = 64;
const TIMESTAMP = /^\d{1,12}$/;

/** Why `secret` cannot be used, in words that follow a name; undefined where it can. */
function secretProblem(secret: string): string | undefined {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length;
  const fits = SECRET.test(secret) && bytes >= SHORTEST_SECRET && bytes <= LONGEST_SECRET;
  return fits ? undefined : `must be whsec_ and the Base64 of ${SHORTEST_SECRET} to ${LONGEST_SECRET} bytes`;
}

/**
 * The secrets of a setting, with white space or commas between them.
 *
 * @param problems receives what is wrong with those that are left out, by the variable's name
 */
export function secretsOf(text: string, variable: string, problems: string[]): readonly string[] {
  const secrets = text.split(/[\s,]+/).filter((secret) => secret !== '');
  return secrets.filter((secret, index) => {
    const problem = secretProblem(secret);
    if (problem !== undefined) problems.push(`${variable}: secret ${index + 1} ${problem}`);
    return problem === undefined;
  });
}

/**
 * Holds messages to the Standard Webhooks scheme (https://www.standardwebhooks.com): `webhook-signature` is over
 * `webhook-id`, `webhook-timestamp` and the raw bytes of the body. While a secret is rotated, both are given.
 */
export class WebhookKeys {
  private readonly webhooks: readonly Webhook[];

  constructor(secrets: readonly string[]) {
    this.webhooks = secrets.map((secret) => new Webhook(secret));
  }

  get count(): number {
    return this.webhooks.length;
  }

  verify(body: Buffer, headers: IncomingHttpHeaders): SignatureVerdict {
    const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      only(headers[name]),
    );
    if (id === undefined || timestamp === undefined || signature === undefined) return 'incomplete';
    if (!TIMESTAMP.test(timestamp)) return 'incomplete';
    const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    const verdicts = this.webhooks.map((webhook) => verdictOf(webhook, body, signed));
    return verdicts.find((verdict) => verdict !== 'forged') ?? 'forged';
  }
}

function verdictOf(webhook: Webhook, body: Buffer, headers: Record<string, string>): SignatureVerdict {
  try {
    webhook.verify(body, headers, { jsonParse: false });
    return 'good';
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return error.message.startsWith('Message timestamp') ? 'stale' : 'forged';
  }
}

function only(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
