import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Webhook } from 'standardwebhooks';
import { sql } from 'kysely';
import { z } from 'zod';
import { eventWorkflowId } from '../../contract/events';
import type { FundingRequest } from '../../contract/funding';
import { WorkerConfigError, readWorkerConfig } from '../../worker/config';
import { documents, runCli } from '../client/run-cli';
import { eventually } from '../setup/eventually';
import { resetTo } from '../setup/reset';
import { Rig } from '../setup/rig';

const SECRET = `whsec_${Buffer.alloc(32, 4).toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

const payload = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.strictObject({
    provider: z.string(),
    partnerClientId: z.string(),
    fundingId: z.string().optional(),
    stage: z.string(),
    reason: z.string().optional(),
  }),
});

interface Delivery {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: z.output<typeof payload>;
  readonly status: number;
}

/** The partner: answers what it is told to, and keeps all that came. */
let partner: Server;
let rig: Rig;
const deliveries: Delivery[] = [];
/** What it answers first, one after the other; then 204. */
const answers: number[] = [];

beforeAll(async () => {
  partner = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const status = answers.shift() ?? 204;
      const body = bytes.toString('utf8');
      const id = String(request.headers['webhook-id']);
      deliveries.push({ id, headers: request.headers, body, event: payload.parse(JSON.parse(body)), status });
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  partner.listen(0, '127.0.0.1');
  await once(partner, 'listening');
  const address = partner.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  rig = await Rig.start({
    env: {
      GANGWAY_EVENTS_URL: `http://127.0.0.1:${port}/hooks`,
      GANGWAY_EVENTS_SECRETS: `${SECRET} ${NEXT_SECRET}`,
    },
  });
});
afterAll(async () => {
  await rig.close();
  partner.closeAllConnections();
  partner.close();
});

/** The deliveries about a client or an intent, once there are `count`. */
async function told(own: string, count: number): Promise<readonly Delivery[]> {
  return await eventually(() => {
    const about = deliveries.filter(({ event: { data } }) => (data.fundingId ?? data.partnerClientId) === own);
    return Promise.resolve(about.length >= count ? about : undefined);
  });
}

function movement(fundingId: string, but: Partial<FundingRequest> = {}): FundingRequest {
  return {
    provider: 'coinmena',
    fundingId,
    kind: 'deposit',
    partnerClientId: 'told-1',
    asset: 'USD',
    amount: '10.00',
    ...but,
  };
}

test('a client that is ready, an intent that settled: each is told once, signed, with opaque ids alone', async () => {
  await (await rig.onboard(rig.application('told-1'))).result();
  const [ready] = await told('told-1', 1);
  expect(ready?.event).toMatchObject({
    type: 'client.ready',
    data: { provider: 'coinmena', partnerClientId: 'told-1', stage: 'ready' },
  });
  await (await rig.fund(movement('told-in-1'))).result();
  const [settled] = await told('told-in-1', 1);
  expect(settled?.event).toMatchObject({ type: 'intent.settled', data: { stage: 'completed' } });
  for (const { headers, body, id } of deliveries) {
    const signed = {
      'webhook-id': id,
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    };
    for (const secret of [SECRET, NEXT_SECRET]) {
      expect(() => new Webhook(secret).verify(body, signed)).not.toThrow();
    }
    expect(body).not.toMatch(/Layla|example\.test|\+973|10\.00/);
  }
  expect(new Set(deliveries.map(({ id }) => id)).size).toBe(2);
});

test('an intent that parks and is given up: both are told, the reason with the first', async () => {
  const handle = await rig.fund(movement('told-parked', { partnerClientId: 'nobody' }));
  await rig.parked(handle);
  const [parked] = await told('told-parked', 1);
  expect(parked?.event).toMatchObject({ type: 'intent.parked', data: { reason: 'CLIENT_UNKNOWN' } });
  await handle.executeUpdate('resolve', { args: [{ action: 'abandon', by: 'ops-1', reason: 'not wanted' }] });
  await handle.result();
  const [, ended] = await told('told-parked', 2);
  expect(ended?.event).toMatchObject({ type: 'intent.ended', data: { stage: 'abandoned' } });
  expect(ended?.id).not.toBe(parked?.id);
});

