import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

export interface SignOptions {
  readonly id?: string;
  readonly at?: Date;
}

/** The headers of a message that is signed as a partner signs it (https://www.standardwebhooks.com). */
export function signedHeaders(
  secret: string,
  body: string,
  { id = `msg_${randomUUID()}`, at = new Date() }: SignOptions = {},
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}
