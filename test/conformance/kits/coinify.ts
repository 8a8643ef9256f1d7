import { CoinifyConnector } from '../../../providers/coinify/connector';
import type { OrderRequest, OrderSearch } from '../../../contract/order-requests';
import { startCoinifySandbox, TEST_API_KEY, TEST_WEBHOOK_SECRET } from '../../../sandbox/coinify';
import { configFor, details, request } from '../../providers/coinify-fixtures';
import { countOf, type Arranged, type Kit, type Subject } from '../kit';

type CoinifySubject = Subject<CoinifyConnector>;

const AMOUNT = '30.01';
const SPAN = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };

export const coinifyKit: Kit<CoinifyConnector> = {
  provider: 'coinify',
  // Nothing settles while it is looked at.
  startSandbox: () => startCoinifySandbox({ settleMs: 3_600_000, findByOrderId: true }),
  connect: (origin, timeoutMs) =>
    new CoinifyConnector(
      configFor(origin, { COINIFY_FIND_BY_ORDER_ID: 'true', COINIFY_HTTP_TIMEOUT_MS: String(timeoutMs) }),
    ),
  endpoints: [
    {
      name: 'createWithdrawal',
      operation: 'createWithdrawal',
      arrange: ({ id }) =>
        Promise.resolve({
          call: (connector) => connector.orders.submit(orderOf(id)),
          write: {
            applied: (book) => countOf(book, 'withdrawals', { orderId: id }),
            repeated: 'rejects',
            carries: [`"${id}"`, /"?30\.01"?[,}]/],
          },
        }),
    },
    {
      name: 'getWithdrawal',
      operation: 'getWithdrawal',
      arrange: async (subject: CoinifySubject): Promise<Arranged<CoinifyConnector>> => {
        const search = await searchOf(subject);
        return { call: (connector) => connector.orders.find(search) };
      },
    },
    {
      name: 'transactions of a span',
      operation: 'getWithdrawal',
      arrange: async (subject: CoinifySubject): Promise<Arranged<CoinifyConnector>> => {
        const { ref, orderId, request } = await searchOf(subject);
        const known = [{ ...request, ref, ...(orderId === undefined ? {} : { orderId }) }];
        return { call: (connector) => connector.transactions.read({ ...SPAN, known }), answers: [AMOUNT] };
      },
    },
    {
      name: 'listWithdrawals',
      operation: 'listWithdrawals',
      arrange: async (subject: CoinifySubject): Promise<Arranged<CoinifyConnector>> => {
        const { orderId: _unknown, ...search } = await searchOf(subject);
        return { call: (connector) => connector.orders.find(search) };
      },
    },
  ],
  hidden: () => {
    const { address, customerEmail } = details();
    return [TEST_API_KEY, TEST_WEBHOOK_SECRET, address, customerEmail];
  },
};

function orderOf(id: string): OrderRequest {
  return request(id, { amount: AMOUNT });
}

async function searchOf({ id, well }: CoinifySubject): Promise<OrderSearch> {
  const order = orderOf(id);
  const { orderId } = await well.orders.submit(order);
  return { ref: id, orderId, request: order, firstSentAt: '2026-01-01T00:00:00.000Z' };
}
