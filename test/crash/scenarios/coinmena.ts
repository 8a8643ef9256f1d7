import { writeFileSync } from 'node:fs';
import type { FundingRequest } from '../../../contract/funding';
import { CoinmenaConnector } from '../../../providers/coinmena/connector';
import { configFor, newClient } from '../../providers/coinmena-fixtures';
import { pdf } from '../../setup/documents';
import type { LedgerOrder, Rig } from '../../setup/rig';
import {
  amends,
  answers,
  BY,
  LOST,
  NEVER_ARRIVES,
  STRANGER,
  update,
  type LifeOrder,
  type Scenario,
  type World,
} from '../scenario';

const PAYER = 'payer';
const BOTH = ['government_id', 'proof_of_address'] as const;

function intent(id: string, but: Partial<FundingRequest> = {}): FundingRequest {
  const movement = { kind: 'deposit', asset: 'USD', amount: '10.00' } as const;
  return { provider: 'coinmena', fundingId: id, partnerClientId: PAYER, ...movement, ...but };
}

/** An intent, with what stands in its way. */
function funding(
  prepare: (rig: Rig, id: string) => Promise<unknown> = () => Promise.resolve(),
  but: Partial<FundingRequest> = {},
): Scenario {
  return {
    orders: 1,
    start: async (rig, id) => {
      await prepare(rig, id);
      return await rig.fund(intent(id, but));
    },
  };
}

function strike(rig: Rig, operation: string, rule: Readonly<Record<string, unknown>>, ref: string): Promise<void> {
  return rig.fault({ operation, match: { partner_order_ref: ref }, ...rule });
}

function planted(rig: Rig, id: string, but: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const order = { partner_order_ref: id, type: 'deposit', partner_client_id: PAYER, amount: '10.00', ...but };
  return rig.control('POST', '/orders', order);
}

/** An onboarding, with what strikes the client's creation or documents. */
function onboarding(
  rules: readonly Readonly<Record<string, unknown>>[] = [],
  change: (application: ReturnType<Rig['application']>) => ReturnType<Rig['application']> = (application) =>
    application,
): Scenario {
  return {
    orders: 0,
    documents: BOTH,
    start: async (rig, id) => {
      for (const rule of rules) await rig.fault({ match: { partner_client_id: id }, ...rule });
      return await rig.onboard(change(rig.application(id)));
    },
  };
}

/** A client of a life's own, made without a flow. */
async function makeClient(rig: Rig, partnerClientId: string): Promise<void> {
  const connector = new CoinmenaConnector(configFor(rig.sandbox.url, { COINMENA_HTTP_TIMEOUT_MS: '20000' }));
  await connector.clients.create(newClient(partnerClientId));
  await connector.close();
}

async function giveMoney(rig: Rig, id: string): Promise<unknown> {
  return await rig.control('POST', '/balances', { partner_client_id: id, asset_id: 'USD', balance: '100' });
}

const plainDeposit = funding();

