import { Rig } from '../setup/rig';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(async () => {
  await rig.close();
});

test('an application becomes a verified, active, funded client', async () => {
  const handle = await rig.onboardAndFund({
    ...rig.application('client-1'),
    funding: [
      { fundingId: 'dep-1', kind: 'deposit', asset: 'USD', amount: '1000.00' },
      { fundingId: 'wd-1', kind: 'withdrawal', asset: 'USD', amount: '250.25' },
    ],
  });
  const { onboarding, funding } = await handle.result();
  expect(onboarding).toMatchObject({
    outcome: 'ready',
    how: 'created',
    client: { verified: true, active: true, status: 'verified' },
    documents: [
      { type: 'government_id', how: 'uploaded' },
      { type: 'proof_of_address', how: 'uploaded' },
    ],
  });
  expect(funding).toMatchObject([
    {
      outcome: 'completed',
      adopted: false,
      order: { ref: 'dep-1', amount: '1000.00', state: 'completed' },
      refs: [{ ref: 'dep-1', sent: 1, state: 'completed' }],
      balanceAfter: { asset: 'USD', available: '1000.00' },
    },
    { outcome: 'under-way', workflowId: 'funding/coinmena/wd-1' },
  ]);
  // The last movement is its own workflow's to end.
  expect(await rig.client.workflow.getHandle('funding/coinmena/wd-1').result()).toMatchObject({
    outcome: 'completed',
    order: { ref: 'wd-1', kind: 'withdrawal' },
    balanceAfter: { available: '749.75' },
  });
  const ledger = await rig.ledger();
  expect(ledger.orders).toMatchObject([
    { partner_order_ref: 'dep-1', status: 'completed' },
    { partner_order_ref: 'wd-1', status: 'completed' },
  ]);
});

test('a movement that does not complete ends the chain', async () => {
  const handle = await rig.onboardAndFund({
    ...rig.application('client-2'),
    funding: [
      { fundingId: 'wd-2', kind: 'withdrawal', asset: 'USD', amount: '1.00' },
      { fundingId: 'dep-2', kind: 'deposit', asset: 'USD', amount: '1.00' },
    ],
  });
  const funding = rig.client.workflow.getHandle('funding/coinmena/wd-2');
  const { parked } = await rig.parked(funding);
  expect(parked).toMatchObject({ reason: 'INSUFFICIENT_FUNDS', accepts: ['retry', 'markCompleted', 'abandon'] });
  await funding.executeUpdate('resolve', {
    args: [{ action: 'abandon', by: 'ops-1', reason: 'wrong order of things' }],
  });
  expect(await handle.result()).toMatchObject({
    onboarding: { outcome: 'ready' },
    funding: [
      { outcome: 'abandoned', decisions: [{ action: 'abandon', by: 'ops-1', reason: 'wrong order of things' }] },
    ],
  });
  expect(await rig.ordersOf('dep-2')).toEqual([]);
});

test('an intent that has a workflow already is left to it', async () => {
  await (await rig.onboard(rig.application('client-3'))).result();
  const intent = { fundingId: 'dep-3', kind: 'deposit', asset: 'USD', amount: '1.00' } as const;
  await (await rig.fund({ provider: 'coinmena', partnerClientId: 'client-3', ...intent })).result();
  const chain = await rig.onboardAndFund({ ...rig.application('client-3'), funding: [intent] });
  // The client is adopted, its documents found on file: nothing happens twice.
  expect(await chain.result()).toMatchObject({
    onboarding: { how: 'adopted', documents: [{ how: 'found' }, { how: 'found' }] },
    funding: [{ outcome: 'already-started', workflowId: 'funding/coinmena/dep-3' }],
  });
  expect(await rig.ordersOf('dep-3')).toHaveLength(1);
  const { documents } = await rig.ledger();
  expect(documents.filter(({ partner_client_id: id }) => id === 'client-3')).toHaveLength(2);
});

const DEPOSIT = { kind: 'deposit', asset: 'USD', amount: '1.00' } as const;

test('a chain that was terminated and is asked again makes the movements that it has not made', async () => {
  const request = {
    ...rig.application('client-4'),
    funding: [
      { fundingId: 'dep-4', ...DEPOSIT },
      { fundingId: 'dep-5', ...DEPOSIT },
    ],
  };
  const match = { partner_order_ref: 'dep-4' };
  await rig.fault({ operation: 'deposit', match, kind: 'unauthorized', times: 1 });
  const chain = await rig.onboardAndFund(request);
  const first = rig.client.workflow.getHandle('funding/coinmena/dep-4');
  await rig.parked(first);
  await chain.terminate('the operator took it for another');
  const again = await rig.onboardAndFund(request);
  await first.executeUpdate('resolve', { args: [{ action: 'retry', by: 'ops-1', reason: 'the key is back' }] });
  expect(await again.result()).toMatchObject({
    onboarding: { outcome: 'ready' },
    funding: [{ outcome: 'completed', order: { ref: 'dep-4' } }, { outcome: 'under-way' }],
  });
  expect(await rig.client.workflow.getHandle('funding/coinmena/dep-5').result()).toMatchObject({
    outcome: 'completed',
  });
  expect(await rig.ordersOf('dep-4')).toHaveLength(1);
  expect(await rig.ordersOf('dep-5')).toHaveLength(1);
});

test.each(['cancel', 'terminate'] as const)(
  'a movement that %s ends through the server ends the chain, and no more',
  async (how) => {
    const fundingId = `dep-${how}`;
    await rig.fault({ operation: 'deposit', match: { partner_order_ref: fundingId }, kind: 'unauthorized', times: 1 });
    const chain = await rig.onboardAndFund({
      ...rig.application(`client-${how}`),
      funding: [
        { fundingId, ...DEPOSIT },
        { fundingId: `${fundingId}-next`, ...DEPOSIT },
      ],
    });
    const first = rig.client.workflow.getHandle(`funding/coinmena/${fundingId}`);
    await rig.parked(first);
    await first[how]();
    expect(await chain.result()).toMatchObject({
      onboarding: { outcome: 'ready' },
      funding: [{ outcome: 'stopped', workflowId: `funding/coinmena/${fundingId}` }],
    });
    expect(await rig.ordersOf(`${fundingId}-next`)).toEqual([]);
  },
);

test("another's intent under the id of a movement ends the chain", async () => {
  await (await rig.onboard(rig.application('client-6'))).result();
  const intent = { fundingId: 'dep-6', kind: 'deposit', asset: 'USD', amount: '2.00' } as const;
  await (await rig.fund({ provider: 'coinmena', partnerClientId: 'client-6', ...intent })).result();
  const chain = await rig.onboardAndFund({
    ...rig.application('client-6'),
    funding: [
      { fundingId: 'dep-6', ...DEPOSIT },
      { fundingId: 'dep-7', ...DEPOSIT },
    ],
  });
  expect(await chain.result()).toMatchObject({
    funding: [{ outcome: 'already-started', workflowId: 'funding/coinmena/dep-6' }],
  });
  expect(await rig.ordersOf('dep-7')).toEqual([]);
});
