import type { ProviderModule } from '../port';
import {
  ASSUMPTIONS,
  KEYS_REPLAY_FOR_GOOD,
  MAX_AMOUNT_DECIMALS,
  MAX_REF_LENGTH,
  SETTLE_WINDOW_MS,
} from './assumptions';
import { receiverBySecret } from '../http/settings';
import { callbackReceiver } from './callbacks';
import { CLIENT_SECRET, configSchema, SHORTEST_SECRET, WEBHOOK_SECRET, type OceafinConfig } from './config';
import { OceafinConnector } from './connector';
import { diagnose } from './diagnose';
import { PROVIDER_ID } from './errors';
import { inputs } from './inputs';
import { setup } from './setup';
import { SharedSecret } from './signing';

export const oceafin: ProviderModule<OceafinConfig> = {
  name: 'Oceafin',
  semantics: {
    provider: PROVIDER_ID,
    capabilities: [
      'create-client',
      'upload-documents',
      'submit-for-verification',
      'read-client',
      'withdrawal',
      'conversion',
      'receive-deposit',
      'quote',
      'confirm-order',
      'supply-information',
      'balances',
      'transactions',
      'callbacks',
    ],
    // If a key is forgotten, sending again pays again.
    repeatedRef: KEYS_REPLAY_FOR_GOOD.value ? 'replays' : 'duplicates',
    orderLookup: KEYS_REPLAY_FOR_GOOD.value ? 'by-resending' : 'by-listing',
    settlement: 'later',
    settleWindowMs: SETTLE_WINDOW_MS.value,
    maxRefLength: MAX_REF_LENGTH.value,
    maxAmountDecimals: MAX_AMOUNT_DECIMALS.value,
    // The creation of a customer is sent again to read it.
    immutableAfterCreate: ['details.customerType'],
    // An upload is keyed by its content.
    repeatedUpload: 'replays',
    quotes: ['withdrawal', 'conversion'],
    confirms: ['withdrawal'],
    clientsKnownBy: 'provider-id',
  },
  configSchema,
  inputs,
  // No limit is published (docs/providers/oceafin.md section 1).
  requestsPerSecond: undefined,
  callTimeoutMs: ({ httpTimeoutMs }) => httpTimeoutMs,
  assumptions: ASSUMPTIONS,
  diagnose,
  moneyCredentials: [{ variable: CLIENT_SECRET, kind: 'shared-secret' }],
  callbacks: receiverBySecret(WEBHOOK_SECRET, SHORTEST_SECRET, (text) =>
    callbackReceiver({ webhookSecret: new SharedSecret(text) }),
  ),
  setup,
  create: (config, options) => new OceafinConnector(config, options),
};
