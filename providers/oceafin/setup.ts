import type { ProviderSetup } from '../setup';

/** Oceafin in `gangway up`. */
export const setup: ProviderSetup = {
  sandboxArguments: ['--opening-balances', 'USD=1000.00,USDT=100'],
  credentials: (url) => ({
    OCEAFIN_PARTNER_API_BASE_URL: url,
    OCEAFIN_PARTNER_API_CLIENT_ID: 'sandbox-partner-client',
    OCEAFIN_PARTNER_API_CLIENT_SECRET: 'test-client-secret',
    OCEAFIN_PARTNER_API_WEBHOOK_SECRET: 'test-webhook-secret',
  }),
  example: {
    flows: [{ does: 'onboard-and-fund', title: 'Onboard, withdraw and convert', file: 'oceafin.json' }],
    balance: { asset: 'USD', opening: '1000.00' },
    more: ['fund withdraw examples/oceafin-withdrawal.json', 'fund convert examples/oceafin-conversion.json'],
  },
};
