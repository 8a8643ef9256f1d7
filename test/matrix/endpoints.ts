import { createHash } from 'node:crypto';
import { CoinmenaApi } from '../../providers/coinmena/client';
import type { CoinmenaConfig } from '../../providers/coinmena/config';
import { CoinmenaConnector } from '../../providers/coinmena/connector';
import type { OrderRequest } from '../../contract/order-requests';
import type { DocumentContent } from '../../providers/port';
import { inspected, newClient } from '../providers/coinmena-fixtures';
import type { Book, SandboxControl } from './sandbox-control';

/** What a cell works on: records of its own. */
export interface Subject {
  /** The client's id, and the order's ref. */
  readonly id: string;
  readonly control: SandboxControl;
  /** Runs a call that no fault strikes. */
  readonly well: <Result>(use: (connector: CoinmenaConnector) => Promise<Result>) => Promise<Result>;
}

/** An endpoint that the connector uses, and how it is called through the connector. */
export interface Endpoint {
  readonly name: string;
  /** As rules of the sandbox name it. */
  readonly operation: string;
  /** Method and target of its request. */
  readonly request: RegExp;
  /** Whether calls are signed. */
  readonly signed: boolean;
  /** Makes what the call needs. */
  readonly prepare: (subject: Subject) => Promise<unknown>;
  readonly call: (config: CoinmenaConfig, id: string) => Promise<unknown>;
  /** For a write: how often the book shows it. */
  readonly applied?: (book: Book, id: string) => number;
  /** For a write: whether the provider takes it a second time. */
  readonly repeatable?: true;
  /** For a write that has a reference: makes the record that stands in its way. */
  readonly duplicate?: (subject: Subject, whose: 'ours' | 'anothers') => Promise<unknown>;
}

const PDF = Buffer.from('%PDF-1.7 a bill');
const DOCUMENT: DocumentContent = { type: 'proof_of_address', front: { bytes: PDF, mime: 'application/pdf' } };
const DOCUMENT_SHA256 = createHash('sha256').update(PDF).digest('hex');

function order(id: string, kind: OrderRequest['kind']): OrderRequest {
  return { kind, partnerClientId: id, asset: 'USD', amount: '10.00', ref: id };
}

function through(use: (connector: CoinmenaConnector, id: string) => Promise<unknown>): Endpoint['call'] {
  return async (config, id) => {
    const connector = new CoinmenaConnector(config);
    try {
      return await use(connector, id);
    } finally {
      // Its connections go with the call; a request that is still under way may be carried out all the same.
      void connector.close();
    }
  };
}

async function client({ id, well }: Subject): Promise<void> {
  await well((connector) => connector.clients.create(newClient(id)));
}

async function fundedClient(subject: Subject): Promise<void> {
  await client(subject);
  await subject.control.send('POST', '/balances', {
    partner_client_id: subject.id,
    asset_id: 'USD',
    balance: '1000',
    available: '1000',
  });
}

function orders(book: Book, id: string): number {
  return book.orders.filter(({ partner_order_ref: ref, partner_client_id: whose }) => ref === id && whose === id)
    .length;
}

function funding(kind: OrderRequest['kind'], name: string, operation: string): Endpoint {
  return {
    name,
    operation,
    request: kind === 'deposit' ? /^POST .*\/deposits$/ : /^POST .*\/withdrawals$/,
    signed: true,
    prepare: fundedClient,
    call: through((connector, id) => connector.orders.submit(order(id, kind))),
    applied: orders,
    duplicate: ({ id, control, well }, whose) =>
      whose === 'ours'
        ? well((connector) => connector.orders.submit(order(id, kind)))
        : control.plantOrder({ partner_order_ref: id, type: kind, amount: '10.00' }),
  };
}

