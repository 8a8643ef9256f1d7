import { CancelledFailure } from '@temporalio/common';
import { createActivities } from '../../activities';
import { PostgresRecords } from '../../book/records';
import { createDocumentStore } from '../../activities/documents/store';
import { FUNDING_KINDS } from '../../contract/funding';
import type { Application, InspectedDocument } from '../../contract/onboarding';
import { coinmena } from '../../providers/coinmena';
import { ProviderError } from '../../providers/provider-error';
import { fileOf } from './files';
import { activityEnvironment, applicant, failureOf, run, startRig, type Rig } from './rig';

/** No server is there, and no workflow that has other runs. */
jest.mock('../../activities/other-runs', () => ({ findInOtherRuns: () => Promise.resolve(false) }));

const BEGUN_AT = '2026-01-01T00:00:00.000Z';

describe('the activities, over the real connector and the sandbox', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig.control('DELETE', '/faults');
  });
  afterAll(async () => {
    await rig.close();
  });

  const fault = (operation: string, kind: string, params: object, more: object = {}) =>
    rig.control('POST', '/faults', { operation, kind, params, ...more });

  async function created(): Promise<{ application: Application; key: { provider: string; partnerClientId: string } }> {
    const application = await rig.application();
    const { provider, partnerClientId } = application;
    await run(rig.activities.createClient, { provider, partnerClientId, applicant: application.applicant });
    return { application, key: { provider, partnerClientId } };
  }

  async function inspected(application: Application): Promise<readonly InspectedDocument[]> {
    return (await run(rig.activities.checkApplication, { input: application, kind: 'application' })).documents;
  }

  async function funded(): Promise<{ provider: string; partnerClientId: string }> {
    const { key } = await created();
    await run(rig.activities.submitOrder, {
      ...key,
      kind: 'deposit',
      begunAt: BEGUN_AT,
      asset: 'USD',
      amount: '100.00',
      ref: `${key.partnerClientId}-d0`,
    });
    return key;
  }

  describe('checkApplication', () => {
    const check = (input: unknown, kind: 'application' | 'onboard-and-fund' = 'application') => ({ input, kind });

    test('answers semantics and the inspected documents, and writes nothing', async () => {
      const application = await rig.application();
      const { semantics, documents, problems } = await run(rig.activities.checkApplication, check(application));
      expect(semantics).toEqual(coinmena.semantics);
      expect(problems).toEqual([]);
      expect(documents.map(({ type, front, back }) => [type, front.mime, back?.mime])).toEqual([
        ['government_id', 'image/jpeg', 'image/jpeg'],
        ['proof_of_address', 'application/pdf', undefined],
      ]);
      expect(documents[0]?.front).toEqual({
        uri: application.documents[0]?.front.uri,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        mime: 'image/jpeg',
        bytes: 2000,
      });
      const ledger = await rig.control('GET', '/ledger');
      expect(JSON.stringify(ledger)).not.toContain(application.partnerClientId);
    });

    test('a bad shape: every wrong field at once, for good', async () => {
      const application = await rig.application();
      const failure = await failureOf(
        rig.activities.checkApplication,
        check({
          ...application,
          partnerClientId: 'not ok~',
          applicant: { ...application.applicant, birthDate: '1990-02-30' },
          documents: 'none',
        }),
      );
      expect(failure).toMatchObject({ code: 'INVALID_REQUEST', outcome: 'not-applied', nonRetryable: true });
      expect(failure.fields?.map(({ field }) => field).sort()).toEqual([
        'applicant.birthDate',
        'documents',
        'partnerClientId',
      ]);
      expect(failure.message).toContain('applicant.birthDate');
    });

    test.each([undefined, null, 'text', 7, [], {}])('%p is not an application', async (input) => {
      expect(await failureOf(rig.activities.checkApplication, check(input))).toMatchObject({ code: 'INVALID_REQUEST' });
    });

    test('an unknown provider is named as the wrong field, without its name', async () => {
      const application = await rig.application({ provider: 'nobody' });
      const failure = await failureOf(rig.activities.checkApplication, check(application));
      expect(failure).toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field: 'provider' }] });
      expect(failure.message).not.toContain('nobody');
    });

    test('what the provider does not offer is named, all of it', async () => {
      const lacking = createActivities({
        providers: new Map([
          [
            'coinmena',
            {
              semantics: { ...coinmena.semantics, capabilities: ['create-client', 'read-client', 'deposit'] },
              connector: rig.connector,
            },
          ],
        ]),
        documents: createDocumentStore({ roots: [rig.files.path] }),
        sends: rig.book.sends,
      });
      const application = await rig.application({ policy: { reactivate: true } });
      const funding = [{ fundingId: 'w-1', kind: 'withdrawal', asset: 'USD', amount: '1.00' }];
      const failure = await failureOf(lacking.checkApplication, check({ ...application, funding }, 'onboard-and-fund'));
      expect(failure).toMatchObject({ code: 'CAPABILITY_MISSING', nonRetryable: true });
      expect(failure.message).toContain(
        'has no withdrawal call; takes no documents; has no call that activates a client',
      );
    });

    test('files that cannot be read are problems, by their path, not an end', async () => {
      const application = await rig.application();
      const [id, bill] = application.documents;
      if (id === undefined || bill === undefined) throw new Error('unreachable');
      const input = {
        ...application,
        documents: [
          { ...id, front: { uri: rig.files.uri('absent.jpg') }, back: { uri: 'file:///etc/passwd' } },
          { ...bill, front: { ...bill.front, sha256: 'a'.repeat(64), bytes: 1 } },
        ],
      };
      const { documents, problems } = await run(rig.activities.checkApplication, check(input));
      expect(documents).toEqual([]);
      expect(problems.map(({ field }) => field)).toEqual([
        'documents.0.front.uri',
        'documents.0.back.uri',
        'documents.1.front.sha256',
        'documents.1.front.bytes',
      ]);
    });

    test('rules of the provider are problems too', async () => {
      const application = await rig.application({
        applicant: applicant({ birthDate: '2020-01-01', residency: 'xx', citizenship: 'bh' }),
        documents: [],
      });
      const { problems } = await run(rig.activities.checkApplication, check(application));
      expect(problems.map(({ field }) => field)).toEqual([
        'applicant.birthDate',
        'applicant.residency',
        'applicant.residencyVisa',
        'documents',
      ]);
    });

    test('a place that does not answer is tried again', async () => {
      const application = await rig.application();
      const away = createActivities({
        providers: new Map([['coinmena', { semantics: coinmena.semantics, connector: rig.connector }]]),
        documents: createDocumentStore({ hosts: ['localhost:1'], forTests: { allowLoopback: true } }),
        sends: rig.book.sends,
      });
      const documents = [{ type: 'government_id', front: { uri: 'https://localhost:1/a.jpg' } }];
      const failure = await failureOf(away.checkApplication, check({ ...application, documents }));
      expect(failure).toMatchObject({ code: 'UNREACHABLE', nonRetryable: false });
      expect(failure.fields).toEqual([{ field: 'documents.0.front.uri', problem: 'cannot be fetched at the moment' }]);
    });

    test('onboard-and-fund: its movements are checked before anything is sent', async () => {
      const application = await rig.application();
      const movement = { fundingId: 'd-1', kind: 'deposit', asset: 'USD', amount: '10.00' };
      const good = await run(
        rig.activities.checkApplication,
        check({ ...application, funding: [movement] }, 'onboard-and-fund'),
      );
      expect(good.problems).toEqual([]);

      const tooLong = { ...movement, fundingId: 'x'.repeat(254) };
      const tooFine = { ...movement, fundingId: 'd-2', amount: '0.123456789' };
      const failure = await failureOf(
        rig.activities.checkApplication,
        check({ ...application, funding: [tooLong, tooFine] }, 'onboard-and-fund'),
      );
      expect(failure.fields?.map(({ field }) => field)).toContain('funding.0.fundingId');
      const fine = await failureOf(
        rig.activities.checkApplication,
        check({ ...application, funding: [movement, tooFine] }, 'onboard-and-fund'),
      );
      expect(fine).toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field: 'funding.1.amount' }] });
      const twice = await failureOf(
        rig.activities.checkApplication,
        check({ ...application, funding: [movement, movement] }, 'onboard-and-fund'),
      );
      expect(twice).toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field: 'funding.1.fundingId' }] });
      const none = await failureOf(rig.activities.checkApplication, check(application, 'onboard-and-fund'));
      expect(none).toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field: 'funding' }] });
    });
  });

  describe('clients', () => {
    test('created, fetched and compared, verified', async () => {
      const { application, key } = await created();
      const same = await run(rig.activities.fetchClient, { ...key, applicant: application.applicant });
      expect(same).toMatchObject({ found: true, state: { verified: true, active: true }, differing: [] });
      const other = await run(rig.activities.fetchClient, {
        ...key,
        applicant: { ...application.applicant, name: 'Somebody Else', birthDate: '1980-01-01' },
      });
      expect(other).toMatchObject({
        found: true,
        differing: [{ field: 'applicant.name' }, { field: 'applicant.birthDate' }],
      });
      expect(other).not.toHaveProperty('state');
      expect(JSON.stringify(other)).not.toContain('Test Person');
      expect(await run(rig.activities.verifyClient, key)).toMatchObject({
        found: true,
        state: { verified: true, active: true },
        documents: [],
      });
    });

    test('a client that is not there', async () => {
      const key = { provider: 'coinmena', partnerClientId: 'nobody-here' };
      expect(await run(rig.activities.fetchClient, { ...key, applicant: applicant() })).toEqual({ found: false });
      expect(await run(rig.activities.verifyClient, key)).toEqual({ found: false });
    });

    test('created twice: DUPLICATE_CLIENT, whose outcome is unknown until compared', async () => {
      const { application, key } = await created();
      const failure = await failureOf(rig.activities.createClient, { ...key, applicant: application.applicant });
      expect(failure).toMatchObject({ code: 'DUPLICATE_CLIENT', outcome: 'unknown', nonRetryable: true });
    });

    test('a lost answer: one write was sent, not a second', async () => {
      const { provider, partnerClientId, applicant: person } = await rig.application();
      await fault('create-client', 'reset', { when: 'after-commit' });
      const argument = { provider, partnerClientId, applicant: person };
      expect(await failureOf(rig.activities.createClient, argument)).toMatchObject({
        code: 'OUTCOME_UNKNOWN',
        outcome: 'unknown',
      });
      expect(await run(rig.activities.fetchClient, argument)).toMatchObject({ found: true, differing: [] });
    });

    test('a deactivated client is activated', async () => {
      const { key } = await created();
      await rig.control('POST', `/clients/${key.partnerClientId}`, { active: false });
      expect(await run(rig.activities.verifyClient, key)).toMatchObject({ state: { active: false } });
      expect(await run(rig.activities.activateClient, key)).toMatchObject({ active: true });
    });
  });

  describe('documents', () => {
    test('uploaded, found by content, listed', async () => {
      const { application, key } = await created();
      const [id, bill] = await inspected(application);
      if (id === undefined || bill === undefined) throw new Error('unreachable');
      expect(await run(rig.activities.fetchDocument, { ...key, document: id })).toEqual({ found: false });
      const filed = await run(rig.activities.uploadDocument, { ...key, document: id });
      expect(filed).toEqual({
        type: 'government_id',
        providerDocumentId: expect.any(String),
        sha256: id.front.sha256,
        how: 'uploaded',
      });
      expect(await run(rig.activities.fetchDocument, { ...key, document: id })).toEqual({
        found: true,
        document: { ...filed, how: 'found' },
      });
      expect(await run(rig.activities.fetchDocument, { ...key, document: bill })).toEqual({ found: false });
      const verified = await run(rig.activities.verifyClient, key);
      expect(verified).toMatchObject({
        documents: [{ type: 'government_id', providerDocumentId: filed.providerDocumentId }],
      });
      expect(JSON.stringify([filed, verified])).not.toMatch(/http|Signature/);
    });

    test('what the book knows to have been filed is not filed again, though Temporal has forgotten who did', async () => {
      const { application, key } = await created();
      const [id] = await inspected(application);
      if (id === undefined) throw new Error('unreachable');
      const { uploadDocument } = createActivities({
        providers: new Map([['coinmena', { semantics: coinmena.semantics, connector: rig.connector }]]),
        documents: createDocumentStore({ roots: [rig.files.path] }),
        sends: rig.book.sends,
        records: new PostgresRecords(rig.book.open()),
      });
      const filed = await run(uploadDocument, { ...key, document: id });
      expect(await run(uploadDocument, { ...key, document: id })).toEqual({ ...filed, how: 'found' });
      // Another back is another document.
      await rig.files.put(`${key.partnerClientId}-back.jpg`, fileOf.jpeg());
      const [other] = await inspected(application);
      if (other === undefined) throw new Error('unreachable');
      expect(other.front).toEqual(id.front);
      expect(await run(uploadDocument, { ...key, document: other })).toMatchObject({ how: 'uploaded' });
      expect(await run(rig.activities.verifyClient, key)).toMatchObject({
        documents: [{ providerDocumentId: filed.providerDocumentId }, { type: 'government_id' }],
      });
    });

    test('a file that changed since its inspection is not sent', async () => {
      const { application, key } = await created();
      const [document] = await inspected(application);
      if (document === undefined) throw new Error('unreachable');
      await rig.files.put(`${key.partnerClientId}-back.jpg`, fileOf.jpeg());
      const failure = await failureOf(rig.activities.uploadDocument, { ...key, document });
      expect(failure).toMatchObject({ code: 'DOCUMENT_UNREADABLE', outcome: 'not-applied', nonRetryable: true });
      expect(failure.fields).toEqual([
        { field: 'documents.government_id.back.sha256', problem: 'has changed since the file was inspected' },
      ]);
      expect(await run(rig.activities.verifyClient, key)).toMatchObject({ documents: [] });
    });

    test('a file that is gone', async () => {
      const { application, key } = await created();
      const [document] = await inspected(application);
      if (document === undefined) throw new Error('unreachable');
      const gone = { ...document, front: { ...document.front, uri: rig.files.uri('gone.jpg') } };
      expect(await failureOf(rig.activities.uploadDocument, { ...key, document: gone })).toMatchObject({
        code: 'DOCUMENT_UNREADABLE',
        fields: [{ field: 'documents.government_id.front.uri' }],
      });
    });
  });

  describe('funding', () => {
    let asked = 0;
    /** Each under an id of its own: another request under one is refused for ever. */
    const intent = (key: { provider: string; partnerClientId: string }, change: object = {}) => ({
      input: { ...key, fundingId: `f-${(asked += 1)}`, kind: 'deposit', asset: 'USD', amount: '10.00', ...change },
    });

    test('a good intent passes and is told the semantics', async () => {
      const { key } = await created();
      expect(await run(rig.activities.checkFunding, intent(key))).toEqual({
        semantics: coinmena.semantics,
        book: { entries: 1, attempts: [] },
      });
    });

    test('shape errors are thrown before the provider is asked', async () => {
      const before = await rig.control('GET', '/ledger');
      const failure = await failureOf(
        rig.activities.checkFunding,
        intent({ provider: 'coinmena', partnerClientId: 'a~b' }, { amount: 10, kind: 'gift', fundingId: '' }),
      );
      expect(failure).toMatchObject({ code: 'INVALID_REQUEST', nonRetryable: true });
      expect(failure.fields?.map(({ field }) => field).sort()).toEqual([
        'amount',
        'fundingId',
        'kind',
        'partnerClientId',
      ]);
      const fine = intent({ provider: 'coinmena', partnerClientId: 'x' }, { amount: '1.123456789' });
      expect(await failureOf(rig.activities.checkFunding, fine)).toMatchObject({ fields: [{ field: 'amount' }] });
      const long = intent(
        { provider: 'coinmena', partnerClientId: 'x' },
        { fundingId: 'x'.repeat(253), policy: { maxRefs: 10 } },
      );
      expect(await failureOf(rig.activities.checkFunding, long)).toMatchObject({ fields: [{ field: 'fundingId' }] });
      expect(await rig.control('GET', '/ledger')).toEqual(before);
    });

    test.each([
      ['CLIENT_UNKNOWN', async () => ({ provider: 'coinmena', partnerClientId: 'nobody' }), {}],
      ['ASSET_INELIGIBLE', async () => (await created()).key, { asset: 'BTC' }],
      ['INSUFFICIENT_FUNDS', async () => (await created()).key, { kind: 'withdrawal' }],
      [
        'CLIENT_INACTIVE',
        async () => {
          const { key } = await created();
          await rig.control('POST', `/clients/${key.partnerClientId}`, { active: false });
          return key;
        },
        {},
      ],
      [
        'CLIENT_NOT_VERIFIED',
        async () => {
          const { key } = await created();
          await rig.control('POST', `/clients/${key.partnerClientId}`, { status: 'pending' });
          return key;
        },
        {},
      ],
    ] as const)('%s is seen before money moves', async (code, client, change) => {
      const failure = await failureOf(rig.activities.checkFunding, intent(await client(), change));
      expect(failure).toMatchObject({ code, outcome: 'not-applied', nonRetryable: true });
    });

    test('an unknown provider', async () => {
      const failure = await failureOf(
        rig.activities.checkFunding,
        intent({ provider: 'nobody', partnerClientId: 'x' }),
      );
      expect(failure).toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field: 'provider' }] });
    });

    test('deposit, withdrawal, the order by its ref, the balance', async () => {
      const { key } = await created();
      const ref = `${key.partnerClientId}-d1`;
      const submitted = await run(rig.activities.submitOrder, {
        ...key,
        kind: 'deposit',
        begunAt: BEGUN_AT,
        asset: 'USD',
        amount: '1000.10',
        ref,
      });
      if (!submitted.sent) throw new Error('it was not sent');
      const { order } = submitted;
      expect(order).toMatchObject({ kind: 'deposit', state: 'completed', amount: '1000.10', ref });
      expect(await run(rig.activities.fetchOrderByRef, { provider: 'coinmena', ref })).toEqual({ orders: [order] });
      const out = await run(rig.activities.submitOrder, {
        ...key,
        kind: 'withdrawal',
        begunAt: BEGUN_AT,
        asset: 'USD',
        amount: '0.05',
        ref: `${ref}-w`,
      });
      expect(out).toMatchObject({ sent: true, order: { kind: 'withdrawal', state: 'completed' } });
      expect(await run(rig.activities.readBalance, { ...key, asset: 'USD' })).toMatchObject({
        asset: 'USD',
        balance: '1000.05',
      });
      expect(await run(rig.activities.fetchOrderByRef, { provider: 'coinmena', ref: 'never-sent' })).toEqual({
        orders: [],
      });
    });

    test('a repeated ref is a duplicate whose outcome is unknown', async () => {
      const key = await funded();
      const ref = `${key.partnerClientId}-d0`;
      const again = { ...key, kind: 'deposit', begunAt: BEGUN_AT, asset: 'USD', amount: '100.00', ref } as const;
      expect(await failureOf(rig.activities.submitOrder, again)).toMatchObject({
        code: 'DUPLICATE_REF',
        outcome: 'unknown',
        nonRetryable: true,
      });
    });

    test('too little money', async () => {
      const key = await funded();
      const failure = await failureOf(rig.activities.submitOrder, {
        ...key,
        kind: 'withdrawal',
        begunAt: BEGUN_AT,
        asset: 'USD',
        amount: '100.01',
        ref: `${key.partnerClientId}-w1`,
      });
      expect(failure).toMatchObject({ code: 'INSUFFICIENT_FUNDS', outcome: 'not-applied' });
    });

    test('a pause that the provider asks for', async () => {
      const key = await funded();
      await fault('list-balances', 'status', { status: 429, retry_after: 7 });
      await fault('get-balance', 'status', { status: 429, retry_after: 7 });
      const failure = await failureOf(rig.activities.readBalance, { ...key, asset: 'USD' });
      expect(failure).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 7000, nonRetryable: false });
    });

    test('a submit is not aborted by a cancellation: its answer is reported', async () => {
      const key = await funded();
      await fault('deposit', 'stall', { when: 'after-commit', ms: 1_000 });
      const environment = activityEnvironment();
      const ref = `${key.partnerClientId}-late`;
      const submit = run(
        rig.activities.submitOrder,
        { ...key, kind: 'deposit', begunAt: BEGUN_AT, asset: 'USD', amount: '5.00', ref },
        environment,
      );
      await rig.untilOrdered(ref);
      environment.cancel('WORKER_SHUTDOWN');
      expect(await submit).toMatchObject({ sent: true, order: { state: 'completed', ref } });
    });

    test('what a submit that fails after a cancellation says is reported too', async () => {
      const key = await funded();
      await fault('deposit', 'stall', { when: 'after-commit', ms: 1_000, then: 'destroy' });
      const environment = activityEnvironment();
      const ref = `${key.partnerClientId}-lost`;
      const argument = { ...key, kind: 'deposit', begunAt: BEGUN_AT, asset: 'USD', amount: '5.00', ref } as const;
      const submit = failureOf(rig.activities.submitOrder, argument, environment);
      await rig.untilOrdered(ref);
      environment.cancel('CANCELLED');
      expect(await submit).toMatchObject({ code: 'OUTCOME_UNKNOWN', outcome: 'unknown' });
    });

    test('a read is aborted by a cancellation, and ends as cancelled', async () => {
      const key = await funded();
      await fault('get-order-by-ref', 'stall', { when: 'before-commit', ms: 60_000 });
      const environment = activityEnvironment();
      const ref = `${key.partnerClientId}-d0`;
      const reading = run(rig.activities.fetchOrderByRef, { provider: 'coinmena', ref }, environment);
      setTimeout(() => environment.cancel('CANCELLED'), 50);
      await expect(reading).rejects.toBeInstanceOf(CancelledFailure);
    });

    test('a limit counts an intent once its check has passed, and no longer once a check refuses it for good', async () => {
      let refuses = false;
      const check = async () => {
        if (refuses) throw new ProviderError('INVALID_REQUEST', { provider: 'coinmena', operation: 'checkFunding' });
      };
      const submit = () => Promise.reject(new Error('nothing is sent here'));
      const connector = { close: () => Promise.resolve(), orders: { check, submit } };
      const limited = createActivities({
        providers: new Map([['coinmena', { semantics: coinmena.semantics, connector }]]),
        documents: createDocumentStore({}),
        sends: rig.book.sends,
        approvals: [
          {
            asset: 'USD',
            within: '1h',
            withinMs: 3_600_000,
            from: { by: 'number', number: 2 },
            over: { is: 'refused' },
          },
        ],
      });
      const key = { provider: 'coinmena', partnerClientId: 'limited' };
      const [first, second, third] = [intent(key), intent(key), intent(key)];
      refuses = true;
      expect(await failureOf(limited.checkFunding, second)).toMatchObject({ code: 'INVALID_REQUEST' });
      refuses = false;
      expect(await run(limited.checkFunding, first)).toMatchObject({ book: { entries: 1 } });
      refuses = true;
      expect(await failureOf(limited.checkFunding, first)).toMatchObject({ code: 'INVALID_REQUEST' });
      refuses = false;
      expect(await run(limited.checkFunding, second)).toMatchObject({ book: { entries: 1 } });
      expect(await run(limited.checkFunding, second)).toMatchObject({ book: { entries: 1 } });
      expect(await failureOf(limited.checkFunding, third)).toMatchObject({
        code: 'LIMIT_EXCEEDED',
        outcome: 'not-applied',
        nonRetryable: true,
        entries: 1,
      });
      // The policy that the first check read holds, whatever the worker is told later.
      expect(await run(limited.checkFunding, { ...third, policyRead: true })).toMatchObject({ book: { entries: 1 } });
    });

    test('what is not declared is refused by name, even if it is called by name', async () => {
      const { semantics } = coinmena;
      const bare = createActivities({
        providers: new Map([
          [
            'coinmena',
            {
              semantics: { ...semantics, capabilities: [] },
              connector: { close: () => Promise.resolve() },
            },
          ],
        ]),
        documents: createDocumentStore({}),
        sends: rig.book.sends,
      });
      const key = { provider: 'coinmena', partnerClientId: 'x' };
      const request = { kind: 'withdrawal', partnerClientId: 'x', asset: 'USD', amount: '1.00', ref: 'r' } as const;
      const file = { uri: 'file:///x', sha256: 'a'.repeat(64), mime: 'image/jpeg', bytes: 1 };
      const document = { type: 'government_id', front: file };
      const calls = [
        failureOf(bare.createClient, { ...key, applicant: applicant() }),
        failureOf(bare.fetchClient, { ...key, applicant: applicant() }),
        failureOf(bare.verifyClient, key),
        failureOf(bare.activateClient, key),
        failureOf(bare.uploadDocument, { ...key, document }),
        failureOf(bare.fetchDocument, { ...key, document }),
        ...FUNDING_KINDS.map((kind) => failureOf(bare.submitOrder, { ...key, ...request, kind, begunAt: BEGUN_AT })),
        failureOf(bare.fetchOrderByRef, { provider: 'coinmena', ref: 'r' }),
        failureOf(bare.readBalance, { ...key, asset: 'USD' }),
        failureOf(bare.checkFunding, intent(key)),
        failureOf(bare.submitForVerification, { ...key, applicant: applicant(), documents: [], attempt: 1 }),
        failureOf(bare.quoteOrder, { ...key, ...request, number: 1 }),
        failureOf(bare.confirmOrder, { provider: 'coinmena', orderId: '1', request }),
        failureOf(bare.cancelOrder, { provider: 'coinmena', orderId: '1', request }),
        failureOf(bare.supplyOrderInformation, { provider: 'coinmena', orderId: '1', request, information: {} }),
        failureOf(bare.findOrder, { provider: 'coinmena', ref: 'r', request, firstSentAt: '2026-01-01T00:00:00.000Z' }),
        failureOf(bare.checkReceiving, { input: { ...key, fundingId: 'f', asset: 'USD', amount: '1' } }),
        failureOf(bare.fetchAccount, { ...key, asset: 'USD', ref: 'r' }),
        failureOf(bare.applyForAccount, { ...key, asset: 'USD', ref: 'r' }),
        failureOf(bare.listReceivedDeposits, {
          ...key,
          asset: 'USD',
          ref: 'r',
          amount: '1',
          since: '2026-01-01T00:00:00.000Z',
        }),
      ];
      for (const failure of await Promise.all(calls)) {
        expect(failure).toMatchObject({ code: 'CAPABILITY_MISSING', outcome: 'not-applied', nonRetryable: true });
      }
    });
  });
});
