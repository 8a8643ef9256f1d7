/**
 * Everything that can be set, and every fact that Coinify does not state, in one place. Marks: [S] stated in a page of
 * Coinify's; [I] inferred; [?] unknown, a choice (docs/providers/coinify.md).
 */
export interface CoinifySandboxConfig {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly controlHost: string;
  readonly controlPort: number;
  /** The journal; in memory only if undefined. */
  readonly dataFile: string | undefined;
  readonly apiKey: string;
  /** Where webhooks go; nowhere if undefined. */
  readonly webhookUrl: string | undefined;
  readonly webhookSecret: string;
  /** What the merchant holds from the start, by fiat currency. */
  readonly openingBalances: Readonly<Record<string, string>>;
  /** How long a withdrawal is `created`, in milliseconds [?]. */
  readonly settleMs: number;
  readonly duplicates: Duplicates;
  /** Whether `GET /v1/withdrawals?orderId=` is there [?]. */
  readonly findByOrderId: boolean;
  /** Seed of faults by chance. */
  readonly seed: number;
  /** Who is told what goes wrong inside; standard error by default. */
  readonly onFailure: (error: unknown) => void;
}

/** [?] What a create under an order id that was used does: refused; answered with the first; or carried out once more. */
export const DUPLICATES = ['reject', 'replay', 'accept'] as const;
export type Duplicates = (typeof DUPLICATES)[number];

/** For tests only: everybody knows them, so they open nothing but a sandbox. */
export const TEST_API_KEY = 'sandbox_3d1b4f4e-5c0e-4d5a-9f0a-2b6c8d7e9f01';
export const TEST_WEBHOOK_SECRET = 'test-webhook-secret';

export const DEFAULTS: CoinifySandboxConfig = {
  host: '127.0.0.1',
  port: 0,
  controlHost: '127.0.0.1',
  controlPort: 0,
  dataFile: undefined,
  apiKey: TEST_API_KEY,
  webhookUrl: undefined,
  webhookSecret: TEST_WEBHOOK_SECRET,
  openingBalances: { USD: '1000000', EUR: '1000000' },
  settleMs: 200,
  duplicates: 'reject',
  findByOrderId: false,
  seed: 1,
  onFailure: (error) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : 'unknown failure'}\n`);
  },
};

/** [S] The sample's merchant and sub-account. [?] No other sub-account exists. */
export const MERCHANT = { id: 'd560b17e-bae5-4fbf-8822-518273498c7a', name: 'Demo payment merchant' } as const;
export const SUBACCOUNT = { id: 'fcfc4042-6051-4e24-b321-fcdbb402e94d', name: 'FlowerShop' } as const;

export const MAX_BODY_BYTES = 256_000;
/** [?] Longest texts. */
export const MAX_TEXT = 255;
/** [?] Decimal places of a base amount. */
export const MAX_AMOUNT_DECIMALS = 2;

/** [?] What a unit is worth in USD. */
export const FIAT_USD: Readonly<Record<string, string>> = { USD: '1', EUR: '1.08', GBP: '1.27', DKK: '0.145' };

/** What an address of a currency looks like: plausible, and no more. A checksum is the client's to check. */
export interface Crypto {
  /** USD per unit [?]. */
  readonly usd: string;
  readonly decimals: number;
  readonly address: RegExp;
  /** How a tag looks; undefined if there is none. */
  readonly tag?: RegExp;
}

const EVM = /^0x[0-9a-fA-F]{40}$/;
const BASE58 = '[1-9A-HJ-NP-Za-km-z]';
const TRON = `T${BASE58}{33}`;

/** [?] Which there are; USDC on Ethereum is stated. */
export const CRYPTO: Readonly<Record<string, Crypto>> = {
  USDC: { usd: '1', decimals: 6, address: EVM },
  USDT: { usd: '1', decimals: 6, address: new RegExp(`^(0x[0-9a-fA-F]{40}|${TRON})$`) },
  ETH: { usd: '3500', decimals: 18, address: EVM },
  BTC: { usd: '67500', decimals: 8, address: new RegExp(`^(bc1[02-9ac-hj-np-z]{8,87}|[13]${BASE58}{25,34})$`, 'i') },
  LTC: { usd: '80', decimals: 8, address: new RegExp(`^(ltc1[02-9ac-hj-np-z]{8,87}|[LM]${BASE58}{25,34})$`, 'i') },
  XRP: { usd: '0.6', decimals: 6, address: new RegExp(`^r${BASE58}{24,34}$`), tag: /^\d{1,10}$/ },
  XLM: { usd: '0.1', decimals: 7, address: /^G[A-Z2-7]{55}$/, tag: /^.{1,28}$/ },
  /** One that a client does not know. */
  XYZ: { usd: '2', decimals: 4, address: /^xyz[a-z0-9]{10,60}$/ },
};

/** [I] The share of the base amount that the fee leaves: the sample's 30 USD become 29.7 USDC. */
export const LEFT_AFTER_FEE = '0.99';
/** [?] The least and the most of a withdrawal, in USD. */
export const LEAST_USD = '1';
export const MOST_USD = '100000';

/** How long after a webhook that was not answered with 2xx the next delivery comes [?]. */
export const WEBHOOK_RETRY_MS: readonly number[] = [250, 1000, 4000];

/** [S] After these a withdrawal never changes [I]. */
export const FINAL_STATES: readonly string[] = ['completed', 'cancelled'];
