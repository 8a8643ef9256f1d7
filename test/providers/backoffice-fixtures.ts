import type { Intent } from '../../contract/funding';
import type { OrderRequest, OrderSearch } from '../../contract/order-requests';
import { configSchema, type BackofficeConfig } from '../../providers/backoffice/config';
import { TEST_CLIENT_SECRET, TEST_PASSWORD, TEST_USERNAME, TEST_USERS } from '../../sandbox/backoffice';
import { HTTP_TIMEOUT_MS } from '../setup/http-timeouts';

type Environment = Record<string, string | undefined>;

export const TOKEN_SECRET = 'a secret of the tests, long enough for tokens';
export const CALLBACK_SECRET = 'another of the tests, which callbacks are known by';
export const [USER, OTHER_USER] = TEST_USERS;

export function environment(over: Readonly<Environment> = {}): Environment {
  return {
    BACKOFFICE_BASE_URL: 'http://127.0.0.1:9',
    BACKOFFICE_CLIENT_SECRET: TEST_CLIENT_SECRET,
    BACKOFFICE_USERNAME: TEST_USERNAME,
    BACKOFFICE_PASSWORD: TEST_PASSWORD,
    BACKOFFICE_TOKEN_SECRET: TOKEN_SECRET,
    BACKOFFICE_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
    ...over,
  };
}

export function configFor(origin: string, over: Readonly<Environment> = {}): BackofficeConfig {
  return configSchema.parse(environment({ BACKOFFICE_BASE_URL: origin, ...over }));
}

export function request(over: Partial<OrderRequest> = {}): OrderRequest {
  return { kind: 'deposit', partnerClientId: USER, asset: 'usd', amount: '10.25', ref: 'dep-1', ...over };
}

export function intent(over: Partial<Intent> = {}): Intent {
  const { ref: fundingId, ...rest } = request();
  return { provider: 'backoffice', fundingId, ...rest, ...over };
}

/** The search for an order that was sent a moment ago. */
export function searchFor(order: OrderRequest, over: Partial<OrderSearch> = {}): OrderSearch {
  return { ref: order.ref, request: order, firstSentAt: new Date().toISOString(), ...over };
}
