import { createHash, createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { readGatewayConfig } from '../../client/gateway/config';
import { NonceMemory } from '../../client/gateway/nonces';
import { startGateway, type RunningGateway } from '../../client/gateway/serve';
import { connectGangway, type Gangway } from '../../client/gangway';
import { callbackWorkflowId, type RelayedCallback } from '../../contract/callbacks';
import type { StoredHow } from '../../client/flow/callbacks';
import type { FundingRequest } from '../../contract/funding';
import { onboardingWorkflowId } from '../../contract/ids';
import { TEST_WEBHOOK_SECRET } from '../../sandbox/oceafin';
import { eventually } from '../setup/eventually';
import { Rig } from '../setup/rig';

/** The provider's own sandbox sends the callbacks; a test itself sends those that no provider would send. */

const CLIENT = 'called-back';
const MAX_BODY_BYTES = 4_096;
const authorization = { approvedBy: 'approver-1', approvedAt: '2026-06-01T10:00:00Z', evidenceReference: 'evidence-1' };

let rig: Rig;
let gateway: RunningGateway;
let gangway: Gangway;
let providerClientId: string;
const logged: string[] = [];

beforeAll(async () => {
  rig = await Rig.start({ provider: 'oceafin' });
  gateway = await start(rig.server.address);
  gangway = await connectGangway({ address: rig.server.address });
  await rig.control('POST', '/settings', { webhook_url: `${gateway.url}/callbacks/oceafin` });
  const { client } = await (await rig.onboard(rig.application(CLIENT))).result();
  providerClientId = client?.providerClientId ?? '';
});
afterEach(() => rig.clearFaults());
afterAll(async () => {
  await gangway.close();
  await gateway.stop();
  await rig.close();
});

function start(temporalAddress: string): Promise<RunningGateway> {
  const config = readGatewayConfig({
    ...rig.env,
    TEMPORAL_ADDRESS: temporalAddress,
    GANGWAY_GATEWAY_PORT: '0',
    GANGWAY_GATEWAY_MAX_BODY_BYTES: String(MAX_BODY_BYTES),
    GANGWAY_GATEWAY_REQUESTS_PER_MINUTE: '100000',
    GANGWAY_CALLBACK_PROVIDERS: 'oceafin',
  });
  return startGateway(config, { version: '0', log: { write: (line) => void logged.push(line) } });
}

interface Sent {
  readonly secret?: string;
  readonly nonce?: string;
  readonly at?: Date;
  readonly path?: string;
  readonly to?: string;
}

/** Sends what the provider would, signed as it signs: timestamp, nonce and hash of the body, one per line. */
async function send(
  body: string | Buffer,
  {
    secret = TEST_WEBHOOK_SECRET,
    nonce = randomUUID(),
    at = new Date(),
    path = 'oceafin',
    to = gateway.url,
  }: Sent = {},
) {
  const timestamp = at.toISOString();
  const hash = createHash('sha256').update(body).digest('hex');
  const signature = createHmac('sha256', secret).update(`${timestamp}\n${nonce}\n${hash}`).digest('hex');
  const answer = await fetch(`${to}/callbacks/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-oceafin-webhook-timestamp': timestamp,
      'x-oceafin-webhook-nonce': nonce,
      'x-oceafin-webhook-signature': signature,
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  const told = z.record(z.string(), z.unknown()).parse(await answer.json());
  return { status: answer.status, headers: answer.headers, body: told };
}

function event(eventId: string = randomUUID(), partnerCustomerRef = CLIENT, data: object = {}): string {
  return JSON.stringify({
    eventId,
    eventType: 'customer.transaction.updated',
    customer: { customerId: 'c-1', partnerCustomerRef },
    resource: { resourceType: 'fiat_withdrawal', resourceId: 'r-1' },
    data,
  });
}

async function relayed(eventId: string): Promise<RelayedCallback> {
  const handle = rig.client.workflow.getHandle<() => Promise<RelayedCallback>>(callbackWorkflowId('oceafin', eventId));
  return await handle.result();
}

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);

describe('what is refused', () => {
  test.each<[string, number, string, string, () => Sent]>([
    ['of another secret', 401, 'UNVERIFIED', event(), () => ({ secret: 'another-webhook-secret' })],
    ['stale', 401, 'UNVERIFIED', event(), () => ({ at: minutes(-30) })],
    ['of the future', 401, 'UNVERIFIED', event(), () => ({ at: minutes(30) })],
    ['no event', 400, 'INVALID_REQUEST', '{"eventType":1}', () => ({})],
    ['too large', 413, 'TOO_LARGE', 'x'.repeat(MAX_BODY_BYTES + 1), () => ({})],
    ['of a provider that is not taken from', 404, 'NO_SUCH_ROUTE', event(), () => ({ path: 'coinmena' })],
    ['of nobody', 404, 'NO_SUCH_ROUTE', event(), () => ({ path: 'nobody/token' })],
  ])('a callback that is %s: %d %s', async (_, status, code, body, but) => {
    const answer = await send(body, but());
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test.each([
    ['in Latin-1', Buffer.from('{"eventId":"Zoë"}', 'latin1'), 'is not UTF-8'],
    ['compressed', gzipSync(event()), 'is compressed'],
  ])('one that is %s and rightly signed is not called forged', async (_, body, told) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body['detail']).toContain(`The callback is refused: its body ${told}`);
  });

  test('one whose bytes were changed on the way', async () => {
    const nonce = randomUUID();
    const timestamp = new Date().toISOString();
    const body = event();
    const hash = createHash('sha256').update(body).digest('hex');
    const signed = createHmac('sha256', TEST_WEBHOOK_SECRET).update(`${timestamp}\n${nonce}\n${hash}`).digest('hex');
    const answer = await fetch(`${gateway.url}/callbacks/oceafin`, {
      method: 'POST',
      headers: {
        'x-oceafin-webhook-timestamp': timestamp,
        'x-oceafin-webhook-nonce': nonce,
        'x-oceafin-webhook-signature': signed,
      },
      body: `${body} `,
    });
    expect(answer.status).toBe(401);
  });

  test('a delivery that was taken before, while the same event delivered anew is only answered', async () => {
    const [eventId, nonce] = [randomUUID(), randomUUID()];
    const body = event(eventId);
    expect(await send(body, { nonce })).toMatchObject({ status: 200 });
    expect(await send(body, { nonce })).toMatchObject({ status: 409, body: { code: 'REPLAYED' } });
    const anew = await send(body);
    expect(anew).toMatchObject({ status: 200, body: { taken: true } });
    expect(anew.headers.get('idempotent-replayed')).toBe('true');
    const { told, gone } = await relayed(eventId);
    expect([...told, ...gone]).toEqual([onboardingWorkflowId('oceafin', CLIENT)]);
  });

  test('a nonce is forgotten one day', () => {
    let now = 0;
    const memory = new NonceMemory(() => now);
    memory.remember('a', 'n');
    expect([memory.has('a', 'n'), memory.has('b', 'n')]).toEqual([true, false]);
    now = 2 * 60 * 60_000;
    expect(memory.has('a', 'n')).toBe(false);
  });
});

test('if Temporal is away it is answered 503 with when to send again, and the same delivery is taken then', async () => {
  const away = await start('127.0.0.1:1');
  const [eventId, nonce] = [randomUUID(), randomUUID()];
  try {
    const answer = await send(event(eventId), { nonce, to: away.url });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  } finally {
    await away.stop();
  }
  expect(await send(event(eventId), { nonce })).toMatchObject({ status: 200 });
});

test('it is stored before it is answered: with no worker there it waits, and is told when one comes', async () => {
  await rig.stopWorker();
  const eventId = randomUUID();
  expect(await send(event(eventId))).toMatchObject({ status: 200 });
  const handle = rig.client.workflow.getHandle(callbackWorkflowId('oceafin', eventId));
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await rig.startWorker();
  expect(await relayed(eventId)).toMatchObject({ gone: [onboardingWorkflowId('oceafin', CLIENT)] });
});

describe('whom it is told to', () => {
  test('a ref names its intent, also a later attempt, and the order goes with it', async () => {
    const handle = await settling('hinted-1');
    const { workflowId } = handle;
    const hints = [{ ref: 'hinted-1~3', orderId: 'order-9', partnerClientId: CLIENT }];
    expect(await gangway.storeCallback({ provider: 'oceafin', event: 'by-ref', hints })).toBe('new');
    expect(await gangway.storeCallback({ provider: 'oceafin', event: 'by-ref', hints })).toBe('known');
    expect(await relayed('by-ref')).toEqual({ told: [workflowId], gone: [] });
    expect(await signalsOf(workflowId)).toContainEqual({ orderId: 'order-9' });
    // An order that is not there leads nowhere, and does no harm.
    await settled(handle);
  });

  test('of those without an id no news is taken for another, as long as they are few', async () => {
    const handle = await settling('news-1');
    const store = (body: string): Promise<StoredHow> =>
      gangway.storeCallback({ provider: 'oceafin', event: Buffer.from(body), hints: [{ ref: 'news-1' }] });
    for (let count = 1; count <= 16; count += 1) {
      expect(`${count} ${await store(`body ${count}`)}`).toBe(`${count} new`);
      expect(await store(`body ${count}`)).toBe('known');
    }
    await settled(handle);
  });

  test('one without an id, however often its body is changed, starts a bounded number, and none once its intent has ended', async () => {
    const handle = await settling('leaked-1');
    const hints = [{ ref: 'leaked-1' }];
    const store = (count: number): Promise<StoredHow> =>
      gangway.storeCallback({ provider: 'oceafin', event: Buffer.from(`body ${count}`), hints });
    const stored = await Promise.all(Array.from({ length: 200 }, async (_, count) => store(count)));
    const started = stored.filter((how) => how === 'new').length;
    expect(started).toBeGreaterThan(1);
    // Twice as many if a span of time ends in between.
    expect(started).toBeLessThanOrEqual(32);
    await settled(handle);
    expect(await store(1_000)).toBe('nobody');
  });

  test('only an order is named: every movement that waits is told, and that an order is somewhere is not', async () => {
    const handle = await settling('hinted-2');
    const { workflowId } = handle;
    await eventually(async () => {
      const { count } = await rig.client.workflow.count("Stage = 'settling' AND FundingId = 'hinted-2'");
      return count === 1 ? true : undefined;
    });
    await gangway.storeCallback({ provider: 'oceafin', event: 'by-order', hints: [{ orderId: 'order-9' }] });
    expect((await relayed('by-order')).told).toContain(workflowId);
    const signals = await signalsOf(workflowId);
    expect(signals).toContainEqual(undefined);
    expect(signals).not.toContainEqual({ orderId: 'order-9' });
    await settled(handle);
  });

  test.each([[[]], [[{ ref: 'a b', partnerClientId: "x' OR 1=1", providerClientId: 'p' }]]])(
    'nobody is named by %j',
    async (hints) => {
      expect(await gangway.storeCallback({ provider: 'oceafin', event: randomUUID(), hints })).toBe('nobody');
    },
  );
});

type Funding = Awaited<ReturnType<Rig['fund']>>;

/** An intent whose order the provider leaves open until it is told to complete it. */
async function settling(fundingId: string): Promise<Funding> {
  await rig.fault({ operation: 'createConversion', kind: 'outcome', params: { status: 'PROCESSING' } });
  const handle = await rig.fund(conversion(fundingId));
  await eventually(async () => {
    const { stage } = await handle.query<{ stage: string }>('progress');
    return stage === 'settling' ? true : undefined;
  });
  return handle;
}

/** Lets the provider complete the one order that there is, and the intent with it. */
async function settled(handle: Funding): Promise<void> {
  const [fundingId = ''] = handle.workflowId.split('/').slice(-1);
  await rig.control('POST', `/resources/${fundingId}`, { status: 'COMPLETED' });
  expect(await handle.result()).toMatchObject({ outcome: 'completed', refs: [{ ref: fundingId, sent: 1 }] });
}

/** What the signals of a workflow carried. */
async function signalsOf(workflowId: string): Promise<unknown[]> {
  const { events } = await rig.client.workflow.getHandle(workflowId).fetchHistory();
  const inputs = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal?.signalName === 'providerHasNews' ? [signal.input?.payloads?.[0]?.data] : [],
  );
  return inputs.map((data) => {
    const text = Buffer.from(data ?? []).toString('utf8');
    const value: unknown = text === '' ? undefined : JSON.parse(text);
    return value;
  });
}

function conversion(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return {
    provider: 'oceafin',
    fundingId,
    kind: 'conversion',
    partnerClientId: CLIENT,
    providerClientId,
    asset: 'USD',
    amount: '10.00',
    details: { toAsset: 'USDT', authorization },
    ...but,
  };
}

const deliveries = z.object({
  items: z.array(z.object({ about: z.looseObject({ resourceId: z.string() }), status: z.number().nullable() })),
});

/** How the receiver answered what was sent about an order. */
async function answersTo(orderId: string): Promise<readonly (number | null)[]> {
  const { items } = deliveries.parse(await rig.control('GET', '/callbacks'));
  return items.filter(({ about }) => about.resourceId === orderId).map(({ status }) => status);
}

describe('however a callback comes, the intent ends the same way', () => {
  test.each<[string, Readonly<Record<string, unknown>> | undefined, number]>([
    ['once', undefined, 200],
    [
      'before the answer to the create',
      { operation: 'createConversion', kind: 'stall', params: { when: 'after-commit', ms: 1_000 } },
      200,
    ],
    [
      'and the answer to the create never',
      { operation: 'createConversion', kind: 'reset', params: { when: 'after-commit' } },
      200,
    ],
    ['three times', { kind: 'callback-duplicated', params: { copies: 3 }, times: 10 }, 200],
    ['late', { kind: 'callback-late', params: { ms: 2_000 }, times: 10 }, 200],
    ['out of order', { kind: 'callback-reordered', times: 1 }, 200],
    ['forged', { kind: 'callback-bad-signature', times: 10 }, 401],
  ])('%s', async (how, fault, status) => {
    const fundingId = `comes-${how.replaceAll(' ', '-')}`;
    if (fault !== undefined) await rig.fault(fault);
    const result = await (await rig.fund(conversion(fundingId))).result();
    expect(result).toMatchObject({ outcome: 'completed', refs: [{ ref: fundingId, state: 'completed' }] });
    const orderId = result.order?.orderId ?? '';
    const answers = await eventually(async () => {
      const answered = await answersTo(orderId);
      return answered.length > 0 ? answered : undefined;
    });
    expect(new Set(answers)).toEqual(new Set([status]));
  });

  test('never', async () => {
    await rig.fault({ kind: 'callback-lost', times: 10 });
    const handle = await rig.fund(conversion('comes-never'));
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(await signalsOf(handle.workflowId)).toEqual([]);
  });

  test('and what it says is not believed: only the provider is', async () => {
    const handle = await settling('not-believed');
    const completed = event(randomUUID(), CLIENT, { partnerReference: 'not-believed', status: 'COMPLETED' });
    expect(await send(completed)).toMatchObject({ status: 200 });
    await eventually(async () => ((await signalsOf(handle.workflowId)).length > 0 ? true : undefined));
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await settled(handle);
  });
});

test('the log holds no event, no token and no secret', () => {
  const log = logged.join('');
  expect(log).toContain('/callbacks/:provider');
  for (const word of [TEST_WEBHOOK_SECRET, 'customer.transaction', 'nobody/token', 'r-1'])
    expect(log).not.toContain(word);
});
