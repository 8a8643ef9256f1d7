import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { onboardingProgress } from '../../contract/messages';
import type { Application, OnboardingProgress } from '../../contract/onboarding';
import { applicant } from '../setup/applicant';
import { pdf } from '../setup/documents';
import { containing, eventually, matching, Rig } from '../setup/rig';
import { STALLED_MS } from '../setup/http-timeouts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterEach(async () => {
  await rig.clearFaults();
});
afterAll(async () => {
  await rig.close();
});

/** An application without files, made before the rig is there. */
function unstarted(): Application {
  return {
    provider: 'coinmena',
    partnerClientId: 'x',
    applicant: applicant('x'),
    documents: [{ type: 'government_id', front: { uri: 'file:///nowhere/id.pdf' } }],
  };
}

async function onFile(partnerClientId: string): Promise<string[]> {
  const { documents } = await rig.ledger();
  return documents.filter(({ partner_client_id: id }) => id === partnerClientId).map(({ type }) => type);
}

async function clientsOf(partnerClientId: string): Promise<number> {
  const { clients } = await rig.ledger();
  return clients.filter(({ partner_client_id: id }) => id === partnerClientId).length;
}

describe('a creation whose answer is lost', () => {
  const faults = {
    'reset after the commit': { kind: 'reset', params: { when: 'after-commit' } },
    'reset before the commit': { kind: 'reset', params: { when: 'before-commit' } },
    'stalled beyond the timeout after the commit': { kind: 'stall', params: { when: 'after-commit', ms: STALLED_MS } },
    '503 in HTML after the commit': { kind: 'status', params: { status: 503, body: 'html', commit: 'before' } },
    'an answer of wrong types': { kind: 'wrong-types' },
  };
  test.each(Object.entries(faults))('%s: one client', async (name, fault) => {
    const id = `lost-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
    await rig.fault({ operation: 'create-client', match: { partner_client_id: id }, ...fault });
    expect(await (await rig.onboard(rig.application(id))).result()).toMatchObject({ outcome: 'ready' });
    expect(await clientsOf(id)).toBe(1);
    expect((await onFile(id)).sort()).toEqual(['government_id', 'proof_of_address']);
  });
});

describe('an upload whose answer is lost', () => {
  const faults = {
    'reset after the commit': { kind: 'reset', params: { when: 'after-commit' } },
    'reset before the commit': { kind: 'reset', params: { when: 'before-commit' } },
    'stalled beyond the timeout after the commit': { kind: 'stall', params: { when: 'after-commit', ms: STALLED_MS } },
    'a truncated answer': { kind: 'truncated' },
  };
  test.each(Object.entries(faults))('%s: each document once', async (name, fault) => {
    const id = `upload-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
    await rig.fault({ operation: 'upload-document', match: { partner_client_id: id }, ...fault });
    expect(await (await rig.onboard(rig.application(id))).result()).toMatchObject({ outcome: 'ready' });
    expect((await onFile(id)).sort()).toEqual(['government_id', 'proof_of_address']);
  });
});

test('an upload that waits to be made again says for what, until when, and what it met', async () => {
  const id = 'upload-waits';
  await rig.fault({
    operation: 'upload-document',
    match: { partner_client_id: id },
    kind: 'status',
    params: { status: 429, retry_after: 5 },
    times: 1,
  });
  const handle = await rig.onboard(rig.application(id));
  const waiting = await eventually(async () => (await handle.query(onboardingProgress)).waiting);
  expect(waiting).toMatchObject({ reason: 'RATE_LIMITED', until: expect.stringMatching(/^\d{4}-/) });
  expect(await handle.result()).toMatchObject({ outcome: 'ready' });
});

describe('a client that exists already', () => {
  test('the same person is adopted, and documents on file are found', async () => {
    const application = rig.application('same-1');
    await (await rig.onboard(application)).result();
    const again = await (await rig.onboard(application)).result();
    expect(again).toMatchObject({ outcome: 'ready', how: 'adopted', documents: [{ how: 'found' }, { how: 'found' }] });
    expect(await clientsOf('same-1')).toBe(1);
    expect(await onFile('same-1')).toHaveLength(2);
  });

  test('another person is parked, with the differing fields and none of their values', async () => {
    const first = rig.application('other-1');
    await (await rig.onboard(first)).result();
    const handle = await rig.onboard({ ...first, applicant: { ...first.applicant, name: 'Somebody Else' } });
    const progress = await rig.parked<OnboardingProgress>(handle);
    expect(progress.parked).toMatchObject({ reason: 'CLIENT_TAKEN', fields: [{ field: 'applicant.name' }] });
    expect(JSON.stringify(progress)).not.toContain('Somebody');
    await handle.executeUpdate('amend', {
      args: [{ patch: { applicant: { name: first.applicant.name } }, by: 'ops-1', reason: 'typing error' }],
    });
    expect(await handle.result()).toMatchObject({ outcome: 'ready', how: 'adopted', decisions: [{ action: 'amend' }] });
  });
});

