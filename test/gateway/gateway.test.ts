import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { readGatewayConfig } from '../../client/gateway/config';
import { startGateway, type RunningGateway } from '../../client/gateway/serve';
import { newToken, type Scope } from '../../client/gateway/tokens';
import { eventually, Rig } from '../setup/rig';
import { signedBytesHeaders, signedHeaders } from '../setup/standard-webhook';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const FOREIGN_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const REQUESTER_SECRET = `whsec_${Buffer.alloc(32, 4).toString('base64')}`;
const MAX_BODY_BYTES = 65_536;

const every = newToken('ops-1', ['read', 'start', 'approve', 'resolve']);
const reader = newToken('reader', ['read']);
const acme = newToken('acme', ['read', 'start', 'approve', 'resolve'], {
  clients: ['acme-*'],
  providers: ['coinmena'],
});
const expired = newToken('expired', ['read'], { expires: '2026-01-01T00:00:00Z' });
const approver = newToken('ops-2', ['approve']);

const DEEP = `{"details":${'['.repeat(900)}${']'.repeat(900)}}`;
const TWICE = '{"amount":"1.00","amount":"900.00"}';

let rig: Rig;
let gateway: RunningGateway;
const logged: string[] = [];

function start(temporalAddress: string, settings: NodeJS.ProcessEnv = {}): Promise<RunningGateway> {
  const config = readGatewayConfig({
    TEMPORAL_ADDRESS: temporalAddress,
    GANGWAY_GATEWAY_PORT: '0',
    GANGWAY_GATEWAY_MAX_BODY_BYTES: String(MAX_BODY_BYTES),
    GANGWAY_WEBHOOK_SECRETS: `${SECRET} ${NEXT_SECRET}`,
    GANGWAY_TOKENS: `${every.entry} ${reader.entry} ${approver.entry} ${acme.entry} ${expired.entry}`,
    GANGWAY_REQUESTER_SECRETS: REQUESTER_SECRET,
    ...settings,
  });
  return startGateway(config, { version: '0', log: { write: (line) => void logged.push(line) } });
}

