import { z } from 'zod';
import { Control } from '../../../chaos/providers/control';
import { oceafinKit } from '../../../chaos/providers/oceafin';
import type { FundingRequest } from '../../../contract/funding';
import { fundingWorkflowId } from '../../../contract/ids';
import type { Application } from '../../../contract/onboarding';
import type { ReceivingRequest } from '../../../contract/receiving';
import { oceafin as oceafinProvider } from '../../../providers/oceafin';
import { eventually, type Rig } from '../../setup/rig';
import { amends, answers, BY, LOST, NEVER_ARRIVES, update, type Scenario, type Sight, type World } from '../scenario';

type Rule = Readonly<Record<string, unknown>>;

const authorization = { approvedBy: 'approver-1', approvedAt: '2026-06-01T10:00:00Z', evidenceReference: 'evidence-1' };
const TO_BANK = {
  rail: 'fiat',
  bankAccount: {
    accountNumber: '000123456',
    accountHolderName: 'Layla Example',
    bankName: 'Example Bank',
    bankCountry: 'SG',
  },
  authorization,
};
const TO_WALLET = {
  rail: 'crypto',
  wallet: { name: 'Own wallet', network: 'TRON', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' },
  authorization,
};
const TO_USDT = { toAsset: 'USDT', authorization };
/** From which on others must approve. */
const APPROVED_FROM = '900';

const customer = z.object({ customerId: z.string() });

interface Client {
  readonly partnerClientId: string;
  readonly providerClientId: string;
}

/** A life's own client, which the provider has approved already: what strikes it strikes no other life. */
async function approved(rig: Rig, id: string): Promise<Client> {
  const partnerClientId = clientOf(id);
  const planted = await rig.control('POST', '/customers', {
    partner_customer_ref: partnerClientId,
    status: 'APPROVED',
  });
  await setBalance(rig, id, '10000.00');
  return { partnerClientId, providerClientId: customer.parse(planted).customerId };
}

function clientOf(id: string): string {
  return `${id}.client`;
}

async function setBalance(rig: Rig, id: string, total: string): Promise<void> {
  await rig.control('POST', '/balances', { partner_customer_ref: clientOf(id), asset: 'USD', total });
}

/** Strikes what is asked for a life's client. */
async function strike(rig: Rig, id: string, operation: string, rule: Rule): Promise<void> {
  await rig.fault({ operation, match: { partner_client_id: clientOf(id) }, ...rule });
}

/** Does something once for each life. */
function once(what: (rig: Rig, sight: Sight) => Promise<unknown>): NonNullable<Scenario['attend']> {
  const done = new Set<string>();
  return async (rig, sight) => {
    if (done.has(sight.id)) return;
    done.add(sight.id);
    await what(rig, sight);
  };
}

/** A withdrawal of 100 dollars if not said otherwise, with what stands in its way. */
function funding(
  prepare: (rig: Rig, id: string) => Promise<unknown> = () => Promise.resolve(),
  but: Partial<FundingRequest> = {},
): Scenario {
  return {
    orders: 1,
    start: async (rig, id) => {
      const client = await approved(rig, id);
      await prepare(rig, id);
      const movement = { kind: 'withdrawal', asset: 'USD', amount: '100.00', details: TO_BANK } as const;
      return await rig.fund({ provider: 'oceafin', fundingId: id, ...client, ...movement, ...but });
    },
  };
}

const CONVERSION = { kind: 'conversion', details: TO_USDT } as const;

/** An onboarding, with what strikes it. */
function onboarding(
  rules: readonly Rule[] = [],
  change: (application: Application) => Application = (application) => application,
): Scenario {
  return {
    orders: 0,
    documents: ['PASSPORT', 'PROOF_OF_ADDRESS'],
    start: async (rig, id) => {
      for (const rule of rules) await rig.fault({ match: { partner_client_id: id }, ...rule });
      return await rig.onboard(change(rig.application(id)));
    },
  };
}

function becomes(status: string): Rule {
  return { operation: 'submitEvidence', kind: 'outcome', params: { status } };
}

/** A deposit that is expected, with what happens at the provider before. */
function receiving(
  prepare: (rig: Rig, id: string, client: Client) => Promise<unknown> = () => Promise.resolve(),
  but: Partial<ReceivingRequest> = {},
): Scenario {
  return {
    orders: 0,
    start: async (rig, id) => {
      const client = await approved(rig, id);
      await prepare(rig, id, client);
      const money = { asset: 'SGD', amount: '1000.00' };
      const request = { provider: 'oceafin', fundingId: id, ...client, ...money, ...but };
      return await rig.startRaw('receiveDeposit', fundingWorkflowId('oceafin', id), request);
    },
  };
}

/** What strikes the application for an account. */
function applicationIs(rule: Rule): (rig: Rig, id: string) => Promise<unknown> {
  return (rig, id) => strike(rig, id, 'createFiatAccountApplication', rule);
}

/** An earlier deposit had the account opened. */
async function hasAccount(rig: Rig, id: string, client: Client): Promise<void> {
  const connector = oceafinProvider.create(oceafinProvider.configSchema.parse(rig.env));
  const request = { ...client, asset: 'SGD', ref: `${id}.before` };
  await connector.received?.apply(request);
  await eventually(async () => ((await connector.received?.account(request))?.state === 'ready' ? true : undefined));
  await connector.close();
}

/** Once it waits for money, does this once. */
function onceWaiting(what: (rig: Rig, sight: Sight) => Promise<unknown>): NonNullable<Scenario['attend']> {
  const does = once(what);
  return async (rig, sight) => {
    if ((await stageOf(sight)) === 'awaiting-money') await does(rig, sight);
  };
}

const progress = z.object({ stage: z.string() });

/** Undefined if no worker is there to say. */
async function stageOf({ handle }: Sight): Promise<string | undefined> {
  const said = await handle.query('progress').catch(() => undefined);
  return progress.safeParse(said).data?.stage;
}

const deposit = z.object({ depositId: z.string() });

async function wire(rig: Rig, id: string, amount: string, status = 'COMPLETED'): Promise<string> {
  const money = { partner_customer_ref: clientOf(id), currency: 'SGD', amount, status };
  return deposit.parse(await rig.control('POST', '/deposits', money)).depositId;
}

async function tell({ handle }: Sight): Promise<void> {
  await handle.signal('providerHasNews').catch(() => undefined);
}

/** Even if it was taken back since. */
async function cancelsOnceWaiting(_: Rig, sight: Sight): Promise<void> {
  if ((await stageOf(sight)) === 'awaiting-money') await update(sight.handle, 'cancel', BY);
}

/** The terms of a life's conversion expire, and the next ones are worse. */
const rateFalls = once(async (rig, { id }) => {
  const less = { kind: 'respelt', params: { fields: ['toAmount'], how: 'net' } };
  await strike(rig, id, 'createConversionQuote', less);
  await strike(rig, id, 'createConversion', { kind: 'quote-expired' });
});

const losesTheNextSubmission = once((rig, { id }) =>
  rig.fault({ operation: 'submitEvidence', match: { partner_client_id: id }, ...LOST }),
);

const moreInformation = { documents: ['BANK_STATEMENT', 'PASSPORT', 'PROOF_OF_ADDRESS'] };

const scenarios: Readonly<Record<string, Scenario>> = {
  'drafted-then-confirmed': funding(),
  'quoted-conversion': funding(undefined, CONVERSION),
  'approved-with-its-terms': {
    ...funding(undefined, { ...CONVERSION, amount: '900.00' }),
    attend: async (_, { handle, parked }) => {
      if (parked !== 'APPROVAL_REQUIRED') return;
      for (const by of ['ops-1', 'ops-2']) await update(handle, 'approve', { by, reason: 'terms read' });
    },
  },
  'draft-lost-then-found-before-the-resend': funding((rig, id) => strike(rig, id, 'createFiatWithdrawal', LOST)),
  'draft-lost-then-resent': funding(
    (rig, id) => strike(rig, id, 'createCryptoWithdrawal', { ...NEVER_ARRIVES, times: 2 }),
    { asset: 'USDT', amount: '25.50000001', details: TO_WALLET },
  ),
  'quote-expired': funding((rig, id) => strike(rig, id, 'createFiatWithdrawal', { kind: 'quote-expired' })),
  'terms-changed-then-accepted': {
    ...funding((rig, id) => strike(rig, id, 'createConversion', { kind: 'unauthorized' }), CONVERSION),
    asksOfOneAnswer: true,
    attend: async (rig, sight) => {
      if (sight.parked !== 'AUTH' && sight.parked !== 'TERMS_CHANGED') return;
      if (sight.parked === 'AUTH') await rateFalls(rig, sight);
      await update(sight.handle, 'resolve', { action: 'retry', answers: sight.parked, ...BY });
    },
  },
  'information-supplied': {
    ...funding((rig, id) =>
      strike(rig, id, 'submitFiatWithdrawal', { kind: 'outcome', params: { status: 'ADDITIONAL_INFO_REQUIRED' } }),
    ),
    attend: async (_, { handle, parked }) => {
      if (parked !== 'INFORMATION_REQUIRED') return;
      await update(handle, 'supplyInformation', { information: { sourceOfFunds: 'salary' }, ...BY });
    },
  },
  'confirm-refused-then-retried': {
    ...funding((rig, id) => strike(rig, id, 'submitFiatWithdrawal', { kind: 'unauthorized' })),
    asksOfOneAnswer: true,
    attend: async (rig, { id, handle, parked }) => {
      if (parked !== 'AUTH' && parked !== 'NOT_CONFIRMED') return;
      await setBalance(rig, id, parked === 'AUTH' ? '1.00' : '500.00');
      await update(handle, 'resolve', { action: 'retry', answers: parked, ...BY });
    },
  },
  'evidence-submitted': onboarding(),
  'evidence-of-a-company': onboarding([], (application) => ({
    ...application,
    details: {
      customerType: 'CORPORATE',
      consent: { reference: 'consent-2', agreedAt: '2026-06-01T08:00:00Z' },
      corporation: { legalName: 'Example Trading Pte Ltd', registrationNumber: 'T26-1', country: 'SG' },
      contactPerson: { name: 'Layla Example' },
      keyPersons: [{ name: 'Layla Example', role: 'DIRECTOR' }],
    },
  })),
  'creation-lost-then-created-by-reading': onboarding([{ operation: 'createCustomer', ...NEVER_ARRIVES }]),
  'upload-lost-then-replayed': onboarding([{ operation: 'addCustomerFile', ...LOST }]),
  'submission-lost-then-seen': onboarding([{ operation: 'submitEvidence', ...LOST }]),
  'submission-lost-then-resent': onboarding([{ operation: 'submitEvidence', ...NEVER_ARRIVES }]),
  'submission-refused-then-amended': {
    ...onboarding([
      {
        operation: 'submitEvidence',
        kind: 'status',
        params: { status: 422, code: 'VALIDATION_FAILED', commit: 'never' },
      },
    ]),
    asksOfOneAnswer: true,
    attend: amends('INVALID_REQUEST', () => [{ applicant: { name: 'Layla B. Example' } }]),
  },
  'more-information-amended': {
    ...onboarding([becomes('MISSING_INFO_REQUIRED')]),
    ...moreInformation,
    attend: amends('INFORMATION_REQUIRED', (id, rig) => [
      {
        details: { additional: { sourceOfFunds: 'SALARY' } },
        documents: [rig.document('BANK_STATEMENT', `statement of ${id}`)],
      },
    ]),
  },
  'more-information-amended-and-lost': {
    ...onboarding([becomes('MISSING_INFO_REQUIRED')]),
    attend: async (rig, sight) => {
      if (sight.parked !== 'INFORMATION_REQUIRED') return;
      await losesTheNextSubmission(rig, sight);
      await amends('INFORMATION_REQUIRED', () => [{ applicant: { address: { city: 'Riffa' } } }])(rig, sight);
    },
  },
  'more-information-abandoned': {
    ...onboarding([becomes('MISSING_INFO_REQUIRED')]),
    attend: answers('INFORMATION_REQUIRED', 'abandon'),
  },
  'rejected-then-approved': {
    ...onboarding([becomes('REJECTED')]),
    attend: answers('CLIENT_REJECTED', 'retry', (rig, { id }) =>
      rig.control('POST', `/customers/${id}`, { status: 'APPROVED' }),
    ),
  },
  'onboard-and-convert': {
    ...onboarding(),
    orders: 1,
    start: async (rig, id) => {
      const movement = { kind: 'conversion', asset: 'USD', amount: '10.00', details: TO_USDT } as const;
      return await rig.onboardAndFund({ ...rig.application(id), funding: [{ fundingId: `${id}.1`, ...movement }] });
    },
  },
  received: {
    ...receiving(),
    attend: onceWaiting(async (rig, sight) => {
      await wire(rig, sight.id, '1000.00');
      await tell(sight);
    }),
  },
  'received-after-it-was-on-its-way': {
    ...receiving(hasAccount),
    attend: onceWaiting(async (rig, sight) => {
      const depositId = await wire(rig, sight.id, '1000.00', 'PROCESSING');
      await tell(sight);
      setTimeout(() => {
        void rig.control('POST', `/resources/${depositId}`, { status: 'COMPLETED' }).then(() => tell(sight));
      }, 1_500);
    }),
  },
  'received-other-amount-then-marked': {
    ...receiving(hasAccount, { policy: { arrivalDeadlineMs: 2_000 } }),
    attend: async (_, { handle, parked }) => {
      if (parked !== 'DEPOSIT_OVERDUE') return;
      await update(handle, 'resolve', { action: 'markCompleted', evidence: 'the bank kept 0.50', ...BY });
    },
  },
  'account-application-lost-then-resent': { ...receiving(applicationIs(NEVER_ARRIVES)), attend: cancelsOnceWaiting },
  'account-application-refused-then-numbered': {
    ...receiving(applicationIs({ kind: 'status', params: { status: 409, code: 'PARTNER_RESOURCE_STATE_INVALID' } })),
    asksOfOneAnswer: true,
    attend: async (rig, sight) => {
      await answers('STATE_INVALID', 'retry')(rig, sight);
      await cancelsOnceWaiting(rig, sight);
    },
  },
  'account-refused-then-abandoned': {
    ...receiving(applicationIs({ kind: 'outcome', params: { status: 'REJECTED' } })),
    attend: answers('ACCOUNT_REFUSED', 'abandon'),
  },
};

/** Clients that are decided over, quoted movements under keys that are replayed, and deposits that are wired in. */
export const oceafin: World = {
  rig: {
    provider: 'oceafin',
    env: {
      // No scenario waits for it, and a busy machine may take as long as the connector else waits.
      OCEAFIN_HTTP_TIMEOUT_MS: '8000',
      GANGWAY_APPROVALS: JSON.stringify([
        { asset: 'USD', from: APPROVED_FROM, approvers: 1, expiresAfterMs: 3_600_000 },
      ]),
    },
  },
  scenarios,
  repeatsPay: false,
  prepare: () => Promise.resolve(() => Promise.resolve()),
  book: async (rig) => {
    const { orders, clients, documents } = await oceafinKit.book(new Control(rig.sandbox.controlUrl));
    return { orders, clients, documents };
  },
};
