import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { authHeaders, control, formBody, get, read, type Sent } from './signing';

/** The signature vectors of docs/providers/coinmena.md section 2.3. */
interface Vector {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly target: string;
  readonly timestamp: number;
  readonly body?: string;
  readonly contentType?: string;
  readonly layout?: object;
  readonly signature: string;
}

const V1 = { method: 'GET', target: '/v1/partner/clients/user_12345/', timestamp: 1737654324000 } as const;
const V2 = {
  method: 'POST',
  target: '/v1/partner/deposits',
  timestamp: 1737654325000,
  body: '{"partner_client_id":"user_12345","asset_id":"USD","amount":"1000.00","partner_order_ref":"deposit-abc-123"}',
  contentType: 'application/json',
} as const;
const V3 = {
  method: 'GET',
  target: '/v1/partner/balances?partner_client_id=user_12345',
  timestamp: 1737654326000,
} as const;

const VECTORS: readonly Vector[] = [
  {
    ...V1,
    name: 'V1, line feed',
    signature: 'JtJW3b3C1x4lFfi0iTOLh24//fxY8wMg6qGWhQC7PMZThKxG3NamlDJJbjwsV/ZWZWNDXyBcQg7DC0RxBgRgAQ==',
  },
  {
    ...V1,
    name: 'V1, no separator',
    layout: { separator: '' },
    signature: 'gebkHfV7rnmltd0LWlHPZAzAjcgKEnqPZB42MDqRzPEFg3FHtt6zW9JnCdHbEMVu6O50utWZt2ehTEJvj8h3DA==',
  },
  {
    ...V1,
    name: 'V1, bar',
    layout: { separator: '|' },
    signature: 'kqmfSnVIxjL0Ct7mXQra3HlaWg4Wv4tRlBVghvBQ4+WbTXgWFGs61fghmpycjPLLpwu2t11tfBu2RgGCQHDNBQ==',
  },
  {
    ...V2,
    name: 'V2, line feed',
    signature: 'XJGuyTrsvCVpTXDatAHWrrFKICVE71CsVXF5qJuWn8hhrvXiCDub+g8x1j4//yyxJwetFV/a8kzCSa+Oh2McBA==',
  },
  {
    ...V2,
    name: 'V2, no separator',
    layout: { separator: '' },
    signature: 'kP9HMwDXNwnXZWB5SjFwAzmIaWHj9LhxzcSEBHJrp5xokujCvFOFAxO81P13M+/p/7G7hXQ0fPDdfeOZ2z/3CQ==',
  },
  {
    ...V2,
    name: 'V2, bar',
    layout: { separator: '|' },
    signature: 'jsfJdTSS8RU2l9hGLKF2GHYk6Y0/X18pG3wD3twdO7GF0wOFFKA0lpgYRblyrGN8SrQjaBC+tTuAfbwRs5BwAQ==',
  },
  {
    ...V3,
    name: 'V3, query left out',
    signature: 'T7S667Rch76apqGQ3E4ADOXa7ru3AhQXP/1sXqBr7FLAB88b7Bhj4YPsmheTVtt9zBQYtyAVjOBe6JOmbQL6Bw==',
  },
  {
    ...V3,
    name: 'V3, query kept',
    layout: { includeQuery: true },
    signature: '8QRhXVJkkp2ebT2SWQr150i6IY2n9VP4mP4tcnpIUbMqBxPkPNaHU36atq6daJYxmP0TwJdxXDZ2lGzZzR0YAA==',
  },
  {
    name: 'V4, multipart',
    method: 'POST',
    target: '/v1/partner/clients/user_12345/documents',
    timestamp: 1737654327000,
    body: formBody(
      [
        { name: 'type', value: 'government_id' },
        { name: 'front_file', value: 'PDFDATA', filename: 'id.pdf', mime: 'application/pdf' },
      ],
      'BOUNDARY123',
    ).toString(),
    contentType: 'multipart/form-data; boundary=BOUNDARY123',
    signature: 'obOFG1WZPtuH5OQQO5kNaENs5BoiM/CpZjCrJZxkkbK1aRGaK54YWtcS9XBbLNUBQNGoJGB+jQqv3ZbuvqVqCw==',
  },
];

const DEFAULT_LAYOUT = {
  separator: '\n',
  includeQuery: false,
  hashEncoding: 'hex',
  emptyBody: 'hash',
  multipartBody: 'raw',
};

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startCoinmenaSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

beforeEach(async () => {
  await control(sandbox.controlUrl, 'POST', '/reset', {});
  const settings = { ip_allow_list: null, reject_replays: false, layout: DEFAULT_LAYOUT };
  expect((await control(sandbox.controlUrl, 'POST', '/settings', settings)).status).toBe(200);
});

async function sendVector(vector: Vector, but: Readonly<Record<string, string>> = {}): Promise<Sent> {
  const offset = vector.timestamp - Date.now() + 1000;
  await control(sandbox.controlUrl, 'POST', '/clock', { offset_ms: offset });
  await control(sandbox.controlUrl, 'POST', '/settings', { layout: vector.layout ?? {} });
  const response = await fetch(`${sandbox.url}${vector.target}`, {
    method: vector.method,
    headers: {
      'x-partner-id': 'sandbox-partner',
      'x-timestamp': String(vector.timestamp),
      'x-signature': vector.signature,
      ...(vector.contentType === undefined ? {} : { 'content-type': vector.contentType }),
      ...but,
    },
    ...(vector.body === undefined ? {} : { body: vector.body }),
  });
  return read(response);
}