beforeAll(async () => {
  rig = await Rig.start({
    env: {
      GANGWAY_APPROVALS: '[{"asset": "USD", "from": "5000", "approvers": 1}]',
      GANGWAY_REQUESTER_SECRETS: REQUESTER_SECRET,
    },
  });
  gateway = await start(rig.server.address);
});
afterAll(async () => {
  await gateway.stop();
  await rig.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

async function send(path: string, init: RequestInit = {}, at = gateway.url): Promise<Answer> {
  const answer = await fetch(`${at}${path}`, init);
  const body = z.record(z.string(), z.unknown()).parse(await answer.json());
  return { status: answer.status, headers: answer.headers, body };
}

function signup(body: string, headers = signedHeaders(SECRET, body), at = gateway.url): Promise<Answer> {
  return send('/v1/signups', { method: 'POST', headers, body }, at);
}

function post(path: string, body: unknown, token = every.token): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return send(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function get(path: string, token = every.token): Promise<Answer> {
  return send(path, { headers: { authorization: `Bearer ${token}` } });
}

function intent(fundingId: string, but: object = {}): object {
  return {
    provider: 'coinmena',
    fundingId,
    kind: 'deposit',
    partnerClientId: 'gw',
    asset: 'USD',
    amount: '10',
    ...but,
  };
}

describe('signups', () => {
  test('a signed event onboards and funds; the same again is answered the same way', async () => {
    const body = JSON.stringify({
      ...rig.application('signed-up'),
      funding: [{ fundingId: 'signed-up-in', kind: 'deposit', asset: 'USD', amount: '5.00' }],
    });
    const first = await signup(body);
    expect(first).toMatchObject({
      status: 202,
      body: { workflowId: 'onboarding/coinmena/signed-up', status: '/v1/onboardings/coinmena/signed-up' },
    });
    const again = await signup(body, signedHeaders(NEXT_SECRET, body));
    expect(again).toMatchObject({ status: 202, body: first.body });
    const done = await eventually(async () => {
      const status = await get('/v1/onboardings/coinmena/signed-up', reader.token);
      return status.body['state'] === 'done' ? status.body : undefined;
    });
    expect(done).toMatchObject({ kind: 'onboarding', funding: [{ fundingId: 'signed-up-in', state: 'done' }] });
    expect(await rig.ordersOf('signed-up-in')).toHaveLength(1);
  });

  test('the same client with other data is a conflict that names the fields', async () => {
    const application = rig.application('changed');
    await signup(JSON.stringify(application));
    const other = JSON.stringify({ ...application, applicant: { ...application.applicant, name: 'Other Example' } });
    expect(await signup(other)).toMatchObject({
      status: 409,
      body: { code: 'ID_TAKEN', errors: [{ field: 'applicant.name' }] },
    });
  });

  const EVENT = JSON.stringify({ event: 1 });
  const long = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);
  test.each<[string, number, string, string, Record<string, string>]>([
    ['unsigned', 401, 'UNSIGNED', EVENT, { 'content-type': 'application/json' }],
    ['of an unknown secret', 401, 'FORGED', EVENT, signedHeaders(FOREIGN_SECRET, EVENT)],
    ['of other bytes', 401, 'FORGED', `${EVENT} `, signedHeaders(SECRET, EVENT)],
    ['too old', 401, 'STALE', EVENT, signedHeaders(SECRET, EVENT, { at: long(-6) })],
    ['too new', 401, 'STALE', EVENT, signedHeaders(SECRET, EVENT, { at: long(6) })],
    ['replayed as of now', 401, 'FORGED', EVENT, replayed({ 'webhook-timestamp': nowText() })],
    ['replayed under another id', 401, 'FORGED', EVENT, replayed({ 'webhook-id': 'msg_other' })],
    ['too large', 413, 'TOO_LARGE', 'x'.repeat(MAX_BODY_BYTES + 1), signedHeaders(SECRET, 'x')],
    ['not JSON', 400, 'NOT_JSON', '{', signedHeaders(SECRET, '{')],
    ['900 lists deep', 400, 'NOT_JSON', DEEP, signedHeaders(SECRET, DEEP)],
    ['ambiguous', 400, 'NOT_JSON', TWICE, signedHeaders(SECRET, TWICE)],
    ['of the wrong shape', 422, 'INVALID_REQUEST', EVENT, signedHeaders(SECRET, EVENT)],
  ])('an event that is %s is refused with %d %s', async (_, status, code, body, headers) => {
    const answer = await signup(body, headers);
    expect(answer).toMatchObject({ status, body: { type: 'about:blank', status, code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  const LATIN = Buffer.from(JSON.stringify({ name: 'Zoë' }), 'latin1');
  const ZIPPED = gzipSync(EVENT);
  test.each<[string, number, string, string, Buffer, string, object]>([
    ['in Latin-1', 400, 'NOT_JSON', 'UTF-8', LATIN, nowText(), {}],
    ['compressed', 415, 'COMPRESSED', 'compressed', ZIPPED, nowText(), { 'content-encoding': 'gzip' }],
    ['compressed and does not say so', 415, 'COMPRESSED', 'compressed', ZIPPED, nowText(), {}],
    ['of a time in milliseconds', 401, 'NOT_SECONDS', 'milliseconds', Buffer.from(EVENT), String(Date.now()), {}],
  ])('an event that is %s and rightly signed is refused with %d %s', async (_, status, code, told, body, at, but) => {
    const headers = { ...signedBytesHeaders(SECRET, body, at), ...but };
    const answer = await send('/v1/signups', { method: 'POST', headers, body: new Uint8Array(body) });
    expect(answer).toMatchObject({ status, body: { code, detail: expect.stringContaining(told) } });
  });

  function replayed(but: Record<string, string>): Record<string, string> {
    return { ...signedHeaders(SECRET, EVENT, { at: long(-1) }), ...but };
  }
  function nowText(): string {
    return String(Math.floor(Date.now() / 1000));
  }
});

describe('tokens', () => {
  const cases: [string, string, string, Scope][] = [
    ['GET', '/v1/intents/coinmena/any', 'read', 'read'],
    ['GET', '/v1/onboardings/coinmena/any', 'read', 'read'],
    ['POST', '/v1/intents', 'start', 'start'],
    ['POST', '/v1/intents/coinmena/any/resolve', 'resolve', 'resolve'],
    ['POST', '/v1/intents/coinmena/any/cancel', 'cancel', 'resolve'],
    ['POST', '/v1/intents/coinmena/any/supply-information', 'supplyInformation', 'resolve'],
    ['POST', '/v1/intents/coinmena/any/approve', 'approve', 'approve'],
    ['POST', '/v1/intents/coinmena/any/reject', 'reject', 'approve'],
    ['POST', '/v1/onboardings/coinmena/any/amend', 'amend', 'resolve'],
    ['POST', '/v1/onboardings/coinmena/any/resolve', 'resolve', 'resolve'],
    ['POST', '/v1/onboardings/coinmena/any/cancel', 'cancel', 'resolve'],
  ];

  test.each(cases)('%s %s: refused without a token, with a wrong one', async (method, path) => {
    expect(await send(path, { method })).toMatchObject({ status: 401, body: { code: 'AUTH' } });
    const headers = { authorization: `Bearer ${every.token.slice(0, -1)}` };
    expect(await send(path, { method, headers })).toMatchObject({ status: 401, body: { code: 'AUTH' } });
  });

  test.each(cases.filter(([, , , scope]) => scope !== 'read'))('%s %s: refused with read only', async (_, path) => {
    expect(await post(path, {}, reader.token)).toMatchObject({ status: 403, body: { code: 'SCOPE_TOO_LOW' } });
  });
});

describe('intents', () => {
  test('wrong fields are all named, none is repeated', async () => {
    const answer = await post('/v1/intents', intent('bad', { amount: 'secret-1', asset: 7 }));
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'asset' }, { field: 'amount' }] } });
    expect(JSON.stringify(answer.body)).not.toContain('secret-1');
  });

  test('the same again is the same, another amount a conflict, nothing known is 404', async () => {
    const first = await post('/v1/intents', intent('once'));
    expect(first).toMatchObject({ status: 202, body: { workflowId: 'funding/coinmena/once' } });
    expect((await post('/v1/intents', intent('once'))).body).toEqual(first.body);
    expect(await post('/v1/intents', intent('once', { amount: '11' }))).toMatchObject({ status: 409 });
    expect(await get('/v1/intents/coinmena/never')).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ID' } });
    expect(await get('/v1/intents/coinmena/a~b')).toMatchObject({ status: 422, body: { errors: [{ field: 'id' }] } });
  });

  test('a decision is recorded under the name of the token, and under no other', async () => {
    await post('/v1/intents', intent('parked', { partnerClientId: 'nobody' }));
    await eventually(async () => {
      const { body } = await get('/v1/intents/coinmena/parked');
      return body['state'] === 'parked' ? body : undefined;
    });
    const path = '/v1/intents/coinmena/parked/resolve';
    const answer = { action: 'abandon', reason: 'not wanted' };
    expect(await post(path, { ...answer, by: 'ops-2' })).toMatchObject({
      status: 403,
      body: { code: 'NOT_YOUR_NAME' },
    });
    expect(await post(path, answer)).toMatchObject({ status: 200 });
    const ended = await eventually(async () => {
      const { body } = await get('/v1/intents/coinmena/parked');
      return body['state'] === 'abandoned' ? body : undefined;
    });
    expect(ended).toMatchObject({ decisions: [{ action: 'abandon', by: 'ops-1' }] });
    expect(await post(path, answer)).toMatchObject({ status: 409, body: { code: 'REFUSED' } });
  });
});

test('a large movement is asked for under the name of one token, and approved under that of another', async () => {
  await (await rig.onboard(rig.application('gw-large'))).result();
  const large = intent('large', { partnerClientId: 'gw-large', amount: '5000' });
  for (const requestedBy of ['ops-2', 'ops-1']) {
    expect(await post('/v1/intents', { ...large, requestedBy })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_REQUEST', errors: [{ field: 'requestedBy' }] },
    });
  }
  expect(await post('/v1/intents', large)).toMatchObject({ status: 202 });
  await rig.parked(rig.client.workflow.getHandle('funding/coinmena/large'));
  const path = '/v1/intents/coinmena/large';
  expect(await get(path)).toMatchObject({
    body: { state: 'parked', approval: { needed: 1, requestedBy: 'ops-1', requesterProven: true, approvals: [] } },
  });
  const reason = { reason: 'invoice 7 checked' };
  expect(await post(`${path}/approve`, reason)).toMatchObject({ status: 409, body: { code: 'REFUSED' } });
  expect(await post(`${path}/resolve`, { action: 'retry', ...reason }, approver.token)).toMatchObject({ status: 403 });
  expect(await post(`${path}/approve`, reason, approver.token)).toMatchObject({ status: 200 });
  const done = await eventually(async () => {
    const { body } = await get(path);
    return body['state'] === 'done' ? body : undefined;
  });
  expect(done).toMatchObject({ decisions: [{ action: 'approve', by: 'ops-2', reason: 'invoice 7 checked' }] });
  expect(await rig.ordersOf('large')).toHaveLength(1);
});

test("a gateway without the workers' secret proves no requester: one approver more is needed", async () => {
  const unproven = await start(rig.server.address, { GANGWAY_REQUESTER_SECRETS: '' });
  try {
    const headers = { authorization: `Bearer ${every.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify(intent('unproven', { partnerClientId: 'gw-large', amount: '5000' }));
    expect(await send('/v1/intents', { method: 'POST', headers, body }, unproven.url)).toMatchObject({ status: 202 });
    const handle = rig.client.workflow.getHandle('funding/coinmena/unproven');
    expect(await rig.parked(handle)).toMatchObject({ approval: { needed: 2, requestedBy: 'ops-1' } });
    await post('/v1/intents/coinmena/unproven/cancel', { reason: 'over' });
    await handle.result();
  } finally {
    await unproven.stop();
  }
});

test('a signup names no requester, neither for itself nor for the movements that follow it', async () => {
  const {
    partnerClientId: _client,
    provider: _provider,
    ...movement
  } = z.record(z.string(), z.unknown()).parse(intent('x'));
  const signedUp = { ...rig.application('gw-signup'), funding: [{ ...movement, requestedBy: 'ops-1' }] };
  for (const [body, field] of [
    [signedUp, 'funding.0.requestedBy'],
    [{ ...rig.application('gw-signup'), requestedBy: 'ops-1' }, 'requestedBy'],
  ] as const) {
    expect(await signup(JSON.stringify(body))).toMatchObject({
      status: 422,
      body: { errors: [{ field, problem: 'must be left out: who asks is known by authentication, never by a field' }] },
    });
  }
});

describe('a token that is bound to clients', () => {
  const theirs = intent('of-another', { partnerClientId: 'zenith-1' });
  const own = intent('of-acme', { partnerClientId: 'acme-1' });

  test('sees and steers its own, and of another nothing: it is not there', async () => {
    expect(await post('/v1/intents', theirs)).toMatchObject({ status: 202 });
    expect(await post('/v1/intents', own, acme.token)).toMatchObject({ status: 202 });
    expect(await get('/v1/intents/coinmena/of-acme', acme.token)).toMatchObject({ status: 200 });
    const never = await get('/v1/intents/coinmena/never', acme.token);
    const another = await get('/v1/intents/coinmena/of-another', acme.token);
    expect(another).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ID' } });
    expect(JSON.stringify(another.body)).toBe(JSON.stringify(never.body).replaceAll('never', 'of-another'));
    const reason = { reason: 'not wanted' };
    for (const path of ['intents/coinmena/of-another/cancel', 'onboardings/coinmena/zenith-1/cancel']) {
      expect(await post(`/v1/${path}`, reason, acme.token)).toMatchObject({ status: 404 });
    }
    expect(await get('/v1/onboardings/coinmena/zenith-1', acme.token)).toMatchObject({ status: 404 });
    expect(await get('/v1/onboardings/oceafin/acme-1', acme.token)).toMatchObject({ status: 404 });
  });

  test('starts for its own alone', async () => {
    const foreign = intent('for-another', { partnerClientId: 'zenith-1' });
    expect(await post('/v1/intents', foreign, acme.token)).toMatchObject({
      status: 403,
      body: { code: 'NOT_YOUR_CLIENT' },
    });
    expect(await get('/v1/intents/coinmena/for-another')).toMatchObject({ status: 404 });
  });

  test('hears of an id that another has taken that it is taken, and of its own which fields differ', async () => {
    const taken = await post('/v1/intents', { ...own, fundingId: 'of-another', amount: '77' }, acme.token);
    expect(taken).toMatchObject({ status: 409, body: { code: 'ID_TAKEN' } });
    expect(taken.body).not.toHaveProperty('errors');
    expect(JSON.stringify(taken.body)).not.toMatch(/amount|partnerClientId|zenith/);
    const changed = await post('/v1/intents', { ...own, amount: '77' }, acme.token);
    expect(changed).toMatchObject({ status: 409, body: { code: 'ID_TAKEN', errors: [{ field: 'amount' }] } });
    expect(JSON.stringify(changed.body)).not.toContain('77');
  });

  test('and one that has expired sees nothing', async () => {
    expect(await get('/v1/intents/coinmena/of-acme', expired.token)).toMatchObject({
      status: 401,
      body: { code: 'AUTH', detail: 'The token has expired.' },
    });
  });
});

test('if Temporal is away it starts, is not ready, and answers 503 with when to try again', async () => {
  const away = await start('127.0.0.1:1');
  try {
    expect(await send('/healthz', {}, away.url)).toMatchObject({ status: 200 });
    expect(await send('/readyz', {}, away.url)).toMatchObject({ status: 503, body: { ready: false, temporal: false } });
    const body = JSON.stringify(rig.application('lost'));
    const answer = await signup(body, signedHeaders(SECRET, body), away.url);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  } finally {
    await away.stop();
  }
});

test('more requests than are allowed are refused with when to try again, health excepted', async () => {
  const slow = await start(rig.server.address, { GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: '2' });
  try {
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push(await send('/v1/intents/coinmena/x', {}, slow.url));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 429]);
    expect(answers[2]?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await send('/healthz', {}, slow.url)).toMatchObject({ status: 200 });
  } finally {
    await slow.stop();
  }
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
  'a body that a page of another site could send without being asked, %s, is not looked at',
  async (type) => {
    const headers = { authorization: `Bearer ${every.token}`, 'content-type': type };
    const body = JSON.stringify(intent('from-a-page'));
    const told = { status: 415, body: { code: 'NOT_JSON' } };
    expect(await send('/v1/intents', { method: 'POST', headers, body })).toMatchObject(told);
    expect(await send('/v1/intents/coinmena/x/approve', { method: 'POST', headers, body: '{}' })).toMatchObject(told);
    expect(await signup('{}', { ...signedHeaders(SECRET, '{}'), 'content-type': type })).toMatchObject(told);
    expect((await get('/v1/intents/coinmena/from-a-page')).status).toBe(404);
  },
);

test('the log names routes and ids, nothing personal and no secret', () => {
  const log = logged.join('');
  const named = ['onboarding/coinmena/signed-up', '/v1/intents/:provider/:id'].filter((word) => log.includes(word));
  expect(named).toHaveLength(2);
  for (const secret of ['Layla', 'example.test', every.token, SECRET, 'x'.repeat(20)])
    expect(log).not.toContain(secret);
});
