import type { ProviderModule } from '../port';
import {
  ASSUMPTIONS,
  MAX_AMOUNT_DECIMALS,
  MAX_REF_LENGTH,
  ORDER_IDS_ARE_UNIQUE,
  SETTLE_WINDOW_MS,
} from './assumptions';
import { receiverBySecret } from '../http/settings';
import { callbackReceiver } from './callbacks';
import { API_KEY, configSchema, SHORTEST_WEBHOOK_SECRET, WEBHOOK_SECRET, type CoinifyConfig } from './config';
import { CoinifyConnector } from './connector';
import { diagnose } from './diagnose';
import { PROVIDER_ID } from './errors';
import { inputs } from './inputs';
import { setup } from './setup';

export const coinify: ProviderModule<CoinifyConfig> = {
  name: 'Coinify',
  semantics: {
    provider: PROVIDER_ID,
    capabilities: ['withdrawal', 'transactions', 'callbacks'],
    // "Must be unique for each new Withdrawal request" (Withdrawals resource page).
    repeatedRef: ORDER_IDS_ARE_UNIQUE.value ? 'rejects' : 'duplicates',
    // No read by order id is stated; events carry it (section 8).
    orderLookup: 'by-callback',
    settlement: 'later',
    settleWindowMs: SETTLE_WINDOW_MS.value,
    maxRefLength: MAX_REF_LENGTH.value,
    maxAmountDecimals: MAX_AMOUNT_DECIMALS.value,
    immutableAfterCreate: [],
    // Withdrawals resource page, `completed`.
    completedMeans: 'Coinify has initiated the transfer on the blockchain; that it is confirmed there is not said.',
  },
  configSchema,
  inputs,
  // No limit is published (section 1).
  requestsPerSecond: undefined,
  callTimeoutMs: ({ httpTimeoutMs }) => httpTimeoutMs,
  assumptions: ASSUMPTIONS,
  diagnose,
  moneyCredentials: [{ variable: API_KEY, kind: 'shared-secret' }],
  callbacks: receiverBySecret(WEBHOOK_SECRET, SHORTEST_WEBHOOK_SECRET, (webhookSecret) =>
    callbackReceiver({ webhookSecret }),
  ),
  setup,
  create: (config, options) => new CoinifyConnector(config, options),
};