const ALL: readonly Endpoint[] = [
  {
    name: 'POST clients',
    operation: 'create-client',
    request: /^POST \/v1\/partner\/clients$/,
    signed: true,
    prepare: () => Promise.resolve(),
    call: through((connector, id) => connector.clients.create(newClient(id))),
    applied: (book, id) => book.clients.filter(({ partner_client_id: own }) => own === id).length,
    duplicate: ({ id, well }, whose) => {
      const { applicant } = newClient(id);
      const person = whose === 'ours' ? applicant : { ...applicant, name: 'Jane Roe' };
      return well((connector) => connector.clients.create({ partnerClientId: id, applicant: person }));
    },
  },
  {
    name: 'GET client',
    operation: 'get-client',
    request: /^GET \/v1\/partner\/clients\/[^/]+\/$/,
    signed: true,
    prepare: client,
    call: through((connector, id) => connector.clients.compare(newClient(id))),
  },
  {
    name: 'PATCH activation',
    operation: 'activate-client',
    request: /^PATCH /,
    signed: true,
    prepare: async (subject) => {
      await client(subject);
      await subject.control.setClient(subject.id, { active: false });
    },
    call: through((connector, id) => connector.clients.activate({ partnerClientId: id })),
    applied: (book, id) => book.clients.filter(({ partner_client_id: own, active }) => own === id && active).length,
  },
  {
    name: 'POST documents',
    operation: 'upload-document',
    request: /^POST .*\/documents$/,
    signed: true,
    prepare: client,
    call: through((connector, id) => connector.documents.upload({ partnerClientId: id }, DOCUMENT)),
    repeatable: true,
    applied: (book, id) =>
      book.documents.filter(({ partner_client_id: own, front }) => own === id && front.sha256 === DOCUMENT_SHA256)
        .length,
  },
  {
    name: 'GET documents',
    operation: 'list-documents',
    request: /^GET .*\/documents$/,
    signed: true,
    prepare: async (subject) => {
      await client(subject);
      await subject.well((connector) => connector.documents.upload({ partnerClientId: subject.id }, DOCUMENT));
    },
    call: through((connector, id) =>
      connector.documents.find({ partnerClientId: id }, inspected(DOCUMENT.type, DOCUMENT_SHA256)),
    ),
  },
  {
    name: 'GET stored file',
    operation: 'download-file',
    request: /^GET \/private-bucket\//,
    signed: false,
    prepare: async (subject) => {
      await client(subject);
      await subject.well((connector) => connector.documents.upload({ partnerClientId: subject.id }, DOCUMENT));
    },
    call: through((connector, id) =>
      connector.documents.find({ partnerClientId: id }, inspected(DOCUMENT.type, DOCUMENT_SHA256)),
    ),
  },
  funding('deposit', 'POST deposits', 'deposit'),
  funding('withdrawal', 'POST withdrawals', 'withdrawal'),
  {
    name: 'GET order by ref',
    operation: 'get-order-by-ref',
    request: /^GET .*\/orders\/ref\//,
    signed: true,
    prepare: async (subject) => {
      await client(subject);
      await subject.well((connector) => connector.orders.submit(order(subject.id, 'deposit')));
    },
    call: through((connector, id) => connector.orders.findByRef(id)),
  },
  {
    name: 'GET balances',
    operation: 'list-balances',
    request: /^GET .*\/balances\?/,
    signed: true,
    prepare: fundedClient,
    call: through((connector, id) => connector.balances.read({ partnerClientId: id }, 'USD')),
  },
  {
    name: 'GET balance',
    operation: 'get-balance',
    request: /^GET .*\/balances\//,
    signed: true,
    prepare: fundedClient,
    call: async (config, id) => {
      const api = new CoinmenaApi(config);
      try {
        return await api.balance('USD', id);
      } finally {
        void api.close();
      }
    },
  },
  {
    name: 'GET countries',
    operation: 'list-countries',
    request: /^GET .*\/countries$/,
    signed: false,
    prepare: () => Promise.resolve(),
    call: through((connector, id) => connector.checkApplication(newClient(id), [inspected('government_id', 'aa')])),
  },
  {
    name: 'GET assets',
    operation: 'list-assets',
    request: /^GET .*\/assets$/,
    signed: false,
    prepare: client,
    call: through((connector, id) => {
      const { ref: fundingId, ...rest } = order(id, 'deposit');
      return connector.orders.check({ provider: 'coinmena', fundingId, ...rest }).then(() => 'may be funded');
    }),
  },
];

/** Every endpoint that the connector uses. */
export function allEndpoints(): readonly Endpoint[] {
  return ALL;
}