describe('a value of the person that a client has already', () => {
  const values = ['email', 'phone', 'government_id_number'] as const;
  afterEach(async () => {
    await rig.control('POST', '/settings', { unique_first: 'partner_client_id' });
  });

  test.each(values)('our own client, created by a send that nobody remembers, is adopted (%s first)', async (first) => {
    const id = `own-${first.replaceAll('_', '-')}`;
    const application = rig.application(id);
    await rig.fault({
      operation: 'create-client',
      match: { partner_client_id: id },
      kind: 'stall',
      params: { when: 'after-commit', ms: 60_000 },
    });
    const forgotten = await rig.onboard(application);
    await eventually(async () => ((await clientsOf(id)) === 1 ? true : undefined));
    await forgotten.terminate('forgotten');
    await rig.control('POST', '/settings', { unique_first: first });
    expect(await (await rig.onboard(application)).result()).toMatchObject({ outcome: 'ready', how: 'adopted' });
    expect(await clientsOf(id)).toBe(1);
    expect((await onFile(id)).sort()).toEqual(['government_id', 'proof_of_address']);
  });

  test.each([
    ['email', 'applicant.email'],
    ['phone', 'applicant.phone'],
    ['government_id_number', 'applicant.governmentId.number'],
  ] as const)("somebody else's client is not (%s)", async (first, field) => {
    const [holder, id] = [`holder-${first.replaceAll('_', '-')}`, `wants-${first.replaceAll('_', '-')}`];
    const { applicant: theirs } = rig.application(holder);
    await (await rig.onboard(rig.application(holder))).result();
    const own = rig.application(id);
    const { email, phone, governmentId } = theirs;
    const shared = {
      email: { email },
      phone: { phone },
      government_id_number: governmentId === undefined ? {} : { governmentId },
    }[first];
    await rig.control('POST', '/settings', { unique_first: first });
    const handle = await rig.onboard({ ...own, applicant: { ...own.applicant, ...shared } });
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'DUPLICATE_PERSON', fields: [{ field }] } });
    expect(await clientsOf(id)).toBe(0);
  });

  test('another person under the id is not adopted either, though a value of theirs was refused first', async () => {
    const first = rig.application('both-1');
    await (await rig.onboard(first)).result();
    await rig.control('POST', '/settings', { unique_first: 'email' });
    const handle = await rig.onboard({ ...first, applicant: { ...first.applicant, name: 'Somebody Else' } });
    expect(await rig.parked(handle)).toMatchObject({
      parked: { reason: 'CLIENT_TAKEN', fields: [{ field: 'applicant.name' }] },
    });
    expect(await onFile('both-1')).toHaveLength(2);
  });
});

describe('a record in other spellings', () => {
  test('the same person is adopted', async () => {
    const application = rig.application('spelled-1');
    await (await rig.onboard(application)).result();
    const { name, phone, birthDate, governmentId } = application.applicant;
    await rig.control('POST', '/clients/spelled-1', {
      shown: {
        name: name.toUpperCase(),
        phone: phone.replace('+', '00'),
        birth_date: `${birthDate ?? ''}T00:00:00Z`,
        government_id_doe: `${governmentId?.expiresOn ?? ''}T00:00:00.000Z`,
      },
    });
    expect(await (await rig.onboard(application)).result()).toMatchObject({ outcome: 'ready', how: 'adopted' });
  });

  test.each([
    ['phone', 'applicant.phone', '0097300000000'],
    ['birth_date', 'applicant.birthDate', '1990-01-16T00:00:00Z'],
  ])('another %s is another person', async (shown, field, value) => {
    const id = `respelled-${shown.replace('_', '-')}`;
    const application = rig.application(id);
    await (await rig.onboard(application)).result();
    await rig.control('POST', `/clients/${id}`, { shown: { [shown]: value } });
    const handle = await rig.onboard(application);
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'CLIENT_TAKEN', fields: [{ field }] } });
  });

  test('one that shows nothing that identifies a person is nobody', async () => {
    const application = rig.application('nameless-1');
    await (await rig.onboard(application)).result();
    await rig.control('POST', '/clients/nameless-1', { shown: { name: null, email: '', government_id_number: null } });
    const handle = await rig.onboard(application);
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'CLIENT_TAKEN' } });
    await rig.control('POST', '/clients/nameless-1', { shown: { email: null } });
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', by: 'ops-1', reason: 'look again' }] });
    const fields = ['applicant.name', 'applicant.email', 'applicant.governmentId.number'];
    await eventually(async () => {
      const { parked } = await handle.query<OnboardingProgress>('progress');
      return fields.every((field) => parked?.fields?.some((one) => one.field === field)) ? true : undefined;
    });
  });
});