async function lastRefusal(): Promise<unknown> {
  const { json } = await control(sandbox.controlUrl, 'GET', '/refusals');
  expect(json).toHaveProperty('items');
  return json;
}

test.each(VECTORS)('the signature of vector $name is accepted', async (vector) => {
  const answer = await sendVector(vector);
  expect(answer).toMatchObject({ status: 404, json: { code: 2008, msg: 'Invalid client ID', msg_detail: null } });
});

test.each(VECTORS)('the signature of vector $name is refused for another path', async (vector) => {
  const changed = { ...vector, target: vector.target.replace('/v1/partner/', '/v1/partner//') };
  expect((await sendVector(changed)).status).toBe(401);
});

test('an unauthorized request is told nothing but that', async () => {
  const vector = { ...V2, name: 'V2 of another body', signature: VECTORS[3]?.signature ?? '' };
  const answer = await sendVector({ ...vector, body: V2.body.replace('1000.00', '9000.00') });
  expect(answer).toMatchObject({ status: 401, json: { code: 401, msg: 'Unauthorized', msg_detail: null } });
  expect(await lastRefusal()).toMatchObject({
    items: [
      {
        reason: 'signature-wrong',
        method: 'POST',
        path: '/v1/partner/deposits',
        canonicalString: expect.stringMatching(/^1737654325000\nPOST\n\/v1\/partner\/deposits\n[0-9a-f]{64}$/),
      },
    ],
  });
});

test.each([
  ['header-missing', { 'x-partner-id': '' }],
  ['header-missing', { 'x-timestamp': '' }],
  ['header-missing', { 'x-signature': '' }],
  ['timestamp-malformed', { 'x-timestamp': '2025-01-23' }],
  ['timestamp-malformed', { 'x-timestamp': '+1737654324000' }],
  ['timestamp-expired', { 'x-timestamp': String(1737654324) }],
  ['partner-unknown', { 'x-partner-id': 'somebody' }],
  ['signature-malformed', { 'x-signature': 'JtJW3b3C1x4lFfi0iTOLh24__fxY8wMg6qGWhQC7PMZT' }],
] as const)('%s is refused and told on the control port', async (reason, headers) => {
  const [vector] = VECTORS;
  if (vector === undefined) throw new Error('no vector');
  expect((await sendVector(vector, headers)).status).toBe(401);
  expect(await lastRefusal()).toMatchObject({ items: [{ reason }] });
});

test.each([
  [1_000, 401],
  [60_000, 401],
  [-1_000, 404],
  [-58_000, 404],
  [-61_000, 401],
])('a timestamp %i ms from now gives %i', async (skewMs, status) => {
  expect((await get(sandbox.url, '/v1/partner/clients/nobody/', { skewMs })).status).toBe(status);
});

test('the timestamp is checked before the partner, and the signature before the route', async () => {
  const headers = { 'x-partner-id': 'somebody' };
  await get(sandbox.url, '/v1/partner/clients/nobody/', { skewMs: 5_000, headers });
  expect(await lastRefusal()).toMatchObject({ items: [{ reason: 'timestamp-in-future' }] });
  expect((await get(sandbox.url, '/v1/partner/nothing', { skewMs: 5_000 })).status).toBe(401);
  expect((await get(sandbox.url, '/v1/partner/nothing')).json).toMatchObject({ code: 404 });
});

test('an address that is not on the list is refused whatever its signature', async () => {
  const { url, controlUrl } = sandbox;
  await control(controlUrl, 'POST', '/settings', { ip_allow_list: ['192.0.2.0/24'] });
  expect((await get(url, '/v1/partner/balances')).status).toBe(401);
  expect(await lastRefusal()).toMatchObject({ items: [{ reason: 'ip-not-allowed' }] });
  await control(controlUrl, 'POST', '/settings', { ip_allow_list: ['192.0.2.7', '127.0.0.0/8', '::1'] });
  expect((await get(url, '/v1/partner/balances')).status).toBe(200);
});

test('a signature is taken twice unless replays are refused', async () => {
  const { url, controlUrl } = sandbox;
  const headers = authHeaders('GET', '/v1/partner/balances', Buffer.alloc(0));
  const again = async (): Promise<number> => (await fetch(`${url}/v1/partner/balances`, { headers })).status;
  expect([await again(), await again()]).toEqual([200, 200]);
  await control(controlUrl, 'POST', '/settings', { reject_replays: true });
  expect([await again(), await again()]).toEqual([200, 401]);
  expect(await lastRefusal()).toMatchObject({ items: [{ reason: 'signature-replayed' }] });
});

test('public paths need no signature and mind none', async () => {
  for (const path of ['/v1/public/countries', '/v1/public/assets/']) {
    const unsigned = await fetch(`${sandbox.url}${path}`);
    const signed = await get(sandbox.url, path);
    expect([unsigned.status, signed.status]).toEqual([200, 200]);
    expect(await unsigned.json()).toEqual(signed.json);
  }
});

test.each([
  ['hex', Buffer.from('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', 'base64').toString('hex')],
  [
    'PEM',
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n',
  ],
])('the key can be given in %s', async (_, publicKey) => {
  const other = await startCoinmenaSandbox({ publicKey });
  try {
    expect((await get(other.url, '/v1/partner/balances')).status).toBe(200);
  } finally {
    await other.close();
  }
});

test('a key that is none is refused by name, without being shown', async () => {
  const started = startCoinmenaSandbox({ publicKey: 'hush' });
  await expect(started).rejects.toMatchObject({ name: 'BadSetting', setting: 'publicKey' });
  await expect(started).rejects.not.toThrow(/hush/);
});
