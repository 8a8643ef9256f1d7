import { OceafinApi } from '../../providers/oceafin/client';
import {
  OPERATIONS,
  OPERATIONS_BY_SUBJECT,
  subjectOf,
  type Operation,
} from '../../providers/oceafin/layout/operations';
import { ASSUMPTIONS } from '../../providers/oceafin/assumptions';
import { startOceafinSandbox, type RunningSandbox } from '../../sandbox/oceafin';
import { at, control } from '../sandbox/signing';
import { configFor, evidenceOf } from './oceafin-fixtures';

/** The vendor's list of operations, as it is published, in its order. Methods stand where it gives them. */
const PUBLISHED: readonly (readonly [name: string, method?: 'GET' | 'POST'])[] = [
  ['Create partner customer', 'POST'],
  ['Upload or link a file to a partner customer', 'POST'],
  ['Submit partner-attested KYC or KYB evidence', 'POST'],
  ['List partner customer balances', 'GET'],
  ['List partner customer transactions', 'GET'],
  ['Get partner transaction', 'GET'],
  ['List partner conversion quotes', 'GET'],
  ['Create partner conversion quote', 'POST'],
  ['Get partner conversion quote', 'GET'],
  ['List partner conversions', 'GET'],
  ['Create partner conversion approval draft', 'POST'],
  ['Get partner conversion', 'GET'],
  ['Get partner fiat account capabilities', 'GET'],
  ['Create partner fiat account application', 'POST'],
  ['Submit additional information for a partner fiat account application', 'POST'],
  ['List partner fiat accounts', 'GET'],
  ['Get partner fiat deposit instructions', 'GET'],
  ['List partner fiat deposits', 'GET'],
  ['Get partner fiat deposit', 'GET'],
  ['List partner bank accounts', 'GET'],
  ['Create partner bank account', 'POST'],
  ['Get partner fiat withdrawal capabilities', 'GET'],
  ['Activate partner fiat withdrawal capability', 'POST'],
  ['Submit fiat withdrawal capability activation additional information', 'POST'],
  ['Create partner fiat withdrawal quote', 'POST'],
  ['Create partner fiat withdrawal approval draft', 'POST'],
  ['List partner fiat withdrawals', 'GET'],
  ['Submit an approved partner fiat withdrawal for processing', 'POST'],
  ['Submit additional information for a partner fiat withdrawal', 'POST'],
  ['Get partner fiat withdrawal', 'GET'],
  ['List partner crypto deposit wallets'],
  ['List partner crypto deposits'],
  ['Get partner crypto deposit'],
  ['Submit partner crypto deposit Travel Rule information'],
  ['Create partner crypto withdrawal quote'],
  ['List partner crypto wallet beneficiaries'],
  ['Create partner crypto wallet beneficiary'],
  ['Get partner crypto wallet beneficiary'],
  ['Remove partner crypto wallet beneficiary'],
  ['Sync partner crypto wallet beneficiary'],
  ['Create partner crypto withdrawal approval draft'],
  ['List partner crypto withdrawals'],
  ['Submit an approved partner crypto withdrawal for processing'],
  ['Get partner crypto withdrawal'],
  ['List partner crypto refunds'],
  ['Create partner crypto refund approval draft'],
  ['Get partner crypto refund'],
  ['Submit an approved partner crypto refund for processing'],
  ['Confirm partner crypto refund'],
  ['List partner crypto checkouts'],
  ['Create partner crypto checkout'],
  ['Get partner crypto checkout'],
  ['Create partner checkout link'],
  ['Create partner checkout POS payment request'],
  ['Close partner crypto checkout'],
  ['List partner collection buyers'],
  ['Create partner collection buyer'],
  ['Get partner collection buyer'],
  ['Update partner collection buyer'],
  ['List partner collection wallets'],
  ['Create partner collection wallet'],
  ['Get partner collection wallet'],
  ['Update partner collection wallet expiry'],
  ['Deactivate partner collection wallet'],
  ['List partner collection payments'],
  ['Get partner collection payment'],
];

