import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import type { z } from 'zod';
import { NEEDS_ATTENTION } from '../../contract/search-attributes';
import { fundingWorkflowId, idProblem, onboardingWorkflowId } from '../../contract/ids';
import { providerTaskQueue } from '../../contract/task-queues';
import {
  applicationSchema,
  fundingRequestSchema,
  onboardAndFundSchema,
  parseInput,
  receivingRequestSchema,
} from '../../inputs';
import { inLanes } from '../../system/in-lanes';
import { eventually, Rig } from '../setup/rig';
import { taskFailures } from '../setup/task-failures';
import { draw, shown, spoiled, type Json } from './fuzz';
import { nestedText, startText } from './raw';

/**
 * What anybody may type into the start form of the Temporal UI: it fails at once and says what is wrong, or it is what
 * its schema takes and runs. No workflow task ever fails, and nothing that is wrong reaches the provider.
 */
let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application('payer'))).result();
});
afterAll(async () => {
  await rig.close();
});

const TYPES = ['fundAccount', 'onboardClient', 'onboardAndFund', 'receiveDeposit'] as const;
type Type = (typeof TYPES)[number];

const SCHEMAS: Record<Type, z.ZodType> = {
  fundAccount: fundingRequestSchema,
  onboardClient: applicationSchema,
  onboardAndFund: onboardAndFundSchema,
  receiveDeposit: receivingRequestSchema,
};

/** A right request; each id makes another. */
function right(type: Type, id: string): Json {
  const movement = { fundingId: id, kind: 'deposit', asset: 'USD', amount: '1.00' };
  switch (type) {
    case 'fundAccount':
      return { provider: 'coinmena', partnerClientId: 'payer', ...movement, policy: { maxRefs: 3 } };
    case 'onboardClient':
      return json(rig.application(id, { policy: { reactivate: true } }));
    case 'onboardAndFund':
      return json({ ...rig.application(id), funding: [movement] });
    case 'receiveDeposit':
      return { provider: 'coinmena', partnerClientId: 'payer', fundingId: id, asset: 'USD', amount: '1.00' };
  }
}

function json(value: object): Json {
  const plain: Json = JSON.parse(JSON.stringify(value));
  return plain;
}

function isOfMoney(type: Type): boolean {
  return type === 'fundAccount' || type === 'receiveDeposit';
}

/** The id under which a request would run, if it names one that can be used. */
function lockOf(type: Type, request: Json): string | undefined {
  if (typeof request !== 'object' || request === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(request));
  const [provider, own] = [fields.get('provider'), fields.get(isOfMoney(type) ? 'fundingId' : 'partnerClientId')];
  if (typeof provider !== 'string' || typeof own !== 'string') return undefined;
  if (idProblem(provider) !== undefined || idProblem(own) !== undefined) return undefined;
  return isOfMoney(type) ? fundingWorkflowId(provider, own) : onboardingWorkflowId(provider, own);
}

/** How a workflow ended; one that asks a person runs well. */
async function endOf(handle: WorkflowHandle): Promise<string> {
  const stopped = await eventually(async () => {
    const { status, typedSearchAttributes: attributes } = await handle.describe();
    if (status.name !== 'RUNNING') return 'ended';
    return attributes.get(NEEDS_ATTENTION) === undefined ? undefined : 'parked';
  }, ENDS_WITHIN_MS).catch(() => 'neither ended nor parked');
  if (stopped !== 'ended') return stopped === 'parked' ? 'ran' : stopped;
  return await handle.result().then(
    () => 'ran',
    (error: unknown) => {
      const cause = error instanceof WorkflowFailedError ? error.cause : error;
      return cause instanceof ApplicationFailure ? (cause.type ?? 'untyped') : String(cause);
    },
  );
}

/** On however busy a machine. */
const ENDS_WITHIN_MS = 60_000;

interface Started {
  readonly type: Type;
  readonly workflowId: string;
  readonly request: Json;
}

/** A request and what came of it, if that is not what should. */
async function wrongAbout({ type, workflowId, request }: Started): Promise<readonly string[]> {
  const parsed = parseInput(SCHEMAS[type], request);
  const mayRun = parsed.ok && lockOf(type, request) === workflowId;
  const handle = await rig.startRaw(type, workflowId, request);
  const end = await endOf(handle);
  const failures = await taskFailures(handle);
  const asItShould = mayRun
    ? ['ran', 'INVALID_REQUEST', 'CAPABILITY_MISSING']
    : ['INVALID_REQUEST', 'CAPABILITY_MISSING'];
  if (asItShould.includes(end) && failures.length === 0) return [];
  return [`${type} as ${workflowId} with ${shown(request)}: ${end}; workflow tasks failed: ${failures.join(', ')}`];
}

