import type { JsonObject } from '../../../contract/json';
import type { OpenOrder, OrderRequest, QuoteRequest } from '../../../contract/order-requests';
import type { NewClient } from '../../../providers/port';
import { OceafinConnector } from '../../../providers/oceafin/connector';
import { startOceafinSandbox, TEST_CLIENT_SECRET, TEST_WEBHOOK_SECRET } from '../../../sandbox/oceafin';
import { configFor } from '../../providers/oceafin-fixtures';
import { applicant } from '../../setup/applicant';
import type { IdentityKit } from '../identity';
import { countOf, type Endpoint, type Kit, type Subject } from '../kit';

type OceafinSubject = Subject<OceafinConnector>;
type OceafinEndpoint = Endpoint<OceafinConnector>;

/** An amount that no floating point number holds. */
const AMOUNT = '12.34567891';
const IBAN_LIKE = '000987654321';
const TRON_ADDRESS = 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8';

const APPLICATION_DETAILS: JsonObject = {
  customerType: 'INDIVIDUAL',
  consent: { reference: 'consent-1', agreedAt: '2026-06-01T08:00:00Z' },
  attestation: { attestedAt: '2026-06-01T09:00:00Z' },
};
const AUTHORIZATION = {
  approvedBy: 'user-7',
  approvedAt: '2026-06-28T00:00:00Z',
  evidenceReference: 'approval-7',
};
const PASSPORT = { type: 'PASSPORT', front: { bytes: Buffer.from('%PDF-1.7 passport'), mime: 'application/pdf' } };

interface Movement {
  readonly kind: 'withdrawal' | 'conversion';
  readonly asset: string;
  readonly details: JsonObject;
}

const FIAT: Movement = {
  kind: 'withdrawal',
  asset: 'USD',
  details: {
    rail: 'fiat',
    bankAccount: {
      accountNumber: IBAN_LIKE,
      accountHolderName: 'Layla Example',
      bankName: 'A bank',
      bankCountry: 'SG',
    },
    authorization: AUTHORIZATION,
  },
};
const CRYPTO: Movement = {
  kind: 'withdrawal',
  asset: 'USDT',
  details: {
    rail: 'crypto',
    wallet: { name: 'Own wallet', network: 'TRON', address: TRON_ADDRESS },
    authorization: AUTHORIZATION,
  },
};
const CONVERSION: Movement = {
  kind: 'conversion',
  asset: 'USD',
  details: { toAsset: 'USDT', authorization: AUTHORIZATION },
};

export const oceafinKit: Kit<OceafinConnector> = {
  provider: 'oceafin',
  startSandbox: () => startOceafinSandbox({ openingBalances: { USD: '1000', USDT: '1000' } }),
  connect: (origin, timeoutMs) =>
    new OceafinConnector(configFor(origin, { OCEAFIN_HTTP_TIMEOUT_MS: String(timeoutMs) })),
  endpoints: endpoints(),
  hidden: (id) => {
    const { name, email, phone, birthDate, address } = applicant(id);
    const personal = [name, email, phone, address.street, ...(birthDate === undefined ? [] : [birthDate])];
    return [TEST_CLIENT_SECRET, TEST_WEBHOOK_SECRET, ...personal, IBAN_LIKE, TRON_ADDRESS];
  },
  refusedSkewMs: 900_000,
  writesCarry: /^idempotency-key\n\S/im,
};

export const oceafinIdentity: IdentityKit = {
  startSandbox: () => startOceafinSandbox(),
  connect: (origin) => new OceafinConnector(configFor(origin)),
  creation: 'createCustomer',
  newClient,
};

function endpoints(): readonly OceafinEndpoint[] {
  return [
    {
      name: 'createCustomer',
      operation: 'createCustomer',
      arrange: ({ id }) =>
        Promise.resolve({
          call: (connector) => connector.clients.create(newClient(id)),
          write: {
            applied: (book) => countOf(book, 'customers', { partnerCustomerRef: id }),
            repeated: 'replays',
            carries: [`"${id}"`, `${id}:customer:create`],
          },
        }),
    },
    {
      name: 'createCustomer, to read',
      operation: 'createCustomer',
      arrange: async (subject) => {
        const client = await approved(subject);
        return { call: (connector) => connector.clients.read({ ...newClient(subject.id), ...client }) };
      },
    },
    {
      name: 'addCustomerFile',
      operation: 'addCustomerFile',
      arrange: async ({ id, well }) => {
        const client = await created(id, well);
        return {
          call: (connector) => connector.documents.upload(client, PASSPORT),
          write: {
            applied: (book) => countOf(book, 'files', { partnerCustomerRef: id }),
            repeated: 'replays',
            carries: [`${id}:file:upload:`, '%PDF-1.7 passport'],
          },
        };
      },
    },
    {
      name: 'submitEvidence',
      operation: 'submitEvidence',
      arrange: async ({ id, well }) => {
        const client = await created(id, well);
        const { providerDocumentId } = await well.documents.upload(client, PASSPORT);
        const documents = [{ type: 'PASSPORT', providerDocumentId }];
        return {
          call: (connector) =>
            connector.clients.submitForVerification({ ...newClient(id), ...client, documents, attempt: 1 }),
          write: {
            applied: (book) =>
              countOf(book, 'customers', { partnerCustomerRef: id }) -
              countOf(book, 'customers', { partnerCustomerRef: id, status: 'DRAFT' }),
            repeated: 'replays',
            carries: [`${id}:evidence:submit`],
          },
        };
      },
    },
    {
      name: 'listBalances',
      operation: 'listBalances',
      arrange: async (subject) => {
        const client = await approved(subject);
        return { call: (connector) => connector.balances.read(client, 'USD') };
      },
    },
    ...movement('fiatWithdrawal', FIAT, 'FiatWithdrawal'),
    ...movement('cryptoWithdrawal', CRYPTO, 'CryptoWithdrawal'),
    ...movement('conversion', CONVERSION, 'Conversion'),
    {
      name: 'createFiatAccountApplication',
      operation: 'createFiatAccountApplication',
      arrange: async (subject) => {
        const request = { ...(await approved(subject)), asset: 'EUR', ref: subject.id };
        return {
          call: (connector) => connector.received.apply(request),
          write: {
            applied: (book) =>
              countOf(book, 'resources', { kind: 'fiatAccountApplication', partnerReference: subject.id }),
            repeated: 'replays',
            carries: [`"${subject.id}"`],
          },
        };
      },
    },
    {
      name: 'listFiatDeposits',
      operation: 'listFiatDeposits',
      arrange: async (subject) => {
        const request = { ...(await approved(subject)), asset: 'USD', ref: subject.id };
        for (const amount of ['1.01', '2.02', '3.03']) {
          await subject.control('POST', '/deposits', { partner_customer_ref: subject.id, currency: 'USD', amount });
        }
        return { call: (connector) => connector.received.list(request, '2020-01-01T00:00:00.000Z') };
      },
    },
  ];
}

