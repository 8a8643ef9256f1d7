import { z } from 'zod';
import { EXAMPLES } from '../../client/gateway/api/examples';
import type { RunningGateway } from '../../client/gateway/serve';
import { newToken } from '../../client/gateway/tokens';
import { eventually, Rig } from '../setup/rig';
import { signedHeaders } from '../setup/standard-webhook';
import { documentOf, openGateway } from './open-gateway';

/** Every example of the document, sent to a stack that is real, is accepted. */

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const ops = newToken('ops-1', ['read', 'start', 'approve', 'resolve']);
const other = newToken('ops-2', ['approve']);

let rig: Rig;
let gateway: RunningGateway;

beforeAll(async () => {
  rig = await Rig.start({ env: { GANGWAY_APPROVALS: '[{"asset": "USD", "from": "9999", "approvers": 1}]' } });
  gateway = await openGateway({
    settings: {
      TEMPORAL_ADDRESS: rig.server.address,
      GANGWAY_GATEWAY_DOCS: 'true',
      GANGWAY_TOKENS: `${ops.entry} ${other.entry}`,
      GANGWAY_WEBHOOK_SECRETS: WEBHOOK_SECRET,
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await rig.close();
});

async function post(path: string, body: unknown, token = ops.token): Promise<number> {
  const text = JSON.stringify(body);
  const headers =
    path === '/v1/signups'
      ? signedHeaders(WEBHOOK_SECRET, text)
      : { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: text })).status;
}

const status = z.looseObject({ state: z.string(), parked: z.looseObject({ reason: z.string() }).optional() });

/** Waits until a flow asks a person. */
async function parked(path: string): Promise<string> {
  const headers = { authorization: `Bearer ${ops.token}` };
  return await eventually(
    async () => status.safeParse(await (await fetch(`${gateway.url}${path}`, { headers })).json()).data?.parked?.reason,
  );
}

/** An intent of its own that asks a person. */
async function askingIntent(fundingId: string, but: object = {}): Promise<string> {
  expect(await post('/v1/intents', { ...EXAMPLES.Intent, fundingId, ...but })).toBe(202);
  const path = `/v1/intents/coinmena/${fundingId}`;
  await parked(path);
  return path;
}

test('the document has an example of every body', async () => {
  const { components, paths } = await documentOf(gateway);
  const taken = [...JSON.stringify(paths).matchAll(/"requestBody":\{[^}]*"\$ref":"#\/components\/schemas\/(\w+)"/g)];
  const bodies = [...new Set(taken.map(([, name = '']) => name))];
  expect(bodies.length).toBeGreaterThan(6);
  expect(bodies.filter((name) => components.schemas[name]?.['examples'] === undefined)).toEqual([]);
});

test('a signup', async () => {
  expect(await post('/v1/signups', EXAMPLES.Signup)).toBe(202);
  expect(await parked('/v1/onboardings/coinmena/user-1')).toBe('APPLICATION_REFUSED');
});

test('an amendment of an applicant who was too young', async () => {
  const application = rig.application('amended');
  const young = { ...application.applicant, birthDate: new Date().toISOString().slice(0, 10) };
  expect(await post('/v1/signups', { ...application, applicant: young })).toBe(202);
  const path = '/v1/onboardings/coinmena/amended';
  expect(await parked(path)).toBe('APPLICATION_REFUSED');
  expect(await post(`${path}/amend`, EXAMPLES.Amendment)).toBe(200);
});

test('an intent, and an answer to what it asks', async () => {
  expect(await post('/v1/intents', EXAMPLES.Intent)).toBe(202);
  await parked('/v1/intents/coinmena/deposit-2');
  expect(await post('/v1/intents/coinmena/deposit-2/resolve', EXAMPLES.Resolution)).toBe(200);
});

test('a cancellation', async () => {
  expect(await post(`${await askingIntent('cancelled-1')}/cancel`, EXAMPLES.Cancellation)).toBe(200);
});

test('an approval, and a rejection', async () => {
  const dear = { amount: '10000.00', partnerClientId: 'approved' };
  await (await rig.onboard(rig.application('approved'))).result();
  for (const [decision, id] of [
    ['approve', 'approved-1'],
    ['reject', 'rejected-1'],
  ] as const) {
    const path = await askingIntent(id, dear);
    expect(await post(`${path}/${decision}`, EXAMPLES.Approval, other.token)).toBe(200);
  }
});

test('information, which is refused by the intent alone: this provider asks for none', async () => {
  expect(await post(`${await askingIntent('informed-1')}/supply-information`, EXAMPLES.Information)).toBe(409);
});
