import type { ProviderSetup } from '../setup';

/** Coinify in `gangway up`. */
export const setup: ProviderSetup = {
  sandboxArguments: [],
  credentials: (url) => ({
    COINIFY_BASE_URL: url,
    COINIFY_API_KEY: 'sandbox_3d1b4f4e-5c0e-4d5a-9f0a-2b6c8d7e9f01',
    COINIFY_WEBHOOK_SECRET: 'test-webhook-secret',
  }),
  example: {
    flows: [{ does: 'fund', title: 'Pay out', request: { file: 'coinify-payout.json' } }],
    more: ['fund withdraw examples/coinify-payout.json'],
  },
};
