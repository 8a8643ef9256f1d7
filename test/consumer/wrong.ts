import { connectGangway, type Gangway } from 'gangway';

/**
 * What a compiler must refuse. Each marked line is wrong in one thing; a line that is accepted would leave its mark
 * unused, which is an error too.
 */

const applicant = {
  name: 'Amina Specimen',
  email: 'amina.specimen@example.test',
  phone: '+97300000001',
  residency: 'bh',
  address: { street: '123 Example Street', city: 'Manama', postalCode: '12345' },
} as const;
const application = { provider: 'coinmena', partnerClientId: 'client-42', applicant, documents: [] } as const;
const money = { partnerClientId: 'client-42', asset: 'USD', amount: '3.00' } as const;
const deposit = { provider: 'coinmena', fundingId: 'deposit-7', kind: 'deposit', ...money } as const;
const expected = { provider: 'oceafin', fundingId: 'wire-7', ...money } as const;
const planned = { fundingId: 'deposit-8', kind: 'deposit', asset: 'USD', amount: '5.00' } as const;
const batch = { provider: 'coinmena', batchId: 'march', sha256: 'a0', rows: 2 } as const;
const decision = { by: 'ops-1', reason: 'checked' };
const flow = { id: 'funding/coinmena/deposit-7' };
const { amount: _amount, ...withoutAmount } = deposit;
const { documents: _documents, ...withoutDocuments } = application;

export async function starts(gangway: Gangway, anything: unknown): Promise<void> {
  // @ts-expect-error a misspelt kind
  await gangway.fund({ ...deposit, kind: 'deposti' });
  // @ts-expect-error a misspelt field beside the right one
  await gangway.fund({ ...deposit, amout: '3.00' });
  // @ts-expect-error a misspelt field in place of the right one
  await gangway.fund({ ...withoutAmount, amout: '3.00' });
  // @ts-expect-error a number where a decimal as text is due
  await gangway.fund({ ...deposit, amount: 3 });
  // @ts-expect-error a number where an id is due
  await gangway.fund({ ...deposit, fundingId: 7 });
  // @ts-expect-error a missing field
  await gangway.fund(withoutAmount);
  // @ts-expect-error a provider that there is not
  await gangway.fund({ ...deposit, provider: 'coinmenna' });
  // @ts-expect-error who asks is no field of the request
  await gangway.fund({ ...deposit, requestedBy: 'ops-1' });
  // @ts-expect-error who asks is named by its field
  await gangway.fund(deposit, 'ops-1');
  // @ts-expect-error text where a number is due
  await gangway.fund({ ...deposit, policy: { maxRefs: '3' } });
  // @ts-expect-error details that are no JSON
  await gangway.fund({ ...deposit, details: { at: new Date() } });
  // @ts-expect-error what nobody has read
  await gangway.fund(anything);
  // @ts-expect-error nothing is given
  await gangway.fund();

  // @ts-expect-error a missing list
  await gangway.onboard(withoutDocuments);
  // @ts-expect-error a provider that there is not
  await gangway.onboard({ ...application, provider: 'nobody' });
  // @ts-expect-error a misspelt field within
  await gangway.onboard({ ...application, applicant: { ...applicant, citizenshp: 'bh' } });
  // @ts-expect-error a date where text is due
  await gangway.onboard({ ...application, applicant: { ...applicant, birthDate: new Date() } });
  // @ts-expect-error a document without its file
  await gangway.onboard({ ...application, documents: [{ type: 'government_id' }] });
  // @ts-expect-error movements belong to onboardAndFund
  await gangway.onboard({ ...application, funding: [planned] });
  // @ts-expect-error no movements
  await gangway.onboardAndFund(application);
  // @ts-expect-error a kind that there is not
  await gangway.onboardAndFund({ ...application, funding: [{ ...planned, kind: 'payout' }] });

  // @ts-expect-error what is expected has no kind
  await gangway.receive({ ...expected, kind: 'deposit' });
  // @ts-expect-error the policy of another flow
  await gangway.receive({ ...expected, policy: { settlementDeadlineMs: 60_000 } });
}

export async function steers(gangway: Gangway): Promise<void> {
  // @ts-expect-error an action that there is not
  await gangway.resolve(flow, { action: 'retyr', ...decision });
  // @ts-expect-error a reason that there is not
  await gangway.resolve(flow, { action: 'retry', answers: 'INSUFICIENT_FUNDS', ...decision });
  // @ts-expect-error nobody who answers
  await gangway.resolve(flow, { action: 'retry', reason: 'why not' });
  // @ts-expect-error a workflow id where its reference is due
  await gangway.resolve('funding/coinmena/deposit-7', { action: 'retry', ...decision });
  // @ts-expect-error no patch is given
  await gangway.amend(flow, decision);
  // @ts-expect-error an id cannot be amended
  await gangway.amend(flow, { patch: { partnerClientId: 'client-43' }, ...decision });
  // @ts-expect-error text where an object is due
  await gangway.supplyInformation(flow, { information: 'salary', ...decision });
  // @ts-expect-error no reason is given
  await gangway.approve(flow, { by: 'ops-2' });
  // @ts-expect-error a field that there is not
  await gangway.approve(flow, { ...decision, approve: true });
  // @ts-expect-error nobody who rejects
  await gangway.reject(flow, { reason: 'not ours' });
  // @ts-expect-error a number where an id is due
  await gangway.cancel(flow, { ...decision, by: 1 });
  // @ts-expect-error a reason that there is not
  await gangway.retryAll({ code: 'NO_MONEY' }, decision);
  // @ts-expect-error no decision is given
  await gangway.retryAll({ code: 'AUTH' });
}

export async function watches(gangway: Gangway): Promise<void> {
  // @ts-expect-error a stage that there is not
  await gangway.list({ stage: 'praked' });
  // @ts-expect-error a reason that there is not
  await gangway.list({ code: 'NO_MONEY' });
  // @ts-expect-error text where a number is due
  await gangway.list({ limit: '10' });
  // @ts-expect-error no id is given
  await gangway.status({ provider: 'coinmena' });
  // @ts-expect-error an id, and no flow's name
  await gangway.history({ id: 'deposit-7' });
  // @ts-expect-error nobody to tell
  await gangway.follow(flow);
  // @ts-expect-error whose it is has other names
  console.log((await gangway.ownerOf(flow)).clientId);
  // @ts-expect-error a callback of no event
  await gangway.storeCallback({ provider: 'coinmena', hints: [] });
  // @ts-expect-error an option that there is not
  await connectGangway({ adress: 'localhost:7233' });
}

export async function batches({ batches }: Gangway): Promise<void> {
  // @ts-expect-error a provider that there is not
  await batches.start({ ...batch, provider: 'coinmenna' }, false);
  // @ts-expect-error text where a number is due
  await batches.start({ ...batch, rows: '2' }, false);
  // @ts-expect-error the rows of another flow
  await batches.feed(batch, [{ line: 2, id: 'client-42', flow: 'funding', request: application }]);
  // @ts-expect-error no reason is given
  await batches.pause(batch, { by: 'ops-1' });
  // @ts-expect-error no decision is given
  await batches.resume(batch);
}
