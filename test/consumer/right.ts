import {
  CLIENT_ERROR_CODES,
  connectGangway,
  ERROR_CODES,
  ERROR_RULES,
  flowsOf,
  fundingWorkflowId,
  GangwayError,
  hasEnded,
  onboardingWorkflowId,
  providerTaskQueue,
  type BatchInput,
  type BatchRow,
  type FlowName,
  type FundingInput,
  type Gangway,
  type OnboardAndFundInput,
  type OnboardingInput,
  type PartnerEvent,
  type ReceivingInput,
} from 'gangway';

/** Everything that the package gives, used as a program of somebody else's would. It is compiled, and never run. */

const application: OnboardingInput = {
  provider: 'coinmena',
  partnerClientId: 'client-42',
  applicant: {
    name: 'Amina Specimen',
    email: 'amina.specimen@example.test',
    phone: '+97300000001',
    residency: 'bh',
    birthDate: '1990-01-15',
    governmentId: { number: '900000001', expiresOn: '2041-01-15' },
    address: { street: '123 Example Street', city: 'Manama', postalCode: '12345' },
    accountPurposes: ['short_term_trading'],
  },
  documents: [{ type: 'government_id', front: { uri: 'https://files.example.test/id.jpg' } }],
  policy: { reactivate: true },
};

const deposit: FundingInput = {
  provider: 'coinmena',
  fundingId: 'deposit-7',
  kind: 'deposit',
  partnerClientId: 'client-42',
  asset: 'USD',
  amount: '1000.00',
  policy: { maxRefs: 3, quoteTolerance: '0.005' },
};

const chain: OnboardAndFundInput = {
  ...application,
  funding: [{ fundingId: 'deposit-8', kind: 'deposit', asset: 'USD', amount: '5.00', details: { note: ['first'] } }],
};

const expected: ReceivingInput = {
  provider: 'oceafin',
  fundingId: 'wire-7',
  partnerClientId: 'client-42',
  asset: 'SGD',
  amount: '10.00',
  policy: { arrivalDeadlineMs: 60_000 },
};

const batch: BatchInput = { provider: 'coinmena', batchId: 'march', sha256: 'a0'.repeat(32), rows: 2, concurrency: 5 };

const rows: readonly BatchRow[] = [
  { line: 2, id: 'deposit-7', flow: 'funding', request: deposit },
  { line: 3, id: 'client-42', flow: 'onboarding', request: application },
  { line: 4, id: 'client-43', flow: 'onboarding-and-funding', request: chain },
];

const decision = { by: 'ops-1', reason: 'checked with the client' };

export async function start(gangway: Gangway): Promise<readonly string[]> {
  const onboarded = await gangway.onboard(application);
  const funded = await gangway.fund(deposit, { requestedBy: 'ops-1' });
  const received = await gangway.receive(expected);
  const chained = await gangway.onboardAndFund(chain);
  const { outcome, client } = await onboarded.result();
  const { order, balanceAfter } = await funded.result();
  const { deposit: arrived } = await received.result();
  const { funding } = await chained.result();
  return [
    outcome,
    client?.status ?? '',
    order?.status ?? '',
    balanceAfter?.available ?? '',
    arrived?.depositId ?? '',
    ...funding.map((movement) => movement.outcome),
  ];
}

export async function watch(gangway: Gangway): Promise<readonly string[]> {
  const flow: FlowName = { id: 'deposit-7', provider: 'coinmena' };
  const status = await gangway.status(flow);
  const followed = await gangway.follow(flow, (event) => console.log(event.event), {
    untilParked: true,
    signal: AbortSignal.timeout(60_000),
  });
  const { partnerClientId } = await gangway.ownerOf(flow);
  const parked = await gangway.list({ needsAttention: true, code: 'INSUFFICIENT_FUNDS', stage: 'parked', limit: 10 });
  const movement = followed.kind === 'funding' ? followed.intent.amount : followed.workflowId;
  return [
    ...flowsOf(status).map(({ state }) => state),
    hasEnded(status) ? 'ended' : (status.parked?.reason ?? status.state),
    movement,
    partnerClientId,
    await gangway.standingOf(flow),
    await gangway.history(fundingWorkflowId('coinmena', 'deposit-7')),
    ...parked.map(({ workflowId }) => workflowId),
  ];
}

export async function steer(gangway: Gangway): Promise<readonly string[]> {
  const funding = { id: fundingWorkflowId('coinmena', 'deposit-7') };
  const onboarding = { id: onboardingWorkflowId('coinmena', 'client-42') };
  const answers = await gangway.retryAll({ code: 'INSUFFICIENT_FUNDS', provider: 'coinmena' }, decision, {
    concurrency: 5,
  });
  return [
    await gangway.resolve(funding, { action: 'markCompleted', evidence: 'statement 7', ...decision }),
    await gangway.amend(onboarding, { patch: { applicant: { address: { city: 'Muharraq' } } }, ...decision }),
    await gangway.supplyInformation(funding, { information: { purpose: 'salary' }, ...decision }),
    await gangway.approve(funding, decision),
    await gangway.reject(funding, decision),
    await gangway.cancel(funding, decision),
    ...answers.map(({ workflowId, outcome }) => `${workflowId} ${outcome}`),
  ];
}

export async function many({ batches }: Gangway): Promise<number> {
  await batches.start(batch, false);
  await batches.feed(batch, rows);
  await batches.pause(batch, decision);
  await batches.resume(batch, decision);
  const { counts } = await batches.progress(batch);
  const results = await batches.results(batch);
  return counts.done + results.length;
}

/** An event as the book has it. */
const event: PartnerEvent = {
  id: 'evt_1',
  type: 'intent.ended',
  timestamp: '2026-06-01T10:00:00.000Z',
  data: { provider: 'coinmena', partnerClientId: 'client-42', fundingId: 'deposit-7', stage: 'completed' },
};

export async function tell(gangway: Gangway): Promise<string> {
  await gangway.deliver(event);
  return await gangway.storeCallback({ provider: 'coinmena', event: 'event-1', hints: [{ ref: 'deposit-7' }] });
}

export async function forget(gangway: Gangway): Promise<string> {
  const client = { provider: 'coinmena', partnerClientId: 'client-42' };
  const erasure = await gangway.erase(client, { by: 'ops-1', reason: 'asked to be forgotten', dryRun: true });
  switch (erasure.is) {
    case 'would-erase':
      return erasure.plan.keysOf.join();
    case 'erased':
      return `${erasure.certificate.id}, held until ${erasure.heldUntil}`;
    case 'erased-before':
      return erasure.certificate.keys.join();
  }
}

export async function main(): Promise<void> {
  const gangway = await connectGangway({ address: 'localhost:7233', namespace: 'default', requesterSecrets: [] });
  try {
    console.log(providerTaskQueue('coinmena'), CLIENT_ERROR_CODES, ERROR_CODES);
    console.log(await start(gangway), await watch(gangway), await steer(gangway), await many(gangway));
    console.log(await tell(gangway), await forget(gangway));
  } catch (error) {
    if (!(error instanceof GangwayError)) throw error;
    const rule = error.code in ERROR_RULES ? 'of the contract' : 'of the client';
    console.error(error.code, rule, error.message, error.workflowId, error.fields);
  } finally {
    await gangway.close();
  }
}
