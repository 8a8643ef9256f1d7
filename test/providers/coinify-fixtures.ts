import { configSchema, type CoinifyConfig } from '../../providers/coinify/config';
import type { WithdrawalDetails } from '../../providers/coinify/inputs';
import type { OrderRequest } from '../../contract/order-requests';
import { TEST_API_KEY, TEST_WEBHOOK_SECRET } from '../../sandbox/coinify';
import { HTTP_TIMEOUT_MS } from '../setup/http-timeouts';

type Environment = Record<string, string | undefined>;

export function environment(over: Readonly<Environment> = {}): Environment {
  return {
    COINIFY_BASE_URL: 'http://127.0.0.1:9',
    COINIFY_API_KEY: TEST_API_KEY,
    COINIFY_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET,
    COINIFY_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
    ...over,
  };
}

export function configFor(origin: string, over: Readonly<Environment> = {}): CoinifyConfig {
  return configSchema.parse(environment({ COINIFY_BASE_URL: origin, ...over }));
}

const ADDRESS = '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6';

export function details(over: Partial<WithdrawalDetails> = {}): WithdrawalDetails {
  return { finalCurrency: 'USDC', address: ADDRESS, customerEmail: 'ada@example.com', ...over };
}

export function request(ref: string, over: Partial<OrderRequest> = {}): OrderRequest {
  return {
    kind: 'withdrawal',
    partnerClientId: 'user_1',
    asset: 'USD',
    amount: '30.00',
    ref,
    details: { ...details() },
    ...over,
  };
}

/** A withdrawal as the resource page shows it, the mail address replaced. */
export function resource(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: '0aa5224a-6881-4c82-8959-31bee75f3190',
    merchant: { id: 'd560b17e-bae5-4fbf-8822-518273498c7a', name: 'Demo payment merchant' },
    subaccount: { id: 'fcfc4042-6051-4e24-b321-fcdbb402e94d', name: 'FlowerShop' },
    orderId: 'abcd_1234',
    state: 'created',
    amounts: { baseAmount: '30', baseCurrency: 'USD', finalAmount: '29.7', finalCurrency: 'USDC' },
    destination: { address: ADDRESS, tag: null },
    transactionId: null,
    context: null,
    memo: null,
    customerId: '6af46318-9e60-4390-8bf0-e042d7b96b21',
    customerEmail: 'user@example.com',
    ...over,
  };
}

/** Calls the control port of a sandbox. */
export async function control(
  controlUrl: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(`${controlUrl}${path}`, {
    method,
    ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return JSON.parse(text);
}