/** Quote, draft, submission if there is one, and both ways to find it. */
function movement(kind: string, wish: Movement, Name: string): readonly OceafinEndpoint[] {
  const requestOf = async (subject: OceafinSubject): Promise<OrderRequest> => ({
    ...(await approved(subject)),
    ...wish,
    amount: AMOUNT,
    ref: subject.id,
  });
  const quoted = async (subject: OceafinSubject): Promise<OrderRequest> => {
    const request = await requestOf(subject);
    return { ...request, terms: await subject.well.orders.quote({ ...request, number: 1 }) };
  };
  const drafted = async (subject: OceafinSubject): Promise<OpenOrder> => {
    const request = await quoted(subject);
    return { request, orderId: (await subject.well.orders.submit(request)).orderId };
  };
  const inBook =
    (id: string, more: Readonly<Record<string, unknown>> = {}) =>
    (book: unknown): number =>
      countOf(book, 'resources', { kind, partnerReference: id, ...more });
  const all: OceafinEndpoint[] = [
    {
      name: `create${Name}Quote`,
      operation: `create${Name}Quote`,
      arrange: async (subject) => {
        const request: QuoteRequest = { ...(await requestOf(subject)), number: 1 };
        return {
          call: (connector) => connector.orders.quote(request),
          write: {
            applied: (book) => countOf(book, 'resources', { kind: `${kind}Quote`, partnerCustomerRef: subject.id }),
            repeated: 'replays',
            carries: [`:quote:${subject.id}:1`, `"${AMOUNT}"`],
          },
        };
      },
    },
    {
      name: `create${Name}`,
      operation: `create${Name}`,
      arrange: async (subject) => {
        const request = await quoted(subject);
        return {
          call: (connector) => connector.orders.submit(request),
          write: {
            applied: inBook(subject.id),
            repeated: 'replays',
            carries: [`"${subject.id}"`, `"${AMOUNT}"`, /:create:/],
          },
        };
      },
    },
    {
      name: `transactions of a span: ${kind}`,
      operation: `get${Name}`,
      arrange: async (subject) => {
        const { request, orderId } = await drafted(subject);
        const search = {
          from: '2020-01-01T00:00:00.000Z',
          to: '2100-01-01T00:00:00.000Z',
          known: [{ ...request, orderId }],
        };
        for (let reads = 0; reads < 3; reads += 1) await subject.well.transactions.read(search);
        return { call: (connector) => connector.transactions.read(search), answers: [AMOUNT] };
      },
    },
    {
      name: `get${Name}`,
      operation: `get${Name}`,
      arrange: async (subject) => {
        const { request, orderId } = await drafted(subject);
        const search = { ref: request.ref, orderId, request, firstSentAt: '2026-01-01T00:00:00.000Z' };
        // A conversion goes on by itself: it is read until it is at rest.
        for (let reads = 0; reads < 3; reads += 1) await subject.well.orders.find(search);
        return { call: (connector) => connector.orders.find(search) };
      },
    },
    {
      name: `list${Name}s`,
      operation: `list${Name}s`,
      arrange: async (subject) => {
        const { request } = await drafted(subject);
        const search = { ref: request.ref, request, firstSentAt: '2026-01-01T00:00:00.000Z' };
        for (let reads = 0; reads < 3; reads += 1) await subject.well.orders.find(search);
        return { call: (connector) => connector.orders.find(search) };
      },
    },
  ];
  if (wish.kind === 'conversion') return all;
  return [
    ...all,
    {
      name: `submit${Name}`,
      operation: `submit${Name}`,
      arrange: async (subject) => {
        const order = await drafted(subject);
        return {
          call: (connector) => connector.orders.confirm(order),
          write: {
            applied: (book) =>
              inBook(subject.id)(book) -
              inBook(subject.id, { status: 'APPROVAL_DRAFT' })(book) -
              inBook(subject.id, { status: 'DRAFT' })(book),
            repeated: 'replays',
            carries: [`"${subject.id}"`, /:submit:/],
          },
        };
      },
    },
  ];
}

function newClient(id: string): NewClient {
  return { partnerClientId: id, applicant: applicant(id), details: APPLICATION_DETAILS };
}

async function created(id: string, well: OceafinConnector) {
  const { providerClientId } = await well.clients.create(newClient(id));
  return { partnerClientId: id, providerClientId };
}

async function approved(subject: OceafinSubject) {
  const { id, well } = subject;
  const client = await created(id, well);
  await subject.control('POST', `/customers/${id}`, { status: 'APPROVED' });
  return client;
}
