import { OceafinApi } from '../../providers/oceafin/client';
import { OceafinConnector } from '../../providers/oceafin/connector';
import type { ComparedClient, NewClient } from '../../providers/port';
import { startOceafinSandbox, type RunningSandbox } from '../../sandbox/oceafin';
import { controlOf, countOf } from '../conformance/kit';
import { applicant } from '../setup/applicant';
import { providerErrorOf } from './coinmena-fixtures';
import { configFor } from './oceafin-fixtures';
import { json, startLocalServer } from './local-server';

/** Whose a customer is. Oceafin shows nothing that identifies a person: only that a creation was ours. */

let sandbox: RunningSandbox;
let connector: OceafinConnector;

beforeAll(async () => {
  sandbox = await startOceafinSandbox();
  connector = new OceafinConnector(configFor(sandbox.url));
});
afterEach(async () => {
  await control('DELETE', '/faults');
});
afterAll(async () => {
  await connector.close();
  await sandbox.close();
});

const control: ReturnType<typeof controlOf> = (...call) => controlOf(sandbox)(...call);

function client(id: string, name = 'Layla Example'): NewClient {
  return {
    partnerClientId: id,
    applicant: { ...applicant(id), name },
    details: {
      customerType: 'INDIVIDUAL',
      consent: { reference: 'consent-1', agreedAt: '2026-06-01T08:00:00Z' },
    },
  };
}

function fieldsOf({ differing }: ComparedClient): readonly string[] {
  return differing.map(({ field }) => field);
}

async function customers(id: string): Promise<number> {
  return countOf(await control('GET', '/ledger'), 'customers', { partnerCustomerRef: id });
}

test.each([
  ['after the commit', 'after-commit'],
  ['before the commit', 'before-commit'],
])('a creation of ours whose answer was lost %s is ours', async (_, when) => {
  const own = client(`lost-${when}`);
  await control('POST', '/faults', { operation: 'createCustomer', kind: 'reset', params: { when } });
  expect(await providerErrorOf(connector.clients.create(own))).toMatchObject({ outcome: 'unknown' });
  expect(await connector.clients.compare(own)).toMatchObject({ state: { status: 'DRAFT' }, differing: [] });
  expect(await customers(own.partnerClientId)).toBe(1);
});

test('a creation of ours that came before is ours, whatever has become of it since', async () => {
  const own = client('earlier-1');
  const { providerClientId } = await connector.clients.create(own);
  await control('POST', '/customers/earlier-1', { status: 'APPROVED' });
  expect(await connector.clients.create(own)).toMatchObject({ providerClientId });
  expect(await connector.clients.compare(own)).toMatchObject({ state: { providerClientId }, differing: [] });
});

test.each([
  ['another name', client('body-1', 'Omar Example')],
  ['other metadata', { ...client('body-1'), details: { ...client('body-1').details, metadata: { tier: 'gold' } } }],
])('another body under the reference is another person: %s', async (_, other) => {
  await connector.clients.create(client('body-1'));
  expect(await providerErrorOf(connector.clients.create(other))).toMatchObject({ code: 'DUPLICATE_CLIENT' });
  const compared = await connector.clients.compare(other);
  expect(fieldsOf(compared)).toEqual(['partnerClientId']);
  expect(compared).not.toHaveProperty('state');
});

test('a creation that was refused does not stand in the way of amended data, nor of the same data again', async () => {
  const keys = new Map<string, string>();
  const id = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
  const server = await startLocalServer();
  const other = new OceafinConnector(configFor(server.origin));
  // As the Authentication page says: a key keeps its first answer, and refuses another body.
  server.answer = (request, response) => {
    const key = String(request.headers['idempotency-key']);
    const body = request.body.toString();
    const first = keys.get(key) ?? body;
    keys.set(key, first);
    const refused = body.includes('Refused') || first !== body;
    const problem = first === body ? 'SANDBOX_VALIDATION_FAILED' : 'PARTNER_IDEMPOTENCY_CONFLICT';
    const shown = { customerId: id, partnerCustomerRef: 'amended-1', customerType: 'INDIVIDUAL', status: 'DRAFT' };
    json(refused ? 422 : 201, refused ? { code: problem, title: 'Refused', status: 422 } : shown)(request, response);
  };
  expect(await providerErrorOf(other.clients.create(client('amended-1', 'Refused Example')))).toMatchObject({
    outcome: 'not-applied',
  });
  expect(await other.clients.create(client('amended-1'))).toMatchObject({ providerClientId: id });
  expect(await other.clients.compare(client('amended-1'))).toMatchObject({ differing: [] });
  await other.close();
  await server.close();
});

test.each(['DRAFT', 'SUBMITTED', 'APPROVED'])(
  "a customer that is %s and another system's is not ours",
  async (status) => {
    const id = `planted-${status}`;
    await control('POST', '/customers', { partner_customer_ref: id, status });
    const ours = client(id);
    expect(await providerErrorOf(connector.clients.create(ours))).toMatchObject({ code: 'DUPLICATE_CLIENT' });
    // The answer to the key is kept by now, and still says that the customer was there before.
    for (let times = 0; times < 2; times += 1) {
      const compared = await connector.clients.compare(ours);
      expect(fieldsOf(compared)).toEqual(['partnerClientId']);
      expect(compared).not.toHaveProperty('state');
    }
  },
);

test('nor is one that was created under another key, with the same body', async () => {
  const api = new OceafinApi(configFor(sandbox.url));
  const body = { partnerCustomerRef: 'foreign-1', customerType: 'INDIVIDUAL', displayName: 'Layla Example' } as const;
  expect(await api.customers.create(body, 'a-key-of-another-system')).toMatchObject({ isNew: true });
  expect(await api.customers.create(body, 'and-another-one')).toMatchObject({ isNew: false });
  await api.close();
  expect(fieldsOf(await connector.clients.compare(client('foreign-1')))).toEqual(['partnerClientId']);
});

test('reading creates nobody', async () => {
  expect(await providerErrorOf(connector.clients.read(client('unread-1')))).toMatchObject({ code: 'INVALID_REQUEST' });
  expect(await customers('unread-1')).toBe(0);
});

test('a provider that calls a customer new that is there shows that its word for new means nothing', async () => {
  const id = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
  const shown = { customerId: id, partnerCustomerRef: 'always-1', customerType: 'INDIVIDUAL', status: 'DRAFT' };
  const server = await startLocalServer();
  server.answer = json(201, shown);
  const other = new OceafinConnector(configFor(server.origin));
  const error = await providerErrorOf(other.clients.read({ ...client('always-1'), providerClientId: id }));
  expect(error).toMatchObject({ code: 'CONTRACT_DRIFT', fields: [{ field: 'status' }] });
  await other.close();
  await server.close();
});