describe('an application that breaks a rule', () => {
  test('is parked before anything is written, takes new data, and refuses data that break a rule too', async () => {
    const application = rig.application('minor-1');
    const handle = await rig.onboard({
      ...application,
      applicant: { ...application.applicant, birthDate: '2019-01-01' },
    });
    expect(await rig.parked(handle)).toMatchObject({
      parked: { reason: 'APPLICATION_REFUSED', fields: [{ field: 'applicant.birthDate' }] },
    });
    expect(await clientsOf('minor-1')).toBe(0);
    const amend = (birthDate: string) =>
      handle.executeUpdate('amend', { args: [{ patch: { applicant: { birthDate } }, by: 'ops-1', reason: 'typo' }] });
    await expect(amend('2018-01-01')).rejects.toMatchObject({
      cause: { message: containing('applicant.birthDate') },
    });
    await expect(amend('not a date')).rejects.toMatchObject({
      cause: { message: containing('applicant.birthDate') },
    });
    await amend('1991-02-03');
    expect(await handle.result()).toMatchObject({ outcome: 'ready' });
  });

  test('a visa that is missing, a country that is unknown and a file that is not there are told together', async () => {
    const application = rig.application('many-1');
    const handle = await rig.onboard({
      ...application,
      applicant: { ...application.applicant, residency: 'ae', placeOfBirth: 'zz' },
      documents: [
        ...application.documents,
        { type: 'bank_statement', front: { uri: pathToFileURL(join(rig.files, 'gone.pdf')).href } },
      ],
    });
    const { parked } = await rig.parked<OnboardingProgress>(handle);
    const fields = parked.fields?.map(({ field }) => field) ?? [];
    expect(fields).toEqual(expect.arrayContaining(['applicant.placeOfBirth', 'documents.2.front.uri']));
    expect(fields.some((field) => field.startsWith('applicant.residencyVisa'))).toBe(true);
    await handle.executeUpdate('resolve', { args: [{ action: 'abandon', by: 'ops-1', reason: 'not ours' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned', documents: [] });
    expect(await clientsOf('many-1')).toBe(0);
  });

  test('a duplicate email is parked with its field, and new data go through', async () => {
    const first = rig.application('mail-1');
    await (await rig.onboard(first)).result();
    const second = rig.application('mail-2');
    const handle = await rig.onboard({ ...second, applicant: { ...second.applicant, email: first.applicant.email } });
    expect(await rig.parked(handle)).toMatchObject({
      parked: { reason: 'DUPLICATE_PERSON', fields: [{ field: 'applicant.email' }] },
    });
    await handle.executeUpdate('amend', {
      args: [{ patch: { applicant: { email: second.applicant.email } }, by: 'ops-1', reason: 'typo' }],
    });
    expect(await handle.result()).toMatchObject({ outcome: 'ready', how: 'created' });
  });
});

describe('a client that is not ready', () => {
  test('not verified: waited for; overdue: asked; immutable fields are refused', async () => {
    await rig.fault({
      operation: 'create-client',
      match: { partner_client_id: 'slow-1' },
      kind: 'client-status',
      params: { status: 'pending' },
    });
    const handle = await rig.onboard(rig.application('slow-1', { policy: { verificationDeadlineMs: 1_000 } }));
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'VERIFICATION_OVERDUE' } });
    await expect(
      handle.executeUpdate('amend', {
        args: [{ patch: { applicant: { birthDate: '1990-01-16', name: 'N' } }, by: 'ops-1', reason: 'typo' }],
      }),
    ).rejects.toMatchObject({
      cause: {
        message: matching(/applicant\.birthDate cannot change.*applicant\.name cannot be changed/),
      },
    });
    await rig.control('POST', '/clients/slow-1', { status: 'verified' });
    await handle.signal('providerHasNews');
    expect(await handle.result()).toMatchObject({ outcome: 'ready', client: { status: 'verified' } });
  });

  test('a document that a person replaces is filed, even if no file on record can be read to compare', async () => {
    await rig.fault({
      operation: 'create-client',
      match: { partner_client_id: 'newer-1' },
      kind: 'client-status',
      params: { status: 'pending' },
    });
    await rig.fault({ operation: 'download-file', kind: 'status', params: { status: 403, body: 'html' }, times: null });
    const handle = await rig.onboard(rig.application('newer-1', { policy: { verificationDeadlineMs: 1_000 } }));
    await rig.parked(handle);
    const newer = rig.document('proof_of_address', 'a newer bill of newer-1');
    await handle.executeUpdate('amend', { args: [{ patch: { documents: [newer] }, by: 'ops-1', reason: 'blurred' }] });
    await rig.control('POST', '/clients/newer-1', { status: 'verified' });
    await handle.signal('providerHasNews');
    const result = await handle.result();
    expect(result).toMatchObject({
      outcome: 'ready',
      documents: [{ type: 'government_id' }, { type: 'proof_of_address', how: 'uploaded' }],
    });
    const { documents } = await rig.ledger();
    const bills = documents.filter(
      ({ partner_client_id: id, type }) => id === 'newer-1' && type === 'proof_of_address',
    );
    expect(bills).toHaveLength(2);
  });

  test('deactivated: reactivated if policy says so', async () => {
    await rig.fault({ operation: 'create-client', match: { partner_client_id: 'off-1' }, kind: 'client-inactive' });
    const handle = await rig.onboard(rig.application('off-1', { policy: { reactivate: true } }));
    expect(await handle.result()).toMatchObject({ outcome: 'ready', client: { active: true } });
  });

  test('deactivated: asked if policy does not', async () => {
    await rig.fault({ operation: 'create-client', match: { partner_client_id: 'off-2' }, kind: 'client-inactive' });
    const handle = await rig.onboard(rig.application('off-2'));
    expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'CLIENT_INACTIVE' } });
    await rig.control('POST', '/clients/off-2', { active: true });
    await handle.executeUpdate('resolve', { args: [{ action: 'retry', by: 'ops-1', reason: 'active again' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'ready' });
  });
});

