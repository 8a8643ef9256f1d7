import type { ProviderModule } from '../port';
import { ASSUMPTIONS, SETTLE_WINDOW_MS } from './assumptions';
import { configSchema, PRIVATE_KEY, type CoinmenaConfig } from './config';
import { CoinmenaConnector } from './connector';
import { diagnose } from './diagnose';
import { PROVIDER_ID } from './errors';
import { MAX_AMOUNT_DECIMALS, MAX_REF_LENGTH, REQUIRED_APPLICANT_FIELDS } from './rules';
import { setup } from './setup';
import { assertSignersAgree } from './signing';

export const coinmena: ProviderModule<CoinmenaConfig> = {
  name: 'CoinMENA',
  semantics: {
    provider: PROVIDER_ID,
    capabilities: [
      'create-client',
      'upload-documents',
      'read-client',
      'activate-client',
      'deposit',
      'withdrawal',
      'balances',
      'transactions',
      'assets',
      'countries',
    ],
    repeatedRef: 'rejects',
    orderLookup: 'by-ref',
    settlement: 'in-call',
    settleWindowMs: SETTLE_WINDOW_MS.value,
    maxRefLength: MAX_REF_LENGTH,
    maxAmountDecimals: MAX_AMOUNT_DECIMALS,
    // Onboarding page: account_type too, which is always `personal` here.
    immutableAfterCreate: ['applicant.birthDate', 'applicant.placeOfBirth'],
  },
  configSchema,
  inputs: { requiredApplicantFields: REQUIRED_APPLICANT_FIELDS },
  // No limit is published (docs/providers/coinmena.md section 12).
  requestsPerSecond: undefined,
  callTimeoutMs: ({ httpTimeoutMs }) => httpTimeoutMs,
  assumptions: ASSUMPTIONS,
  diagnose,
  moneyCredentials: [{ variable: PRIVATE_KEY, kind: 'private-key' }],
  setup,
  create(config, options) {
    assertSignersAgree(config.key);
    return new CoinmenaConnector(config, options);
  },
};