test('a partner that does not take it is told again under the same id, and the intent does not wait for that', async () => {
  answers.push(503, 302, 410);
  const handle = await rig.fund(movement('told-again'));
  expect(await handle.result()).toMatchObject({ outcome: 'completed' });
  const tries = await told('told-again', 4);
  expect(tries.map(({ status }) => status)).toEqual([503, 302, 410, 204]);
  const ids = new Set(tries.map(({ id }) => id));
  expect(ids.size).toBe(1);
  const [id = ''] = ids;
  await rig.client.workflow.getHandle(eventWorkflowId('coinmena', id)).result();
});

/** What the book has of the events of a flow, in its order. */
async function inBook(subject: string): Promise<readonly { id: string; type: string; state: string }[]> {
  const book = rig.book.open();
  const rows = await book
    .selectFrom('events_out')
    .select(['event_id', 'type', 'delivered_at', 'put_aside'])
    .where('subject', '=', subject)
    .orderBy('event_no')
    .execute();
  return rows.map(({ event_id: id, type, delivered_at: at, put_aside: why }) => ({
    ...{ id, type },
    state: at === null ? (why ?? 'open') : 'delivered',
  }));
}

/** How often the partner refuses, for as long as the test needs it to. */
const REFUSALS = 100;

async function parkedUntold(fundingId: string): Promise<{ readonly handle: WorkflowHandle; readonly event: string }> {
  answers.push(...Array.from({ length: REFUSALS }, () => 503));
  const handle = await rig.fund(movement(fundingId, { partnerClientId: 'nobody' }));
  await rig.parked(handle);
  const [refused] = await told(fundingId, 1);
  return { handle, event: eventWorkflowId('coinmena', refused?.id ?? '') };
}

async function abandoned(handle: WorkflowHandle): Promise<void> {
  await handle.executeUpdate('resolve', { args: [{ action: 'abandon', by: 'ops-1', reason: 'not wanted' }] });
  await handle.result();
}

test('an event whose delivery an operator ended by force is told with the next one of its intent, and before it', async () => {
  const { handle, event } = await parkedUntold('told-in-order');
  await rig.client.workflow.getHandle(event).terminate('by hand');
  answers.splice(0);
  await abandoned(handle);
  const taken = await eventually(async () => {
    const rows = await inBook('funding/coinmena/told-in-order');
    return rows.length === 2 && rows.every(({ state }) => state === 'delivered') ? rows : undefined;
  });
  expect(taken.map(({ type }) => type)).toEqual(['intent.parked', 'intent.ended']);
  const first = (await told('told-in-order', 3)).filter(({ status }) => status === 204);
  expect(first.map(({ id }) => id)).toEqual(taken.map(({ id }) => id));
});

test('what nobody delivers any more is delivered by a command', async () => {
  const { handle, event } = await parkedUntold('told-by-command');
  await rig.client.workflow.getHandle(event).terminate('by hand');
  answers.splice(0);
  const delivers = async (): Promise<readonly unknown[]> => {
    const result = await runCli(['book', 'deliver-events', '--json'], {
      env: { ...rig.book.env, TEMPORAL_ADDRESS: rig.server.address, TEMPORAL_NAMESPACE: rig.client.options.namespace },
    });
    return documents(result);
  };
  expect(await delivers()).toEqual([{ flows: 1 }]);
  await rig.client.workflow.getHandle(event).result();
  expect(await inBook('funding/coinmena/told-by-command')).toMatchObject([{ state: 'delivered' }]);
  expect(await delivers()).toEqual([{ flows: 0 }]);
  await abandoned(handle);
});

test('an event whose delivery is cancelled is put aside with the reason, and those after it are told', async () => {
  const { handle, event } = await parkedUntold('told-aside');
  const delivery = rig.client.workflow.getHandle(event);
  await delivery.cancel();
  await expect(delivery.result()).rejects.toThrow();
  answers.splice(0);
  await abandoned(handle);
  const taken = await eventually(async () => {
    const rows = await inBook('funding/coinmena/told-aside');
    return rows[1]?.state === 'delivered' ? rows : undefined;
  });
  expect(taken).toMatchObject([
    { type: 'intent.parked', state: 'its delivery was cancelled' },
    { type: 'intent.ended' },
  ]);
});