describe('the table of operations', () => {
  const facts = Object.values(OPERATIONS);

  test('holds every published operation once, and no other', () => {
    expect(facts.map(({ published }) => published).sort()).toEqual(PUBLISHED.map(([name]) => name).sort());
  });

  test('has the methods that are published', () => {
    for (const [name, method] of PUBLISHED) {
      const found = facts.find(({ published }) => published === name);
      if (method === undefined) expect(found?.marks.method).not.toBe('stated');
      else expect([found?.method, found?.marks.method]).toEqual([method, 'stated']);
    }
  });

  test('has no two operations for one call but those that differ in their content type', () => {
    const calls = facts.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(calls).size).toBe(calls.length);
    expect(facts.every(({ path }) => path.startsWith('/partner/v1/'))).toBe(true);
  });

  test('is told to doctor wherever it is guessed', () => {
    const guessed = facts.filter(({ marks }) => marks.method !== 'stated' || marks.path !== 'stated');
    for (const { published } of guessed) expect(ASSUMPTIONS.some(({ about }) => about.includes(published))).toBe(true);
    expect(guessed.length).toBeGreaterThan(0);
  });

  test('knows the subject of each', () => {
    const operations = Object.entries(OPERATIONS_BY_SUBJECT).flatMap(([subject, ofSubject]) =>
      Object.keys(ofSubject).map((operation) => [subject, operation] as const),
    );
    const isOperation = (name: string): name is Operation => Object.hasOwn(OPERATIONS, name);
    expect(operations.map(([, name]) => (isOperation(name) ? subjectOf(name) : ''))).toEqual(
      operations.map(([subject]) => subject),
    );
  });
});

