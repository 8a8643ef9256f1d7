import { z } from 'zod';
import type { Application, OnboardingProgress } from '../../contract/onboarding';
import { containing, eventually, Rig } from '../setup/rig';
import { STALLED_MS } from '../setup/http-timeouts';

/** Onboarding at a provider that decides over a client by the evidence that is submitted, and lists no documents. */

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start({ provider: 'oceafin' });
});
afterEach(async () => {
  await rig.clearFaults();
});
afterAll(async () => {
  await rig.close();
});

const text = z.string();
const book = z.object({
  customers: z.array(z.object({ customerId: text, partnerCustomerRef: text, customerType: text, status: text })),
  files: z.array(z.object({ fileAssetId: text, partnerCustomerRef: text, documentType: text })),
  resources: z.array(z.looseObject({ kind: text, partnerCustomerRef: text })),
  /** How often each fault struck. */
  faults: z.record(text, z.number()),
});

/** What the provider's book holds of a client. */
async function bookOf(partnerClientId: string) {
  const { customers, files, resources, faults } = book.parse(await rig.control('GET', '/ledger'));
  const isTheirs = ({ partnerCustomerRef: ref }: { readonly partnerCustomerRef: string }): boolean =>
    ref === partnerClientId;
  return {
    customers: customers.filter(isTheirs),
    files: files.filter(isTheirs),
    submissions: resources.filter((one) => isTheirs(one) && one.kind === 'submission'),
    faults,
  };
}

/** One client, each document once, one submission. */
async function requireOnce(partnerClientId: string): Promise<void> {
  const { customers, files, submissions } = await bookOf(partnerClientId);
  expect(customers).toMatchObject([{ status: 'APPROVED' }]);
  expect(files.map(({ documentType }) => documentType).sort()).toEqual(['PASSPORT', 'PROOF_OF_ADDRESS']);
  expect(submissions).toHaveLength(1);
}

function corporate(application: Application): Application {
  return {
    ...application,
    details: {
      customerType: 'CORPORATE',
      consent: { reference: 'consent-2', agreedAt: '2026-06-01T08:00:00Z' },
      corporation: { legalName: 'Example Trading Pte Ltd', registrationNumber: 'T26-1', country: 'SG' },
      contactPerson: { name: 'Layla Example' },
      keyPersons: [{ name: 'Layla Example', role: 'DIRECTOR' }],
    },
  };
}

const BY_OPS = { by: 'ops-1', reason: 'as the provider asked' };

describe('evidence that is submitted', () => {
  test('a person becomes an approved client: created, documents, one submission', async () => {
    const result = await (await rig.onboard(rig.application('person-1'))).result();
    const { customers } = await bookOf('person-1');
    expect(result).toMatchObject({
      outcome: 'ready',
      how: 'created',
      client: { providerClientId: customers[0]?.customerId, status: 'APPROVED', verified: true, active: true },
      documents: [
        { type: 'PASSPORT', how: 'uploaded' },
        { type: 'PROOF_OF_ADDRESS', how: 'uploaded' },
      ],
    });
    await requireOnce('person-1');
  });

  test('a company is submitted as a company', async () => {
    expect(await (await rig.onboard(corporate(rig.application('company-1')))).result()).toMatchObject({
      outcome: 'ready',
    });
    const { customers, submissions } = await bookOf('company-1');
    expect(customers).toMatchObject([{ customerType: 'CORPORATE', status: 'APPROVED' }]);
    expect(submissions).toMatchObject([{ submissionType: 'KYB', documents: 2 }]);
  });

  test('nothing is submitted again for a client that is approved, though the old answer says that it is a draft', async () => {
    const application = rig.application('again-1');
    await (await rig.onboard(application)).result();
    expect(await (await rig.onboard(application)).result()).toMatchObject({
      outcome: 'ready',
      client: { status: 'APPROVED' },
    });
    await requireOnce('again-1');
  });

  test('details that do not fit are refused at once, each by its name', async () => {
    const application = rig.application('unfit-1');
    const details = { ...application.details, customerType: 'SOMETHING' };
    const handle = await rig.onboard({ ...application, details });
    await expect(handle.result()).rejects.toMatchObject({ cause: { message: containing('details.customerType') } });
    expect((await bookOf('unfit-1')).customers).toEqual([]);
  });
});