test('a flow that is reset tells what it told under the same ids, and nothing twice that was taken', async () => {
  const handle = await rig.fund(movement('told-reset', { partnerClientId: 'nobody' }));
  await rig.parked(handle);
  await abandoned(handle);
  const before = await eventually(async () => {
    const rows = await inBook('funding/coinmena/told-reset');
    return rows.length === 2 && rows.every(({ state }) => state === 'delivered') ? rows : undefined;
  });
  const [, end] = before;
  const endsAgain = async (): Promise<void> => {
    const again = await resetTo(rig, handle, 9, 'is forgotten');
    await again.result();
    const { events } = await again.fetchHistory();
    const children = (events ?? []).map(
      (event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId,
    );
    expect(children).toContain(eventWorkflowId('coinmena', end?.id ?? ''));
    await rig.client.workflow.getHandle(eventWorkflowId('coinmena', end?.id ?? '')).result();
  };
  await endsAgain();
  expect(await inBook('funding/coinmena/told-reset')).toEqual(before);
  expect((await told('told-reset', 2)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));

  // A book that was restored to a moment before it lacks them: they are told under the same ids.
  await rig.book
    .open()
    .transaction()
    .execute(async (within) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(within);
      await sql`DELETE FROM book.events_out WHERE subject = 'funding/coinmena/told-reset'`.execute(within);
    });
  await endsAgain();
  expect(await inBook('funding/coinmena/told-reset')).toEqual([end]);
  expect((await told('told-reset', 3)).map(({ id }) => id)).toEqual([...before, end].map((event) => event?.id));
});

test('no history holds the secret, or the address that is told', async () => {
  await told('told-again', 4);
  const ids = [...new Set(deliveries.map(({ id }) => eventWorkflowId('coinmena', id))), 'funding/coinmena/told-again'];
  for (const workflowId of ids) {
    const history = historyToJSON(await rig.client.workflow.getHandle(workflowId).fetchHistory());
    const texts = [...history.matchAll(/"data": ?"([^"]+)"/g)].map(([, data]) =>
      Buffer.from(data ?? '', 'base64').toString('utf8'),
    );
    expect(texts.length).toBeGreaterThan(0);
    const all = [history, ...texts].join('\n');
    for (const secret of [SECRET, NEXT_SECRET, SECRET.slice(6), '/hooks']) expect(all).not.toContain(secret);
  }
});

test.each<[NodeJS.ProcessEnv, RegExp]>([
  [{ GANGWAY_EVENTS_URL: 'http://partner.test/hooks' }, /GANGWAY_EVENTS_URL must be a URL of https:/],
  [{ GANGWAY_EVENTS_URL: 'partner' }, /GANGWAY_EVENTS_URL must be a URL of https:/],
  [{ GANGWAY_EVENTS_URL: 'https://someone:hidden@partner.test' }, /GANGWAY_EVENTS_URL must not hold a user name/],
  [{ GANGWAY_EVENTS_URL: 'https://:hidden@partner.test' }, /GANGWAY_EVENTS_URL must not hold a user name/],
  [{ GANGWAY_EVENTS_URL: 'https://partner.test', GANGWAY_EVENTS_SECRETS: ' , ' }, /GANGWAY_EVENTS_SECRETS is set and/],
  [{ GANGWAY_EVENTS_URL: 'https://partner.test', GANGWAY_EVENTS_SECRETS: '' }, /GANGWAY_EVENTS_SECRETS is required/],
  [{ GANGWAY_EVENTS_SECRETS: 'whsec_c2hvcnQ=' }, /GANGWAY_EVENTS_SECRETS: secret 1 must be/],
])('settings that make no sense are refused by name: %j', (but, told) => {
  const read = (): unknown => readWorkerConfig({ ...rig.env, ...but });
  expect(read).toThrow(WorkerConfigError);
  expect(read).toThrow(told);
});

test.each<[string, string, unknown]>([
  ['deliverEvent', 'event/coinmena/evt_1', []],
  ['deliverEvent', 'event/coinmena/evt_2', { id: 'evt_2' }],
  ['deliverEvent', 'event/coinmena/evt_3', { id: 'another', data: { provider: 'coinmena' } }],
  ['relayCallback', 'callback/coinmena/1', 'callback'],
  ['relayCallback', 'callback/coinmena/2', { targets: [1] }],
])('%s as %s, started with something else, fails at once and says why', async (type, workflowId, argument) => {
  const handle = await rig.startRaw(type, workflowId, argument);
  const failure = await handle.result().catch((error: unknown) => error);
  expect(failure).toMatchObject({ cause: { type: 'INVALID_REQUEST' } });
});
