import { BackofficeConnector } from '../../../providers/backoffice/connector';
import type { OpenOrder, OrderRequest } from '../../../contract/order-requests';
import { startBackofficeSandbox, TEST_CLIENT_SECRET, TEST_PASSWORD } from '../../../sandbox/backoffice';
import { configFor, request, searchFor, TOKEN_SECRET, USER } from '../../providers/backoffice-fixtures';
import { eventually } from '../../setup/eventually';
import { countOf, type Endpoint, type Kit, type Subject } from '../kit';

type BackofficeSubject = Subject<BackofficeConnector>;

/** Sent as a number, digit by digit as it was given. */
const AMOUNT = '1234567.12345678';
const SPAN = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };
const SENT_AMOUNT = /"amount":\s*1234567\.12345678\s*[,}]/i;

export const backofficeKit: Kit<BackofficeConnector> = {
  provider: 'backoffice',
  startSandbox: () => startBackofficeSandbox({ openingBalances: { usd: '9007199254740991' } }),
  connect: (origin, timeoutMs) =>
    new BackofficeConnector(configFor(origin, { BACKOFFICE_HTTP_TIMEOUT_MS: String(timeoutMs) })),
  endpoints: endpoints(),
  hidden: () => [TEST_CLIENT_SECRET, TEST_PASSWORD, TOKEN_SECRET],
};

function orderOf({ id }: BackofficeSubject, kind: 'deposit' | 'withdrawal'): OrderRequest {
  return request({ kind, ref: id, amount: AMOUNT });
}

function inBook(id: string): (book: unknown) => number {
  return (book) => countOf(book, 'transfers', { ref: id });
}

/** Those that were confirmed or cancelled, settled or not. */
function decided(id: string): (book: unknown) => number {
  return (book) =>
    inBook(id)(book) - countOf(book, 'transfers', { ref: id, status: 'AwaitingConfirmation', underWay: false });
}

async function awaiting(subject: BackofficeSubject): Promise<OpenOrder> {
  const withdrawal = orderOf(subject, 'withdrawal');
  const { orderId } = await subject.well.orders.submit(withdrawal);
  return { orderId, request: withdrawal };
}

function submission(kind: 'deposit' | 'withdrawal', operation: string): Endpoint<BackofficeConnector> {
  return {
    name: operation,
    operation,
    arrange: (subject) => {
      const order = orderOf(subject, kind);
      return Promise.resolve({
        call: (connector) => connector.orders.submit(order),
        write: { applied: inBook(subject.id), repeated: 'duplicates', carries: [`"${subject.id} gw:`, SENT_AMOUNT] },
      });
    },
  };
}

/** Its path carries the transfer's id: the second step needs no other reference. */
function step(
  operation: string,
  act: (connector: BackofficeConnector, order: OpenOrder) => Promise<void>,
): Endpoint<BackofficeConnector> {
  return {
    name: operation,
    operation,
    arrange: async (subject) => {
      const order = await awaiting(subject);
      return {
        call: (connector) => act(connector, order),
        write: { applied: decided(subject.id), repeated: 'rejects', carries: [order.orderId] },
      };
    },
  };
}

function endpoints(): readonly Endpoint<BackofficeConnector>[] {
  return [
    {
      name: 'token',
      operation: 'token',
      arrange: async (subject) => readOf(subject),
    },
    submission('deposit', 'deposit'),
    submission('withdrawal', 'withdraw'),
    step('withdraw-confirm', (connector, order) => connector.orders.confirm(order)),
    step('withdraw-cancel', (connector, order) => connector.orders.cancel(order)),
    {
      name: 'transfers',
      operation: 'transfers',
      arrange: async (subject) => readOf(subject),
    },
    {
      name: 'transactions of a span',
      operation: 'transfers',
      arrange: async (subject) => {
        await readOf(subject);
        return { call: (connector) => connector.transactions.read({ ...SPAN, known: [] }), answers: [AMOUNT] };
      },
    },
    {
      name: 'account-history',
      operation: 'account-history',
      arrange: ({ id }) =>
        Promise.resolve({
          call: (connector) =>
            connector.orders
              .check({
                provider: 'backoffice',
                fundingId: id,
                kind: 'deposit',
                partnerClientId: USER,
                asset: 'usd',
                amount: '1',
              })
              .then(() => 'may be funded'),
        }),
    },
  ];
}

/** A deposit that has settled, looked for. */
async function readOf(subject: BackofficeSubject) {
  const order = orderOf(subject, 'deposit');
  const search = searchFor(order);
  await subject.well.orders.submit(order);
  await eventually(async () => ((await subject.well.orders.find(search)).length > 0 ? true : undefined));
  return { call: (connector: BackofficeConnector) => connector.orders.find(search) };
}
