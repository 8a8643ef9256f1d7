import { CommandError } from '../failure';
import type { ProviderSetup } from './setup';

/**
 * Every provider that has a sandbox. The keys and secrets are public, and the same in the sandboxes' own defaults:
 * everybody knows them, so they open nothing but a sandbox.
 */
const SETUPS: Readonly<Record<string, ProviderSetup>> = {
  coinmena: {
    // The key of RFC 8032 TEST 1.
    sandboxArguments: [
      '--partner-id',
      'sandbox-partner',
      '--public-key',
      '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
    ],
    credentials: (url) => ({
      COINMENA_BASE_URL: url,
      COINMENA_PARTNER_ID: 'sandbox-partner',
      COINMENA_PRIVATE_KEY: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    }),
    example: {
      steps: [
        { does: 'onboard-and-fund', title: 'Onboard and fund', file: 'coinmena.json' },
        {
          does: 'fund',
          title: 'Withdraw',
          request: {
            provider: 'coinmena',
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
  },
  oceafin: {
    sandboxArguments: ['--opening-balances', 'USD=1000.00,USDT=100'],
    credentials: (url) => ({
      OCEAFIN_PARTNER_API_BASE_URL: url,
      OCEAFIN_PARTNER_API_CLIENT_ID: 'sandbox-partner-client',
      OCEAFIN_PARTNER_API_CLIENT_SECRET: 'test-client-secret',
      OCEAFIN_PARTNER_API_WEBHOOK_SECRET: 'test-webhook-secret',
    }),
    example: {
      steps: [{ does: 'onboard-and-fund', title: 'Onboard, withdraw and convert', file: 'oceafin.json' }],
      balance: { asset: 'USD', opening: '1000.00' },
      more: ['fund withdraw examples/oceafin-withdrawal.json', 'fund convert examples/oceafin-conversion.json'],
    },
  },
  backoffice: {
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
      steps: [
        { does: 'fund', title: 'Deposit', request: { file: 'backoffice-deposit.json' } },
        { does: 'fund', title: 'Withdraw', request: { file: 'backoffice-withdrawal.json' } },
      ],
      more: [
        'fund deposit --client 942fe02b-e9b9-6e9e-7c82-85d74f3234d4 --asset usd --amount 10.01 --id my-deposit-1 --provider backoffice',
      ],
    },
  },
  coinify: {
    sandboxArguments: [],
    credentials: (url) => ({
      COINIFY_BASE_URL: url,
      COINIFY_API_KEY: 'sandbox_3d1b4f4e-5c0e-4d5a-9f0a-2b6c8d7e9f01',
      COINIFY_WEBHOOK_SECRET: 'test-webhook-secret',
    }),
    example: {
      steps: [{ does: 'fund', title: 'Pay out', request: { file: 'coinify-payout.json' } }],
      more: ['fund withdraw examples/coinify-payout.json'],
    },
  },
};

/** The ids of the providers that `gangway up` runs. */
export function setupIds(): readonly string[] {
  return Object.keys(SETUPS);
}

/** @throws CommandError where the provider has none */
export function setupOf(provider: string): ProviderSetup {
  const setup = Object.hasOwn(SETUPS, provider) ? SETUPS[provider] : undefined;
  if (setup !== undefined) return setup;
  throw new CommandError(`--provider must be one of ${setupIds().join(', ')}.`);
}