describe('an answer that is lost', () => {
  const operations = ['createCustomer', 'addCustomerFile', 'submitEvidence'] as const;
  const faults = {
    'reset after the commit': { kind: 'reset', params: { when: 'after-commit' } },
    'reset before the commit': { kind: 'reset', params: { when: 'before-commit' } },
    'stalled beyond the timeout': { kind: 'stall', params: { when: 'after-commit', ms: STALLED_MS } },
    'unavailable after the commit': { kind: 'processing-unavailable', params: { commit: 'before' } },
    'a truncated answer': { kind: 'truncated' },
  };
  const cases = operations.flatMap((operation) =>
    Object.entries(faults).map(([name, fault]) => ({ operation, name, fault })),
  );
  test.each(cases)('of $operation: $name', async ({ operation, name, fault }) => {
    const id = `${operation}-${name.replaceAll(/[^a-z]+/g, '-')}`;
    await rig.fault({ id, operation, match: { partner_client_id: id }, ...fault });
    expect(await (await rig.onboard(rig.application(id))).result()).toMatchObject({ outcome: 'ready' });
    await requireOnce(id);
    expect((await bookOf(id)).faults[id]).toBe(1);
  });
});

describe('a customer that is there already', () => {
  /** Nothing of ours may have been put onto it. */
  async function requireUntouched(partnerClientId: string, files: number): Promise<void> {
    const book = await bookOf(partnerClientId);
    expect(book.customers).toHaveLength(1);
    expect([book.files.length, book.submissions.length]).toEqual([files, files === 0 ? 0 : 1]);
  }

  async function parkedAsTaken(application: Application) {
    const handle = await rig.onboard(application);
    const progress = await rig.parked<OnboardingProgress>(handle);
    expect(progress.parked).toMatchObject({
      reason: 'CLIENT_TAKEN',
      fields: [{ field: 'partnerClientId' }],
      accepts: ['retry', 'amend', 'abandon'],
    });
    expect(progress).not.toHaveProperty('client');
    return handle;
  }

  test('created by a send that nobody remembers: ours, and finished once', async () => {
    await rig.fault({
      operation: 'createCustomer',
      match: { partner_client_id: 'forgotten-1' },
      kind: 'stall',
      params: { when: 'after-commit', ms: 60_000 },
    });
    const application = rig.application('forgotten-1');
    const forgotten = await rig.onboard(application);
    await eventually(async () => ((await bookOf('forgotten-1')).customers.length === 1 ? true : undefined));
    await forgotten.terminate('forgotten');
    expect(await (await rig.onboard(application)).result()).toMatchObject({ outcome: 'ready' });
    await requireOnce('forgotten-1');
  });

  test("created with another person's data: their record stays theirs; their own data find it again", async () => {
    const first = rig.application('person-2');
    await (await rig.onboard(first)).result();
    const handle = await parkedAsTaken({ ...first, applicant: { ...first.applicant, name: 'Somebody Else' } });
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] });
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'CLIENT_TAKEN' } });
    await requireUntouched('person-2', 2);
    await handle.executeUpdate('amend', {
      args: [{ patch: { applicant: { name: first.applicant.name } }, ...BY_OPS }],
    });
    expect(await handle.result()).toMatchObject({ outcome: 'ready', how: 'adopted' });
    await requireOnce('person-2');
  });

  test("a company under a person's id", async () => {
    const first = rig.application('person-3');
    await (await rig.onboard(first)).result();
    const handle = await parkedAsTaken(corporate(first));
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
    await requireUntouched('person-3', 2);
  });

  test.each(['DRAFT', 'APPROVED'])("another system's, %s: nothing goes onto it", async (status) => {
    const id = `planted-${status.toLowerCase()}`;
    await rig.control('POST', '/customers', { partner_customer_ref: id, status });
    const handle = await parkedAsTaken(rig.application(id));
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
    await requireUntouched(id, 0);
  });

  test("another system's, met by a send whose answer was lost", async () => {
    await rig.control('POST', '/customers', { partner_customer_ref: 'planted-lost' });
    await rig.fault({
      operation: 'createCustomer',
      match: { partner_client_id: 'planted-lost' },
      kind: 'reset',
      params: { when: 'after-commit' },
    });
    await parkedAsTaken(rig.application('planted-lost'));
    await requireUntouched('planted-lost', 0);
  });
});

