import type { ProviderModule } from '../port';
import { ASSUMPTIONS, MAX_AMOUNT_DECIMALS, MAX_REF_LENGTH, SETTLE_WINDOW_MS } from './assumptions';
import { receiverBySecret } from '../http/settings';
import { callbackReceiver } from './callbacks';
import { longestCallMs } from './client';
import { configSchema, SECRETS, SHORTEST_TOKEN_SECRET, type BackofficeConfig } from './config';
import { BackofficeConnector } from './connector';
import { diagnose } from './diagnose';
import { CLIENT_IDS } from './rules';
import { PROVIDER_ID } from './errors';
import { setup } from './setup';

export const backoffice: ProviderModule<BackofficeConfig> = {
  name: 'B2Trader back office',
  semantics: {
    provider: PROVIDER_ID,
    capabilities: ['deposit', 'withdrawal', 'confirm-order', 'cancel-order', 'transactions', 'callbacks'],
    // No reference and no idempotency key exist: every accepted POST is a new transfer (section 7).
    repeatedRef: 'duplicates',
    orderLookup: 'by-listing',
    settlement: 'later',
    settleWindowMs: SETTLE_WINDOW_MS.value,
    maxRefLength: MAX_REF_LENGTH.value,
    maxAmountDecimals: MAX_AMOUNT_DECIMALS.value,
    immutableAfterCreate: [],
    confirms: ['withdrawal'],
    ...CLIENT_IDS,
  },
  configSchema,
  // No limit is published.
  requestsPerSecond: undefined,
  callTimeoutMs: ({ httpTimeoutMs }) => longestCallMs(httpTimeoutMs),
  assumptions: ASSUMPTIONS,
  diagnose,
  moneyCredentials: [
    { variable: SECRETS.clientSecret, kind: 'shared-secret' },
    { variable: SECRETS.password, kind: 'shared-secret' },
    // It moves none by itself; but whoever has it can make somebody's transfer look like an intent's.
    { variable: SECRETS.tokenSecret, kind: 'shared-secret' },
  ],
  callbacks: receiverBySecret(SECRETS.callbackSecret, SHORTEST_TOKEN_SECRET, (secret) => callbackReceiver({ secret })),
  setup,
  create: (config, options) => new BackofficeConnector(config, options),
};
