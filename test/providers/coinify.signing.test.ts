import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { isSignatureOf, webhookSignature } from '../../providers/coinify/signing';

/** The documented vector (Webhook signature page). */
const SECRET = 'my-shared-secret';
const BODY = Buffer.from('{"examplePayload":true}');
const SIGNATURE = 'bcdbb89e3031905f3cc1a20d16b5f969a17a7d8fa0c26e4a807c2193402d66f4';

test('the documented vector', () => {
  expect(webhookSignature(BODY, SECRET)).toBe(SIGNATURE);
  expect(isSignatureOf(SIGNATURE, BODY, SECRET)).toBe(true);
});

test('any bytes under any secret, which is text: signed as HMAC-SHA256 over its UTF-8', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (bytes, secret) => {
      const body = Buffer.from(bytes);
      const signature = createHmac('sha256', Buffer.from(secret, 'utf8')).update(body).digest('hex');
      expect(webhookSignature(body, secret)).toBe(signature);
      expect(isSignatureOf(signature, body, secret)).toBe(true);
    }),
  );
});

test.each([
  ['nothing', ''],
  ['half of it', SIGNATURE.slice(0, 32)],
  ['more than it', `${SIGNATURE}00`],
  ['capitals', SIGNATURE.toUpperCase()],
  ['base64', Buffer.from(SIGNATURE, 'hex').toString('base64')],
  ['as many characters that are longer in UTF-8', 'é'.repeat(64)],
  ['as many bytes of longer characters', 'é'.repeat(32)],
])('%s is no signature of it', (_, signature) => {
  expect(isSignatureOf(signature, BODY, SECRET)).toBe(false);
});

test('neither is that of another body, another secret, or any other character', () => {
  expect(isSignatureOf(SIGNATURE, Buffer.from('{"examplePayload":false}'), SECRET)).toBe(false);
  expect(isSignatureOf(SIGNATURE, BODY, 'my-shared-secrets')).toBe(false);
  for (let at = 0; at < SIGNATURE.length; at += 1) {
    const other = SIGNATURE[at] === '0' ? '1' : '0';
    expect(isSignatureOf(SIGNATURE.slice(0, at) + other + SIGNATURE.slice(at + 1), BODY, SECRET)).toBe(false);
  }
});
