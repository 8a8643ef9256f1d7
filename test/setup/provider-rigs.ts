import type { JsonObject } from '../../contract/json';
import {
  startCoinifySandbox,
  TEST_API_KEY,
  TEST_WEBHOOK_SECRET as COINIFY_WEBHOOK_SECRET,
} from '../../sandbox/coinify';
import {
  startBackofficeSandbox,
  TEST_CLIENT_SECRET as BACKOFFICE_CLIENT_SECRET,
  TEST_PASSWORD,
  TEST_USERNAME,
  type BackofficeSandboxConfig,
} from '../../sandbox/backoffice';
import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import {
  startOceafinSandbox,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_WEBHOOK_SECRET,
  type OceafinSandboxConfig,
} from '../../sandbox/oceafin';
import { HTTP_TIMEOUT_MS } from './http-timeouts';

/** The private half of the sandbox's default key, public in RFC 8032: for tests only. */
const TEST_PRIVATE_KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

/** What tests need to know of a provider to run everything against its sandbox. A new provider adds its own. */
export interface ProviderRig {
  startSandbox(): Promise<RunningSandbox>;
  /** The worker's settings for a sandbox at `url`. Calls end soon: a test must not wait long for a lost answer. */
  environment(url: string): Readonly<Record<string, string>>;
  /** An application's documents, by type. */
  readonly documentTypes: readonly string[];
  /** `Application.details`; absent if the provider takes none. */
  readonly applicationDetails?: JsonObject;
}

export const PROVIDER_RIGS = {
  coinmena: {
    startSandbox: () => startCoinmenaSandbox(),
    environment: (url) => ({
      COINMENA_BASE_URL: url,
      COINMENA_PARTNER_ID: 'sandbox-partner',
      COINMENA_PRIVATE_KEY: TEST_PRIVATE_KEY,
      COINMENA_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
    }),
    documentTypes: ['government_id', 'proof_of_address'],
  },
  oceafin: oceafinRig(),
  backoffice: backofficeRig(),
  coinify: {
    startSandbox: () => startCoinifySandbox(),
    environment: (url) => ({
      COINIFY_BASE_URL: url,
      COINIFY_API_KEY: TEST_API_KEY,
      COINIFY_WEBHOOK_SECRET,
      COINIFY_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
    }),
    documentTypes: [],
  },
} satisfies Readonly<Record<string, ProviderRig>>;

export type RigProvider = keyof typeof PROVIDER_RIGS;

/** Oceafin, with a sandbox of one's own settings; by default a customer holds money as soon as it is approved. */
export function oceafinRig(sandbox: Partial<OceafinSandboxConfig> = {}): ProviderRig {
  return {
    startSandbox: () => startOceafinSandbox({ openingBalances: { USD: '10000.00', USDT: '500' }, ...sandbox }),
    environment: (url) => ({
      OCEAFIN_PARTNER_API_BASE_URL: url,
      OCEAFIN_PARTNER_API_CLIENT_ID: TEST_CLIENT_ID,
      OCEAFIN_PARTNER_API_CLIENT_SECRET: TEST_CLIENT_SECRET,
      OCEAFIN_PARTNER_API_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET,
      OCEAFIN_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
    }),
    documentTypes: ['PASSPORT', 'PROOF_OF_ADDRESS'],
    applicationDetails: {
      customerType: 'INDIVIDUAL',
      consent: { reference: 'consent-1', agreedAt: '2026-06-01T08:00:00Z' },
      attestation: { attestedAt: '2026-06-01T09:00:00Z' },
    },
  };
}

/** The back office, with a sandbox of one's own settings; by default its users hold money from the start. */
function backofficeRig(sandbox: Partial<BackofficeSandboxConfig> = {}): ProviderRig {
  return {
    startSandbox: () => startBackofficeSandbox({ openingBalances: { usd: '10000' }, ...sandbox }),
    environment: (url) => ({
      BACKOFFICE_BASE_URL: url,
      BACKOFFICE_CLIENT_SECRET,
      BACKOFFICE_USERNAME: TEST_USERNAME,
      BACKOFFICE_PASSWORD: TEST_PASSWORD,
      BACKOFFICE_TOKEN_SECRET: 'only-for-the-sandbox-and-for-tests',
      BACKOFFICE_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
    }),
    documentTypes: [],
  };
}
