import { canonicalJson } from '../../providers/oceafin/canonical-json';
import { fileBody } from '../../providers/oceafin/client/customers';
import { contentReference, idempotencyKey } from '../../providers/oceafin/idempotency';
import { DEFAULT_LAYOUT } from '../../providers/oceafin/layout';
import {
  canonicalString,
  isSignatureOf,
  newNonce,
  SharedSecret,
  signedHeaders,
  timestampOf,
  webhookSignature,
} from '../../providers/oceafin/signing';

const SECRET = new SharedSecret('test-client-secret');
const AT = { timestamp: '2026-06-28T00:00:00Z', nonce: '0123456789abcdef' };

function signature(parts: Parameters<typeof canonicalString>[0]): string {
  return SECRET.sign(canonicalString(parts, DEFAULT_LAYOUT));
}

describe('the vectors of docs/providers/oceafin.md section 2.3', () => {
  test('a mutation', () => {
    const body = Buffer.from('{"partnerCustomerRef":"cust-100001","customerType":"INDIVIDUAL"}');
    const request = {
      method: 'POST',
      target: '/partner/v1/customers',
      body,
      idempotencyKey: 'cust-100001:create:1',
      ...AT,
    };
    expect(canonicalString(request, DEFAULT_LAYOUT).split('\n')[2]).toBe(
      '9052ba2e753caf6805017b15d0cf9ee8c9c1145f2f9051f9c3979c6929cadff3',
    );
    expect(signature(request)).toBe('e60e19f2828061f7a74afd26a3a2c4402accb9665be7304204fa16c766960c74');
  });

  test('a read', () => {
    const target = '/partner/v1/customers/87d8e330-2878-4742-a86f-dbbb3bf522ac/balances?limit=10';
    expect(signature({ method: 'GET', target, body: undefined, idempotencyKey: undefined, ...AT })).toBe(
      '8dda35d54ed2138920226f0e4012efce397092676ab7ae92a76bc7c0be486c5a',
    );
  });

  test('a webhook', () => {
    const secret = new SharedSecret('test-webhook-secret');
    const webhook = { ...AT, rawBody: Buffer.from('{"eventId":"00000000-0000-0000-0000-000000000000"}') };
    const right = 'd0aa2e8babe0b45ce0df66675b6d73dc66f7274078b1ab1d6ff944f09de29fd9';
    expect(webhookSignature(webhook, secret)).toBe(right);
    expect(isSignatureOf(right, webhook, secret)).toBe(true);
    expect(isSignatureOf(right.toUpperCase(), webhook, secret)).toBe(false);
    expect(isSignatureOf(right.slice(1), webhook, secret)).toBe(false);
    expect(isSignatureOf(right, { ...webhook, rawBody: Buffer.from('{}') }, secret)).toBe(false);
  });
});

describe('the signed string', () => {
  const read = { method: 'get', target: '/partner/v1/x', body: undefined, idempotencyKey: undefined, ...AT };

  test('has six lines, the last of a read empty', () => {
    const lines = canonicalString(read, DEFAULT_LAYOUT).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe('GET');
    expect(lines[5]).toBe('');
  });

  test('can leave the hash of no body out', () => {
    const layout = { ...DEFAULT_LAYOUT, emptyBody: 'empty' } as const;
    const hashOf = (body: Buffer | undefined) => canonicalString({ ...read, body }, layout).split('\n')[2];
    expect([hashOf(undefined), hashOf(Buffer.alloc(0))]).toEqual(['', '']);
    expect(hashOf(Buffer.from('{}'))).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  test('is signed with another secret if that is not text', () => {
    const hex = new SharedSecret('00ff00ff00ff00ff');
    expect(hex.sign('x', 'hex')).not.toBe(hex.sign('x'));
  });
});

describe('the headers of a request', () => {
  const options = { clientId: 'client-1', secret: SECRET, layout: DEFAULT_LAYOUT, now: () => 1_782_604_800_123 };
  const write = { method: 'POST', target: '/partner/v1/x', body: Buffer.from('{}'), idempotencyKey: 'key-1' };

  test('are new each time but for the key', () => {
    const [one, other] = [signedHeaders(write, options), signedHeaders(write, options)];
    for (const name of ['X-Partner-Nonce', 'X-Partner-Signature', 'X-Request-Id']) {
      expect(one[name]).not.toBe(other[name]);
    }
    expect(one['Idempotency-Key']).toBe('key-1');
    expect(one['X-Partner-Timestamp']).toBe('2026-06-28T00:00:00Z');
  });

  test('of a read have no key', () => {
    const headers = signedHeaders({ ...write, method: 'GET', idempotencyKey: undefined }, options);
    expect(Object.keys(headers)).not.toContain('Idempotency-Key');
  });

  test('have nonces that are long enough and differ', () => {
    const nonces = Array.from({ length: 1000 }, newNonce);
    expect(new Set(nonces).size).toBe(1000);
    expect(nonces.every((nonce) => nonce.length >= 16)).toBe(true);
  });

  test('show a time with an offset', () => {
    expect(timestampOf(0)).toBe('1970-01-01T00:00:00Z');
  });

  test('hold nothing secret', () => {
    expect(JSON.stringify({ ...signedHeaders(write, options), secret: SECRET })).not.toContain('test-client-secret');
  });
});

describe('a body', () => {
  test('is the same bytes in whatever order its names came', () => {
    const one = canonicalJson({ b: [1, { d: null, c: 'x' }], a: 'é', gone: undefined });
    const other = canonicalJson({ a: 'é', b: [1, { c: 'x', d: null }] });
    expect(one).toBe('{"a":"é","b":[1,{"c":"x","d":null}]}');
    expect(other).toBe(one);
  });

  test.each([[0.1], [Number.NaN], [2 ** 60], [() => 1], [[undefined]], [1n]])('cannot hold %p', (value) => {
    expect(() => canonicalJson({ value })).toThrow(RangeError);
  });

  test('of an upload is the same bytes for the same file, and other bytes for another', () => {
    const file = { documentType: 'PASSPORT', side: 'FRONT', mime: 'image/png', bytes: Buffer.from('one') } as const;
    const [one, again, other] = [file, file, { ...file, bytes: Buffer.from('two') }].map(fileBody);
    expect(one?.bytes.equals(again?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect(one?.contentType).toBe(again?.contentType);
    expect(one?.bytes.equals(other?.bytes ?? Buffer.alloc(0))).toBe(false);
  });
});

describe('a key', () => {
  test('says customer, action and reference', () => {
    expect(idempotencyKey('cust-1', 'fiat-withdrawal:create', 'wd-9001')).toBe('cust-1:fiat-withdrawal:create:wd-9001');
  });

  test('that would be too long is shortened to a hash of all of it', () => {
    const long = idempotencyKey('c'.repeat(255), 'file:upload', 'r');
    expect(long.length).toBeLessThanOrEqual(200);
    expect(long).not.toBe(idempotencyKey('c'.repeat(255), 'file:upload', 's'));
    expect(long).toBe(idempotencyKey('c'.repeat(255), 'file:upload', 'r'));
  });

  test('of what has no reference is made of its content', () => {
    expect(contentReference('a')).toBe(contentReference(Buffer.from('a')));
    expect(contentReference('a')).not.toBe(contentReference('b'));
  });
});