test('a document that changes after its inspection is not uploaded', async () => {
  const application = rig.application('swap-1');
  const [first] = application.documents;
  const path = new URL(first?.front.uri ?? '');
  await rig.fault({
    operation: 'create-client',
    match: { partner_client_id: 'swap-1' },
    kind: 'latency',
    params: { ms: 1_000 },
  });
  const handle = await rig.onboard(application);
  await eventually(async () => {
    const { stage } = await handle.query<OnboardingProgress>('progress');
    return stage === 'creating' ? stage : undefined;
  });
  writeFileSync(path, pdf('another'));
  expect(await rig.parked(handle)).toMatchObject({ parked: { reason: 'DOCUMENT_UNREADABLE' } });
  expect(await onFile('swap-1')).toEqual(['proof_of_address']);
  // New content is taken once a person says so.
  await handle.executeUpdate('resolve', { args: [{ action: 'retry', by: 'ops-1', reason: 'the new one is right' }] });
  expect(await handle.result()).toMatchObject({ outcome: 'ready' });
  expect((await onFile('swap-1')).sort()).toEqual(['government_id', 'proof_of_address']);
});

describe('an application that is wrong fails at once and sends nothing', () => {
  test.each([
    ['not an object', 'free text', ['application']],
    ['nothing', null, ['application']],
    ['empty', {}, ['provider', 'partnerClientId', 'applicant', 'documents']],
    [
      'a wrong person',
      {
        provider: 'coinmena',
        partnerClientId: 'x',
        applicant: { name: 5, birthDate: '1990-13-41' },
        documents: 'none',
      },
      ['applicant.name', 'applicant.birthDate', 'applicant.email', 'documents'],
    ],
    ['a provider that is not there', { ...unstarted(), provider: 'nobody' }, ['provider']],
  ])('%s', async (name, application, fields) => {
    const before = (await rig.ledger()).clients.length;
    const handle = await rig.startRaw(
      'onboardClient',
      `onboarding/coinmena/bad/${name.replaceAll(' ', '-')}`,
      application,
    );
    const failure: unknown = await handle.result().catch((error: unknown) => error);
    const cause = failure instanceof WorkflowFailedError ? failure.cause : undefined;
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({ type: 'INVALID_REQUEST', nonRetryable: true });
    for (const field of fields) expect(cause?.message).toContain(field);
    expect((await rig.ledger()).clients).toHaveLength(before);
  });
});

test('nothing personal is in an id, a search attribute, a progress or the details that the UI shows', async () => {
  const application = rig.application('private-1');
  const handle = await rig.onboard(application);
  await handle.result();
  const { raw } = await handle.describe();
  const shown = JSON.stringify([
    raw,
    await handle.query('progress'),
    await handle.query('__temporal_workflow_metadata'),
  ]);
  const { name, email, phone, governmentId } = application.applicant;
  for (const secret of [name, email, phone, governmentId?.number ?? '']) {
    expect(secret).not.toBe('');
    expect(shown).not.toContain(secret);
  }
});