describe('every operation has a method', () => {
  let sandbox: RunningSandbox;
  let api: OceafinApi;
  let customerId: string;

  beforeAll(async () => {
    sandbox = await startOceafinSandbox({ openingBalances: { USD: '1000', USDT: '500' } });
    api = new OceafinApi(configFor(sandbox.url));
  });

  afterAll(async () => {
    const { json } = await control(sandbox.controlUrl, 'GET', '/ledger');
    const requests = at(json, 'requests');
    await api.close();
    await sandbox.close();
    const unused = Object.entries(typeof requests === 'object' && requests !== null ? requests : {}).flatMap(
      ([operation, count]) => (count === 0 ? [operation] : []),
    );
    // What the tests above called over HTTP is all that there is.
    expect(unused).toEqual([]);
  });

  async function command(path: string, body: object): Promise<void> {
    const { status, text } = await control(sandbox.controlUrl, 'POST', path, body);
    if (status !== 200) throw new Error(text);
  }

  test('customers, files and evidence', async () => {
    const request = { partnerCustomerRef: 'cust-1', customerType: 'INDIVIDUAL', displayName: 'Jane Partner' } as const;
    const created = await api.customers.create(request, 'cust-1:customer:create:1');
    customerId = created.customerId;
    expect(created.status).toBe('DRAFT');
    const bytes = Buffer.from('a passport');
    const file = { documentType: 'PASSPORT', side: 'FRONT', mime: 'application/pdf', bytes } as const;
    const uploaded = await api.customers.uploadFile(customerId, file, 'cust-1:file:upload:a');
    expect(await api.customers.uploadFile(customerId, file, 'cust-1:file:upload:a')).toEqual(uploaded);
    const linked = await api.customers.linkFile(
      customerId,
      { fileAssetId: uploaded.fileAssetId },
      'cust-1:file:link:a',
    );
    expect(linked.fileAssetId).toBe(uploaded.fileAssetId);
    await api.customers.submitEvidence(
      customerId,
      {
        submissionType: 'KYC',
        individual: {
          personalDetails: { fullName: 'Jane Partner', dateOfBirth: '1990-01-15', nationality: 'SG' },
          additionalPersonalDetails: {},
        },
        supportingDocuments: [{ documentType: 'PASSPORT', fileAssetId: uploaded.fileAssetId }],
        consentEvidence: { consentReference: 'consent-1' },
        partnerAttestation: { attestedByClientId: 'sandbox-partner-client' },
      },
      'cust-1:evidence:submit:1',
    );
    const statuses: string[] = [];
    for (const key of ['read-1', 'read-2', 'read-3']) statuses.push((await api.customers.create(request, key)).status);
    expect(statuses).toEqual(['PROCESSING', 'APPROVED', 'APPROVED']);
    // The first key still tells what was true then.
    expect((await api.customers.create(request, 'cust-1:customer:create:1')).status).toBe('DRAFT');
    expect(await api.customers.balances(customerId)).toEqual([
      { asset: 'USD', total: '1000', available: '1000' },
      { asset: 'USDT', total: '500', available: '500' },
    ]);
  });

  test('fiat accounts and deposits', async () => {
    const { fiatAccounts } = api;
    expect((await fiatAccounts.capabilities(customerId)).routes.map(({ currency }) => currency)).toContain('USD');
    await command('/faults', {
      kind: 'outcome',
      operation: 'createFiatAccountApplication',
      params: { status: 'ADDITIONAL_INFO_REQUIRED' },
    });
    const request = { currency: 'USD', partnerReference: 'acc-1' };
    const { applicationId } = await fiatAccounts.apply(customerId, request, 'cust-1:fiat-account:apply:acc-1');
    const statusOf = async (): Promise<string | undefined> => (await fiatAccounts.list(customerId))[0]?.status;
    expect([await statusOf(), await statusOf()]).toEqual(['SUBMITTED', 'ADDITIONAL_INFO_REQUIRED']);
    const information = { additionalInformation: { sourceOfFunds: 'salary' } };
    await fiatAccounts.addInformation(applicationId, information, 'cust-1:fiat-account:inform:1');
    expect([await statusOf(), await statusOf()]).toEqual(['PROCESSING', 'ACTIVE']);
    expect(await fiatAccounts.depositInstructions(customerId)).toHaveLength(1);
    for (const amount of ['10.00', '20.00', '30.00']) {
      await command('/deposits', { partner_customer_ref: 'cust-1', currency: 'USD', amount });
    }
    const deposits = await fiatAccounts.deposits(customerId);
    expect(deposits.map(({ amount }) => amount)).toEqual(['10.00', '20.00', '30.00']);
    expect(await fiatAccounts.deposit(deposits[0]?.depositId ?? '')).toEqual(deposits[0]);
  });

  test('bank accounts and fiat withdrawals', async () => {
    const { fiatWithdrawals } = api;
    const bank = {
      currency: 'USD',
      accountNumber: '12345678',
      accountHolderName: 'Jane',
      bankName: 'B',
      bankCountry: 'SG',
    };
    const { bankAccountId } = await fiatWithdrawals.createBankAccount(customerId, bank, 'bank-1');
    expect(await fiatWithdrawals.bankAccounts(customerId)).toHaveLength(1);
    await command('/faults', {
      kind: 'outcome',
      operation: 'activateFiatWithdrawalCapability',
      params: { status: 'ADDITIONAL_INFO_REQUIRED' },
    });
    const activation = await fiatWithdrawals.activate(customerId, { currency: 'USD', bankAccountId }, 'act-1');
    const information = { additionalInformation: { relationship: 'self' } };
    await fiatWithdrawals.addActivationInformation(activation.activationId, information, 'act-2');
    const { routes } = await fiatWithdrawals.capabilities(customerId);
    expect(routes.find(({ currency }) => currency === 'USD')?.status).toBe('ACTIVE');
    const quote = await fiatWithdrawals.quote(
      customerId,
      { currency: 'USD', amount: '100.00', bankAccountId },
      'quote-1',
    );
    const draft = { quoteId: quote.quoteId, partnerReference: 'wd-1' };
    const authorizationEvidence = evidenceOf('FIAT_WITHDRAWAL', 'wd-1', 'USD', '100.00');
    const { withdrawalId } = await fiatWithdrawals.draft(customerId, { ...draft, authorizationEvidence }, 'wd-1');
    await command('/faults', {
      kind: 'outcome',
      operation: 'submitFiatWithdrawal',
      params: { status: 'ADDITIONAL_INFO_REQUIRED' },
    });
    await fiatWithdrawals.submit(withdrawalId, { partnerReference: 'wd-1' }, 'wd-1-submit');
    expect((await fiatWithdrawals.get(withdrawalId)).status).toBe('ADDITIONAL_INFO_REQUIRED');
    await fiatWithdrawals.addInformation(withdrawalId, { additionalInformation: { invoice: '7' } }, 'wd-1-info');
    expect((await fiatWithdrawals.list(customerId))[0]?.status).toBe('COMPLETED');
    const [transaction] = (await api.customers.transactions(customerId)).toReversed();
    expect(transaction).toMatchObject({ type: 'FIAT_WITHDRAWAL', asset: 'USD', amount: '100.00' });
    expect(await api.customers.transaction(transaction?.transactionId ?? '')).toEqual(transaction);
  });

  test('conversions', async () => {
    const { conversion } = api;
    const wish = { fromAsset: 'USD', fromAmount: '108.00', toAsset: 'EUR' };
    const quote = await conversion.createQuote(customerId, wish, 'cq-1');
    expect(quote).toMatchObject({ toAmount: '100', balanceAvailability: { sufficient: true } });
    expect(await conversion.quote(quote.quoteId)).toEqual(quote);
    expect(await conversion.quotes(customerId)).toEqual([quote]);
    const authorizationEvidence = evidenceOf('CONVERSION', 'conv-1', 'USD', '108.00');
    const draft = { quoteId: quote.quoteId, partnerReference: 'conv-1', authorizationEvidence };
    const { conversionId } = await conversion.draft(customerId, draft, 'conv-1');
    expect((await conversion.get(conversionId)).status).toBe('COMPLETED');
    expect(await conversion.list(customerId)).toHaveLength(1);
    const balances = await api.customers.balances(customerId);
    expect(balances.find(({ asset }) => asset === 'EUR')).toEqual({ asset: 'EUR', total: '100', available: '100' });
  });

  test('two conversions that a list shows complete lose nothing of each other', async () => {
    const { conversion } = api;
    const held = async (): Promise<string | undefined> =>
      (await api.customers.balances(customerId)).find(({ asset }) => asset === 'EUR')?.total;
    const before = Number((await held()) ?? '0');
    for (const ref of ['twin-1', 'twin-2']) {
      const wish = { fromAsset: 'USD', fromAmount: '108.00', toAsset: 'EUR' };
      const { quoteId } = await conversion.createQuote(customerId, wish, `${ref}-quote`);
      const authorizationEvidence = evidenceOf('CONVERSION', ref, 'USD', '108.00');
      await conversion.draft(customerId, { quoteId, partnerReference: ref, authorizationEvidence }, ref);
    }
    await conversion.list(customerId);
    const statuses = (await conversion.list(customerId)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['COMPLETED']));
    expect(await held()).toBe(String(before + 200));
  });

  test('crypto deposits, beneficiaries and withdrawals', async () => {
    const { crypto } = api;
    expect((await crypto.depositWallets(customerId)).map(({ asset }) => asset)).toContain('USDT');
    const deposit = { partner_customer_ref: 'cust-1', asset: 'USDT', amount: '5', status: 'PENDING_TRAVEL_RULE' };
    await command('/crypto-deposits', deposit);
    const depositId = (await crypto.deposits(customerId))[0]?.depositId ?? '';
    await crypto.submitTravelRule(depositId, { travelRuleInfo: { originatorName: 'Jane' } }, 'travel-1');
    expect((await crypto.deposit(depositId)).status).toBe('COMPLETED');

    const wallet = { name: 'Own wallet', asset: 'USDT', network: 'TRON', address: 'T-address' };
    const { beneficiaryId } = await crypto.createBeneficiary(customerId, wallet, 'ben-1');
    await crypto.syncBeneficiary(beneficiaryId, {}, 'ben-1-sync');
    expect((await crypto.beneficiary(beneficiaryId)).status).toBe('ACTIVE');
    const wish = { asset: 'USDT', amount: '50', beneficiaryId };
    const { quoteId } = await crypto.quoteWithdrawal(customerId, wish, 'cwq-1');
    const authorizationEvidence = evidenceOf('CRYPTO_WITHDRAWAL', 'cw-1', 'USDT', '50');
    const draft = { quoteId, partnerReference: 'cw-1', authorizationEvidence };
    const { withdrawalId } = await crypto.draftWithdrawal(customerId, draft, 'cw-1');
    await crypto.submitWithdrawal(withdrawalId, { partnerReference: 'cw-1' }, 'cw-1-submit');
    expect((await crypto.withdrawal(withdrawalId)).status).toBe('COMPLETED');
    expect(await crypto.withdrawals(customerId)).toHaveLength(1);
    await crypto.removeBeneficiary(beneficiaryId, { reason: 'closed' }, 'ben-1-remove');
    expect((await crypto.beneficiaries(customerId))[0]?.status).toBe('REMOVED');
  });

  test('refunds', async () => {
    const { crypto } = api;
    const depositId = (await crypto.deposits(customerId))[0]?.depositId ?? '';
    const authorizationEvidence = evidenceOf('CRYPTO_REFUND', 'ref-1', 'USDT', '5');
    const draft = { depositId, partnerReference: 'ref-1', authorizationEvidence };
    const { refundId } = await crypto.draftRefund(customerId, draft, 'ref-1');
    await crypto.submitRefund(refundId, { partnerReference: 'ref-1' }, 'ref-1-submit');
    await crypto.confirmRefund(refundId, {}, 'ref-1-confirm');
    expect((await crypto.refund(refundId)).status).toBe('COMPLETED');
    expect(await crypto.refunds(customerId)).toHaveLength(1);
  });

  test('checkouts', async () => {
    const { checkouts } = api;
    const order = { partnerReference: 'order-1', asset: 'USDT', amount: '9.99', description: 'One thing' };
    const { checkoutId } = await checkouts.create(customerId, order, 'co-1');
    const link = await checkouts.createLink(checkoutId, { expiresAt: '2030-01-01T00:00:00Z' }, 'co-1-link');
    expect(link.url).toContain(checkoutId);
    const pos = await checkouts.requestPosPayment(checkoutId, { terminalReference: 'till-1' }, 'co-1-pos');
    expect(pos.status).toBe('PENDING');
    await checkouts.close(checkoutId, {}, 'co-1-close');
    expect((await checkouts.get(checkoutId)).status).toBe('CLOSED');
    expect(await checkouts.list(customerId)).toHaveLength(1);
  });

  test('collections', async () => {
    const { collections } = api;
    const { buyerId } = await collections.createBuyer(customerId, { partnerReference: 'b-1', name: 'Buyer' }, 'b-1');
    await collections.updateBuyer(buyerId, { email: 'buyer@example.test' }, 'b-1-update');
    expect(await collections.buyers(customerId)).toEqual([await collections.buyer(buyerId)]);
    const wish = { partnerReference: 'w-1', buyerId, asset: 'USDT' };
    const { walletId } = await collections.createWallet(customerId, wish, 'w-1');
    const expiry = { expiresAt: '2030-01-01T00:00:00Z' };
    expect((await collections.updateWalletExpiry(walletId, expiry, 'w-1-expiry')).expiresAt).toBe(expiry.expiresAt);
    await command('/collection-payments', { wallet_id: walletId, amount: '3' });
    const [payment] = await collections.payments(customerId);
    expect(await collections.payment(payment?.paymentId ?? '')).toEqual(payment);
    await collections.deactivateWallet(walletId, {}, 'w-1-off');
    expect((await collections.wallets(customerId))[0]).toEqual(await collections.wallet(walletId));
  });
});
