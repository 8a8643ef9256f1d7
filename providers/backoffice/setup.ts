import type { ProviderSetup } from '../setup';

/** The back office in `gangway up`. */
export const setup: ProviderSetup = {
  sandboxArguments: [],
  credentials: (url) => ({
    BACKOFFICE_BASE_URL: url,
    BACKOFFICE_CLIENT_ID: 'core_ib',
    BACKOFFICE_CLIENT_SECRET: 'test-client-secret',
    BACKOFFICE_USERNAME: 'admin@exchange.example',
    BACKOFFICE_PASSWORD: 'test-password',
    BACKOFFICE_TOKEN_SECRET: 'only-for-the-sandbox-and-for-tests',
  }),
  example: {
    flows: [
      { does: 'fund', title: 'Deposit', request: { file: 'backoffice-deposit.json' } },
      { does: 'fund', title: 'Withdraw', request: { file: 'backoffice-withdrawal.json' } },
    ],
    more: [
      'fund deposit --client 942fe02b-e9b9-6e9e-7c82-85d74f3234d4 --asset usd --amount 10.01 --id my-deposit-1 --provider backoffice',
    ],
  },
};
