import type { WorkflowHandle } from '@temporalio/client';
import fc from 'fast-check';
import { Rig } from '../setup/rig';
import { taskFailures } from '../setup/task-failures';
import { draw, hostileJson } from './fuzz';
import { nestedText, queryText, signalText, updateText } from './raw';

/**
 * Signals, queries and updates that nobody should send. None breaks a workflow task, none is believed, and
 * the workflow goes on as if it had not been sent.
 */
let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application('payer'))).result();
});
afterAll(async () => {
  await rig.close();
});

const BY = { by: 'ops-1', reason: 'tried' };

async function parkedFunding(id: string): Promise<WorkflowHandle> {
  const movement = { kind: 'withdrawal', asset: 'USD', amount: '999.00' } as const;
  const handle = await rig.fund({ provider: 'coinmena', fundingId: id, partnerClientId: 'payer', ...movement });
  await rig.parked(handle);
  return handle;
}

async function parkedOnboarding(id: string): Promise<WorkflowHandle> {
  const application = rig.application(id);
  const handle = await rig.onboard({
    ...application,
    applicant: { ...application.applicant, birthDate: '2019-01-01' },
  });
  await rig.parked(handle);
  return handle;
}

const KINDS = [
  ['a funding', parkedFunding],
  ['an onboarding', parkedOnboarding],
] as const;

/** A news hint may name an order, and nothing else is made of it. */
const HINTS = [
  'null',
  '[]',
  '"x"',
  '{"orderId":5}',
  '{"orderId":null}',
  '{"orderId":{"orderId":"1"}}',
  '{"orderId":"../../clients"}',
  `{"orderId":"${'9'.repeat(20_000)}"}`,
  '{"orderId":"1\\u0000"}',
  '{"__proto__":{"orderId":"1"}}',
  '{"state":"completed","status":"completed","orderId":"no-such-order"}',
  nestedText(60_000),
];
const SIGNALS = ['providerHasNews', 'resolve', 'progress', 'no-such-signal', '__proto__', '__temporal_cancel'];
const QUERIES = ['progress', 'resolve', 'no-such-query', '__proto__', '__stack_trace'];
/** Those of other workflows, and of none. */
const UPDATES = ['progress', 'addRows', 'pause', 'no-such-update', '__proto__'];

describe.each(KINDS)('%s that is parked', (name, park) => {
  const id = `hostile-${name.replaceAll(' ', '-')}`;

  test('goes on whatever it is signalled, asked and sent', async () => {
    const handle = await park(id);
    const { workflowId } = handle;
    const before = await rig.ledger();
    const drawn = draw(fc.tuple(fc.constantFrom(...SIGNALS), hostileJson), 40);
    const signals = drawn.map(([signal, payload]) => [signal, JSON.stringify(payload)] as const);
    for (const hint of HINTS) await signalText(rig, workflowId, 'providerHasNews', hint);
    for (const [signal, payload] of signals) await signalText(rig, workflowId, signal, payload);
    for (const query of QUERIES) {
      for (const payload of ['null', '{"__proto__":1}', nestedText(20_000)]) {
        const told = await queryText(rig, workflowId, query, payload);
        expect([query, told === undefined]).toEqual([query, query !== 'progress' && query !== '__stack_trace']);
      }
    }
    for (const update of UPDATES) {
      expect([update, await updateText(rig, workflowId, update, '{"first":0,"rows":[],"by":"ops-1"}')]).toEqual([
        update,
        'refused',
      ]);
    }
    expect(await rig.parked(handle)).toMatchObject({ decisions: [] });
    expect(await taskFailures(handle)).toEqual([]);
    expect(await rig.ledger()).toEqual(before);
    await handle.executeUpdate('resolve', { args: [{ ...BY, action: 'abandon' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
  });

  test.each([
    ['json/plain', '{not json'],
    ['json/plain', ''],
    ['binary/null', 'x'],
    ['binary/encrypted', 'x'],
    ['no/such', '{}'],
  ])('goes on after a hint in %s that cannot be read: %j', async (encoding, text) => {
    const handle = await park(`${id}-${encoding.replace('/', '-')}-${text.length}`);
    await signalText(rig, handle.workflowId, 'providerHasNews', text, encoding);
    await handle.executeUpdate('resolve', { args: [{ ...BY, action: 'abandon' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
    expect(await taskFailures(handle)).toEqual([]);
  });
});
