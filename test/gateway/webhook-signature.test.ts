import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { secretsOf, WebhookKeys } from '../../client/gateway/webhook-signature';

/** The scheme's own library signs text; anything else is signed here, as the scheme says. */

const key = Buffer.alloc(32, 7);
const SECRET = `whsec_${key.toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const NOW = Date.parse('2026-06-01T10:00:00Z');
const ID = 'msg_1';

function signed(body: Buffer, { timestamp = String(NOW / 1000), id = ID } = {}) {
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const signature = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

const keys = new WebhookKeys([OTHER, SECRET]);
const BODY = Buffer.from('{"name":"Zoë"}');

test('what the library signs is good, and what it would refuse is refused', () => {
  const headers = {
    ...signed(BODY),
    'webhook-signature': new Webhook(SECRET).sign(ID, new Date(NOW), BODY.toString()),
  };
  expect(headers).toEqual(signed(BODY));
  expect(keys.verify(BODY, headers, NOW)).toBe('good');
  expect(new WebhookKeys([OTHER]).verify(BODY, headers, NOW)).toBe('forged');
  expect(new WebhookKeys([]).verify(BODY, headers, NOW)).toBe('forged');
  const several = { ...headers, 'webhook-signature': `v1a,x v2,y v1,AAAA ${headers['webhook-signature']}` };
  expect(keys.verify(BODY, several, NOW)).toBe('good');
});

test.each([
  ['Latin-1', Buffer.from('{"name":"Zoë"}', 'latin1')],
  ['gzip', gzipSync(BODY)],
  ['UTF-16', Buffer.from('{"name":"Zoë"}', 'utf16le')],
  ['with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BODY])],
  ['nothing', Buffer.alloc(0)],
  ['bytes of every kind', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
])('a body is bytes, and one that is %s is good if it is rightly signed', (_, body) => {
  expect(keys.verify(body, signed(body), NOW)).toBe('good');
  for (const index of [0, body.length - 1].filter((at) => at >= 0 && body.length > 0)) {
    const changed = Buffer.from(body);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(keys.verify(changed, signed(body), NOW)).toBe('forged');
  }
});

test.each<[string, string]>([
  ['stale', String(NOW / 1000 - 301)],
  ['good', String(NOW / 1000 - 300)],
  ['good', String(NOW / 1000 + 300)],
  ['stale', String(NOW / 1000 + 301)],
  ['milliseconds', String(NOW)],
  ['incomplete', '2026-06-01T10:00:00Z'],
  ['incomplete', `${NOW / 1000}.5`],
  ['incomplete', '-1'],
])('%s: signed at %s', (verdict, timestamp) => {
  expect(keys.verify(BODY, signed(BODY, { timestamp }), NOW)).toBe(verdict);
});

test.each<[string, object]>([
  ['forged', { 'webhook-timestamp': String(NOW / 1000 + 1) }],
  ['forged', { 'webhook-id': 'msg_2' }],
  ['forged', { 'webhook-signature': 'v1,' }],
  ['forged', { 'webhook-signature': 'AAAA' }],
  ['incomplete', { 'webhook-signature': '' }],
  ['incomplete', { 'webhook-id': undefined }],
])('%s: %j', (verdict, but) => {
  expect(keys.verify(BODY, { ...signed(BODY), ...but }, NOW)).toBe(verdict);
});

test.each([' , ', ',', '\n'])('a setting that is %j holds no secret, and says so', (text) => {
  const problems: string[] = [];
  expect(secretsOf(text, 'THE_SETTING', problems)).toEqual([]);
  expect(problems).toEqual(['THE_SETTING is set and holds no secret']);
});

test('a secret that cannot be used is named by its place, and not shown', () => {
  const problems: string[] = [];
  expect(secretsOf(`${SECRET}, c2hvcnQ=`, 'THE_SETTING', problems)).toEqual([SECRET]);
  expect(problems).toEqual([expect.stringContaining('THE_SETTING: secret 2 must be')]);
  expect(problems.join()).not.toContain('c2hvcnQ=');
});