/** Right requests with a few things changed, each under its own id if it has one. */
function drawn(type: Type): readonly Started[] {
  const seen = new Set<string>();
  return draw(
    fc.nat({ max: 1e9 }).chain((n) => spoiled(right(type, `fuzz-${n}`))),
    60,
  ).map((request, index) => {
    const lock = lockOf(type, request);
    const workflowId = lock === undefined || seen.has(lock) ? `fuzz/${type}/${index}` : lock;
    seen.add(workflowId);
    return { type, workflowId, request };
  });
}

test.each(TYPES)(
  '%s takes what its schema takes, and refuses all else at once',
  async (type) => {
    const before = await rig.ledger();
    const started = drawn(type);
    const wrong = await inLanes(12, started, wrongAbout);
    expect(wrong.flat()).toEqual([]);
    const mayRun = new Set(
      started.filter(({ request }) => parseInput(SCHEMAS[type], request).ok).map(({ request }) => request),
    );
    const written = JSON.stringify([...mayRun]);
    const { orders, clients } = await rig.ledger();
    const newOrders = orders.slice(before.orders.length).map(({ partner_order_ref: ref }) => ref.replace(/~\d+$/, ''));
    const newClients = clients.slice(before.clients.length).map(({ partner_client_id: id }) => id);
    expect([...newOrders, ...newClients].filter((id) => !written.includes(`"${id}"`))).toEqual([]);
  },
  120_000,
);

describe.each(TYPES)('%s refuses at once', (type) => {
  test.each<[string, () => string]>([
    ['JSON nested deeper than it can be written again', () => `{"provider":"coinmena","x":${nestedText(100_000)}}`],
    ['lists in lists in lists', () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a list of hundreds of thousands', () => `{"provider":"coinmena","documents":[${'0,'.repeat(400_000)}0]}`],
    ['a text of more than a million characters', () => `{"provider":"${'x'.repeat(1_500_000)}"}`],
    ['thousands of unknown fields', () => `{${Array.from({ length: 50_000 }, (_, n) => `"k${n}":0`).join()}}`],
    ['the same field twice', () => '{"provider":"coinmena","provider":"coinmena"}'],
    ['numbers beyond numbers', () => '{"provider":1e999,"fundingId":9007199254740993,"amount":1e999}'],
  ])('%s', async (name, text) => {
    const handle = await startText(rig, type, `fuzz/${type}/${name.replaceAll(' ', '-')}`, text());
    expect(await endOf(handle)).toBe('INVALID_REQUEST');
    expect(await taskFailures(handle)).toEqual([]);
  });
});

describe('what a run hands to the one that continues it is believed of no start', () => {
  const orders = async (): Promise<number> => (await rig.ledger()).orders.length;

  test.each<[Type, Json]>([
    [
      'fundAccount',
      {
        step: { state: {}, action: { do: 'submit', ref: 'forged-1', afterMs: 0 } },
        board: { steps: [], decisions: [] },
      },
    ],
    ['fundAccount', { step: {} }],
    ['fundAccount', 5],
    ['onboardClient', { existing: { client: {}, how: 'created' }, filed: [], createSent: true, board: {} }],
    ['onboardAndFund', { existing: { client: {}, how: 'created' }, filed: [null] }],
  ])('%s', async (type, carried) => {
    const before = await orders();
    const id = `forged-${type}-${JSON.stringify(carried).length}`;
    const request = right(type, id);
    const handle = await rig.client.workflow.start(type, {
      taskQueue: providerTaskQueue('coinmena'),
      workflowId: lockOf(type, request) ?? id,
      args: [request, carried],
    });
    expect(await endOf(handle)).toBe('INVALID_REQUEST');
    expect(await taskFailures(handle)).toEqual([]);
    expect(await orders()).toBe(before);
  });
});

test.each([
  ['another encoding', 'json/protobuf', '{}'],
  ['a text that is no JSON', 'json/plain', '{provider: coinmena}'],
  ['bytes without an encoding', '', '{}'],
])('an argument that cannot be read at all (%s) sends nothing, and holds up nobody', async (name, encoding, data) => {
  const workflowId = `fuzz/unreadable/${name.replaceAll(' ', '-')}`;
  const { orders, clients } = await rig.ledger();
  const handle = await startText(rig, 'fundAccount', workflowId, data, encoding);
  // Temporal itself cannot hand it to the workflow: its task fails, in everybody's sight, until somebody ends it.
  await eventually(async () => ((await taskFailures(handle)).length > 0 ? true : undefined));
  expect(await rig.ledger()).toMatchObject({ orders, clients });
  const other = await rig.startRaw(
    'fundAccount',
    `funding/coinmena/beside-${encoding.length}`,
    right('fundAccount', `beside-${encoding.length}`),
  );
  expect(await other.result()).toMatchObject({ outcome: 'completed' });
  await handle.terminate('cannot be read');
});