const scenarios: Readonly<Record<string, Scenario>> = {
  deposit: plainDeposit,
  'worker-killed-between-submit-and-answer': { ...plainDeposit, diedBefore: 'submitOrder answered' },
  '2020-adopted': funding((rig, id) => planted(rig, id)),
  '2020-failed-then-fresh': funding((rig, id) => planted(rig, id, { status: 'failed' })),
  '2020-of-another-parked-then-fresh': {
    ...funding((rig, id) => planted(rig, id, { partner_client_id: STRANGER })),
    attend: answers('REF_TAKEN', 'useFreshRef'),
  },
  'own-order-differs-then-marked': {
    ...funding(async (rig, id) => {
      const net = { kind: 'respelt', params: { fields: ['debit'], how: 'net' }, times: null };
      for (const operation of ['deposit', 'get-order-by-ref']) await strike(rig, operation, net, id);
    }),
    attend: async (_, { handle, parked }) => {
      if (parked !== 'ORDER_DIFFERS' && parked !== 'REF_TAKEN') return;
      await update(handle, 'resolve', { action: 'markCompleted', evidence: 'statement 7', ...BY });
    },
  },
  'cancelled-while-in-doubt': {
    ...funding((rig, id) => strike(rig, 'deposit', { kind: 'stall', params: { when: 'after-commit', ms: 2_000 } }, id)),
    mayBeCancelled: true,
    attend: async (_, { handle, orders }) => {
      if (orders.length > 0) await handle.cancel().catch(() => undefined);
    },
  },
  'cancelled-while-parked': {
    ...funding(undefined, { kind: 'withdrawal', amount: '9999999.00' }),
    orders: 0,
    attend: async (_, { handle, parked }) => {
      if (parked !== undefined) await handle.cancel().catch(() => undefined);
    },
  },
  'insufficient-then-retried': {
    orders: 1,
    start: async (rig, id) => {
      await makeClient(rig, `${id}.client`);
      return await rig.fund(intent(id, { kind: 'withdrawal', amount: '7.00', partnerClientId: `${id}.client` }));
    },
    attend: answers('INSUFFICIENT_FUNDS', 'retry', (rig, { id }) => giveMoney(rig, `${id}.client`)),
  },
  // The first read that fails begins no watch; the second does, and it finds the provider back.
  'waited-for-the-provider': {
    orders: 1,
    start: async (rig, id) => {
      await makeClient(rig, `${id}.client`);
      const away = { kind: 'status', params: { status: 503 }, times: 2 };
      await rig.fault({ operation: 'get-client', match: { partner_client_id: `${id}.client` }, ...away });
      return await rig.fund(intent(id, { partnerClientId: `${id}.client` }));
    },
  },
  'refs-exhausted-then-resolved': {
    ...funding(
      async (rig, id) => {
        const failed = { kind: 'order-outcome', params: { status: 'failed' } };
        for (const ref of [id, `${id}~2`]) await strike(rig, 'deposit', failed, ref);
      },
      { policy: { maxRefs: 2 } },
    ),
    attend: answers('REFS_EXHAUSTED', 'useFreshRef'),
  },
  'unknown-then-absent-then-resent': funding((rig, id) => strike(rig, 'deposit', NEVER_ARRIVES, id)),
  'unknown-then-adopted': funding((rig, id) => strike(rig, 'deposit', LOST, id)),
  'unseen-status-then-settled': {
    ...funding((rig, id) => strike(rig, 'deposit', { kind: 'order-outcome', params: { status: 'under_review' } }, id)),
    attend: async (rig, { id, handle, orders }) => {
      if (orders.some(({ status }) => status === 'under_review')) {
        await rig.control('POST', `/orders/${id}`, { status: 'completed' });
        await handle.signal('providerHasNews').catch(() => undefined);
      }
    },
  },
  'amended-before-creation': {
    ...onboarding([], (application) => ({
      ...application,
      applicant: { ...application.applicant, birthDate: '2019-01-01' },
    })),
    attend: amends('APPLICATION_REFUSED', () =>
      ['2018-01-01', 'not a date', '1991-02-03'].map((birthDate) => ({ applicant: { birthDate } })),
    ),
  },
  'creation-lost-then-adopted': onboarding([{ operation: 'create-client', ...LOST }]),
  'document-changed-then-retried': documentChanged(),
  'duplicate-email-amended': {
    ...onboarding([], (application) => ({
      ...application,
      applicant: { ...application.applicant, email: `${PAYER}@example.test` },
    })),
    attend: amends('DUPLICATE_PERSON', (id) => [{ applicant: { email: `${id}@example.test` } }]),
  },
  'onboard-and-fund': {
    orders: 2,
    documents: BOTH,
    start: async (rig, id) => {
      const movement = { kind: 'deposit', asset: 'USD', amount: '5.00' } as const;
      const movements = [1, 2].map((n) => ({ fundingId: `${id}.${n}`, ...movement }));
      return await rig.onboardAndFund({ ...rig.application(id), funding: movements });
    },
  },
  reactivated: {
    ...onboarding([{ operation: 'create-client', kind: 'client-inactive' }], (application) => ({
      ...application,
      policy: { reactivate: true },
    })),
    // A reactivation whose answer was lost is looked at again after a minute, or on news.
    attend: async (_, { handle, parked }) => {
      if (parked === 'CLIENT_INACTIVE') await handle.signal('providerHasNews').catch(() => undefined);
    },
  },
  'upload-lost-then-found': onboarding([{ operation: 'upload-document', ...LOST }]),
  'verification-overdue': {
    ...onboarding(
      [{ operation: 'create-client', kind: 'client-status', params: { status: 'pending' } }],
      (application) => ({ ...application, policy: { verificationDeadlineMs: 1_000 } }),
    ),
    isNotSaidAgain: true,
    attend: async (rig, { id, handle, parked }) => {
      if (parked !== 'VERIFICATION_OVERDUE') return;
      await update(handle, 'amend', { patch: { applicant: { birthDate: '1990-01-16', name: 'N' } }, ...BY });
      await rig.control('POST', `/clients/${id}`, { status: 'verified' });
      await handle.signal('providerHasNews').catch(() => undefined);
    },
  },
};

/** One of its documents becomes another once it was checked, which is before it is uploaded. */
function documentChanged(): Scenario {
  const files = new Map<string, URL>();
  return {
    ...onboarding(),
    start: async (rig, id) => {
      const application = rig.application(id);
      files.set(id, new URL(application.documents[0]?.front.uri ?? ''));
      return await rig.onboard(application);
    },
    before: (id, point) => {
      const file = files.get(id);
      if (point !== 'createClient received' || file === undefined) return;
      writeFileSync(file, pdf(`another of ${id}`));
      files.delete(id);
    },
    attend: answers('DOCUMENT_UNREADABLE', 'retry'),
  };
}

const ENDED: Readonly<Record<string, LifeOrder['state']>> = {
  completed: 'completed',
  failed: 'failed',
  rejected: 'failed',
};

function lifeOrder({ partner_order_ref: ref, partner_client_id: whose, status }: LedgerOrder): LifeOrder {
  // A reference has one order here.
  return { orderId: ref, ref, partnerClientId: whose, status, state: ENDED[status] ?? 'open' };
}

/** Clients, documents and orders at a provider that refuses a repeated reference and shows an order by it. */
export const coinmena: World = {
  // Longer than any stall of a scenario, shorter than an attempt of an activity.
  rig: { provider: 'coinmena', env: { COINMENA_HTTP_TIMEOUT_MS: '8000' } },
  scenarios,
  repeatsPay: false,
  prepare: async (rig) => {
    await (await rig.onboard(rig.application(PAYER))).result();
    return () => Promise.resolve();
  },
  book: async (rig) => {
    const { orders, clients, documents } = await rig.ledger();
    return {
      orders: orders.map(lifeOrder),
      clients: clients.map(({ partner_client_id: id }) => id),
      documents: documents.map(({ partner_client_id: clientId, type }) => ({ clientId, type })),
    };
  },
};
