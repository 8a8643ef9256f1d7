import type { ProviderSetup } from '../setup';
import { PROVIDER_ID } from './errors';

/** CoinMENA in `gangway up`. */
export const setup: ProviderSetup = {
  // The key of RFC 8032 TEST 1.
  sandboxArguments: ['--partner-id', 'sandbox-partner', '--public-key', '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
  credentials: (url) => ({
    COINMENA_BASE_URL: url,
    COINMENA_PARTNER_ID: 'sandbox-partner',
    COINMENA_PRIVATE_KEY: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  }),
  example: {
    flows: [
      { does: 'onboard-and-fund', title: 'Onboard and fund', file: 'coinmena.json' },
      {
        does: 'fund',
        title: 'Withdraw',
        request: {
          provider: PROVIDER_ID,
          partnerClientId: 'demo-client-1',
          fundingId: 'demo-start-withdrawal',
          kind: 'withdrawal',
          asset: 'USD',
          amount: '250.25',
        },
      },
    ],
    balance: { asset: 'USD', opening: '0' },
    more: [
      'fund deposit --client demo-client-1 --asset USD --amount 10.01 --id my-deposit-1',
      'fund withdraw examples/withdrawal.json',
    ],
  },
};
