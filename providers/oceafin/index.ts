import type { ProviderModule } from '../port';
import { ASSUMPTIONS, MAX_AMOUNT_DECIMALS, MAX_REF_LENGTH, SETTLE_WINDOW_MS } from './assumptions';
import { receiverBySecret } from '../http/settings';
import { callbackReceiver } from './callbacks';
import { CLIENT_SECRET, configSchema, SHORTEST_SECRET, WEBHOOK_SECRET, type OceafinConfig } from './config';
import { OceafinConnector } from './connector';
import { diagnose } from './diagnose';
import { PROVIDER_ID } from './errors';
import { inputs } from './inputs';
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
      'callbacks',
    ],
    repeatedRef: 'replays',
    orderLookup: 'by-resending',
    settlement: 'later',
    settleWindowMs: SETTLE_WINDOW_MS.value,
    maxRefLength: MAX_REF_LENGTH.value,
    maxAmountDecimals: MAX_AMOUNT_DECIMALS.value,
    // What creates a customer is sent again to read it.
    immutableAfterCreate: ['details.customerType'],
    // An upload is keyed by what it sends.
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
  create: (config) => new OceafinConnector(config),
};