describe('a provider that wants more', () => {
  async function parkedFor(id: string, application = rig.application(id)) {
    await rig.fault({
      operation: 'submitEvidence',
      match: { partner_client_id: id },
      kind: 'outcome',
      params: { status: 'MISSING_INFO_REQUIRED' },
    });
    const handle = await rig.onboard(application);
    const progress = await rig.parked<OnboardingProgress>(handle);
    expect(progress).toMatchObject({
      parked: { reason: 'INFORMATION_REQUIRED', accepts: ['retry', 'amend', 'abandon'] },
      client: { status: 'MISSING_INFO_REQUIRED' },
    });
    return handle;
  }

  test('new details and a new document are uploaded and submitted as the next attempt', async () => {
    const handle = await parkedFor('more-1');
    const patch = {
      details: { additional: { sourceOfFunds: 'SALARY' } },
      documents: [rig.document('BANK_STATEMENT', 'statement of more-1')],
    };
    await handle.executeUpdate('amend', { args: [{ patch, ...BY_OPS }] });
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'ready', decisions: [{ action: 'amend', by: 'ops-1' }] });
    const steps = result.steps.map(({ step }) => step).filter((step) => step.startsWith('Submitted'));
    expect(steps).toEqual([
      'Submitted for verification, attempt 1: SUBMITTED',
      'Submitted for verification, attempt 2: SUBMITTED',
    ]);
    const { files, submissions } = await bookOf('more-1');
    expect(files.map(({ documentType }) => documentType).sort()).toEqual([
      'BANK_STATEMENT',
      'PASSPORT',
      'PROOF_OF_ADDRESS',
    ]);
    expect(submissions).toMatchObject([{ documents: 2 }, { documents: 3 }]);
  });

  test('the lost answer to the second submission is no third one', async () => {
    const handle = await parkedFor('more-2');
    await rig.fault({
      operation: 'submitEvidence',
      match: { partner_client_id: 'more-2' },
      kind: 'reset',
      params: { when: 'after-commit' },
    });
    const patch = { applicant: { address: { city: 'Riffa' } } };
    await handle.executeUpdate('amend', { args: [{ patch, ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'ready' });
    expect((await bookOf('more-2')).submissions).toHaveLength(2);
  });

  test('what cannot change any more is refused, and so is what the provider takes nothing of', async () => {
    const handle = await parkedFor('more-3');
    const amend = (patch: object) => handle.executeUpdate('amend', { args: [{ patch, ...BY_OPS }] });
    await expect(amend({ details: { customerType: 'CORPORATE' } })).rejects.toMatchObject({
      cause: { message: containing('details.customerType cannot change once the client exists') },
    });
    await expect(amend({ details: { nonsense: 1 } })).rejects.toMatchObject({
      cause: { message: containing('details.nonsense') },
    });
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', ...BY_OPS }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', client: { status: 'MISSING_INFO_REQUIRED' } });
  });

  test('what was settled at the provider needs nothing but another look', async () => {
    const handle = await parkedFor('more-4');
    await rig.control('POST', '/customers/more-4', { status: 'APPROVED' });
    await handle.signal('providerHasNews');
    expect(await handle.result()).toMatchObject({ outcome: 'ready', decisions: [] });
    expect((await bookOf('more-4')).submissions).toHaveLength(1);
  });

  test('another onboarding of the same client submits what it has as an attempt of its own', async () => {
    const first = rig.application('more-5');
    const handle = await parkedFor('more-5', first);
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', ...BY_OPS }] });
    await handle.result();
    const more = { ...first, details: { ...first.details, additional: { sourceOfFunds: 'SALARY' } } };
    expect(await (await rig.onboard(more)).result()).toMatchObject({ outcome: 'ready' });
    const { customers, files, submissions } = await bookOf('more-5');
    expect([customers.length, files.length, submissions.length]).toEqual([1, 2, 2]);
  });
});

