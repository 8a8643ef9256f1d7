import { DEFAULT_LAYOUT, type SigningLayout } from '../../providers/oceafin/layout';
import type { SubjectName } from '../../providers/oceafin/layout/operations';

/**
 * Everything that can be set, and every fact that Oceafin does not state, in one place. Marks: [S] stated in a page of
 * Oceafin's; [I] inferred; [?] unknown, a choice (docs/providers/oceafin.md).
 */
export interface OceafinSandboxConfig {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly controlHost: string;
  readonly controlPort: number;
  /** The journal; in memory only if undefined. */
  readonly dataFile: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly layout: SigningLayout;
  /** Where webhooks go; nowhere if undefined. */
  readonly webhookUrl: string | undefined;
  readonly webhookSecret: string;
  /** What a customer holds once approved, by asset. */
  readonly openingBalances: Readonly<Record<string, string>>;
  /** How long a quote can be used, in milliseconds [?]. */
  readonly quoteLifeMs: number;
  /** Seed of faults by chance. */
  readonly seed: number;
  /** Who is told what goes wrong inside; standard error by default. */
  readonly onFailure: (error: unknown) => void;
}

/** For tests only: everybody knows them, so they open nothing but a sandbox (docs/providers/oceafin.md section 2.3). */
export const TEST_CLIENT_ID = 'sandbox-partner-client';
export const TEST_CLIENT_SECRET = 'test-client-secret';
export const TEST_WEBHOOK_SECRET = 'test-webhook-secret';

export const DEFAULTS: OceafinSandboxConfig = {
  host: '127.0.0.1',
  port: 0,
  controlHost: '127.0.0.1',
  controlPort: 0,
  dataFile: undefined,
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  layout: DEFAULT_LAYOUT,
  webhookUrl: undefined,
  webhookSecret: TEST_WEBHOOK_SECRET,
  openingBalances: {},
  quoteLifeMs: 60_000,
  seed: 1,
  onFailure: (error) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : 'unknown failure'}\n`);
  },
};

/** [?] How far a timestamp may be from the sandbox's clock, either way. */
export const TIMESTAMP_WINDOW_MS = 300_000;
/** [S] Characters of a nonce at least. [?] How long it is remembered: as long as its timestamp could be taken. */
export const SHORTEST_NONCE = 16;
export const NONCE_MEMORY_MS = 2 * TIMESTAMP_WINDOW_MS;

/** [?] Longest texts, and decimal places of an amount. */
export const MAX_TEXT = 255;
export const MAX_KEY = 255;
export const MAX_AMOUNT_DECIMALS = 18;
export const MAX_FILE_BYTES = 10_000_000;
export const MAX_BODY_BYTES = MAX_FILE_BYTES + 1_000_000;

/** [?] How many of a list come at once: few, so that every client must page. */
export const PAGE_SIZE = 2;

/** [?] The currencies of fiat accounts and withdrawals. */
export const FIAT = ['USD', 'EUR', 'SGD', 'HKD'] as const;
/** [?] The assets of wallets, with a network each. */
export const CRYPTO_NETWORKS = { USDT: 'TRON', USDC: 'ETHEREUM', BTC: 'BITCOIN', ETH: 'ETHEREUM' } as const;

/** [?] What one unit is worth in USD, for conversions; the control port moves it. */
export const USD_RATES: Readonly<Record<string, string>> = {
  USD: '1',
  EUR: '1.08',
  SGD: '0.74',
  HKD: '0.128',
  USDT: '1',
  USDC: '1',
  BTC: '67500',
  ETH: '3500',
};

/** [?] What a withdrawal costs, in its own asset; taken out of what is withdrawn. */
export const WITHDRAWAL_FEES: Readonly<Record<string, string>> = {
  USD: '1.00',
  EUR: '1.00',
  SGD: '1.00',
  HKD: '8.00',
  USDT: '1',
  USDC: '1',
  BTC: '0.0001',
  ETH: '0.001',
};

/** [I] After these a resource never changes. */
export const FINAL_STATUSES: readonly string[] = [
  'COMPLETED',
  'FAILED',
  'REJECTED',
  'CANCELLED',
  'EXPIRED',
  'CLOSED',
  'REMOVED',
];

/** How long after a webhook that was not answered with 2xx the next delivery comes [?]. */
export const WEBHOOK_RETRY_MS: readonly number[] = [250, 1000, 4000];

/** [I] Subjects that need an approved customer. */
export const PRODUCTS: readonly SubjectName[] = [
  'conversion',
  'fiatAccounts',
  'fiatWithdrawals',
  'crypto',
  'checkouts',
  'collections',
];