test('a client that the provider rejected is parked; new data are refused, and a look finds what has changed', async () => {
  await rig.fault({
    operation: 'submitEvidence',
    match: { partner_client_id: 'rejected-1' },
    kind: 'outcome',
    params: { status: 'REJECTED' },
  });
  const handle = await rig.onboard(rig.application('rejected-1'));
  expect(await rig.parked<OnboardingProgress>(handle)).toMatchObject({
    parked: { reason: 'CLIENT_REJECTED', accepts: ['retry', 'abandon'] },
    client: { status: 'REJECTED' },
  });
  const patch = { details: { additional: { sourceOfFunds: 'SALARY' } } };
  await expect(handle.executeUpdate('amend', { args: [{ patch, ...BY_OPS }] })).rejects.toMatchObject({
    cause: { message: containing('has rejected the client') },
  });
  await rig.control('POST', '/customers/rejected-1', { status: 'APPROVED' });
  await handle.executeUpdate('resolve', { args: [{ action: 'retry', ...BY_OPS }] });
  expect(await handle.result()).toMatchObject({ outcome: 'ready', decisions: [{ action: 'retry' }] });
});

test('a submission that is refused is asked about, and goes on with what a person mends', async () => {
  await rig.fault({
    operation: 'submitEvidence',
    match: { partner_client_id: 'refused-1' },
    kind: 'status',
    params: { status: 422, code: 'VALIDATION_FAILED', commit: 'never' },
  });
  const handle = await rig.onboard(rig.application('refused-1'));
  expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'INVALID_REQUEST' } });
  await handle.executeUpdate('amend', { args: [{ patch: { applicant: { name: 'Layla B. Example' } }, ...BY_OPS }] });
  expect(await handle.result()).toMatchObject({ outcome: 'ready' });
  await requireOnce('refused-1');
});

test('a client that was approved and is suspended is parked until it is not', async () => {
  const application = rig.application('suspended-1');
  await (await rig.onboard(application)).result();
  await rig.control('POST', '/customers/suspended-1', { status: 'SUSPENDED' });
  const handle = await rig.onboard(application);
  expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'CLIENT_INACTIVE' } });
  await rig.control('POST', '/customers/suspended-1', { status: 'APPROVED' });
  await handle.signal('providerHasNews');
  expect(await handle.result()).toMatchObject({ outcome: 'ready' });
  await requireOnce('suspended-1');
});

test("movements that follow carry the provider's own id of the client, and their details", async () => {
  const authorization = { approvedBy: 'approver-1', approvedAt: '2026-06-01T10:00:00Z', evidenceReference: 'e-1' };
  const details = { toAsset: 'USDT', authorization };
  const handle = await rig.onboardAndFund({
    ...rig.application('chain-1'),
    funding: [{ fundingId: 'chain-swap-1', kind: 'conversion', asset: 'USD', amount: '10.00', details }],
  });
  expect(await handle.result()).toMatchObject({ onboarding: { outcome: 'ready' } });
  // Without either, the provider could not have been asked.
  expect(await rig.client.workflow.getHandle('funding/oceafin/chain-swap-1').result()).toMatchObject({
    outcome: 'completed',
    order: { kind: 'conversion', received: { asset: 'USDT' } },
  });
});
