import { createPublicKey, type KeyObject } from 'node:crypto';
import { BadSetting } from '../http/bad-setting';
import { DEFAULT_LAYOUT, type SigningLayout } from '../../providers/coinmena/layout';

/**
 * Everything that can be set, and every fact that CoinMENA does not state, in one place. Marks: [S] stated in the
 * Onboarding, Funding or Authentication page; [I] inferred; [?] unknown, a choice (docs/providers/coinmena.md).
 */
export interface CoinmenaSandboxConfig {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly controlHost: string;
  readonly controlPort: number;
  /** The journal; documents go beside it in `<dataFile>.files`. In memory only if undefined. */
  readonly dataFile: string | undefined;
  /** What presigned URLs begin with; the address that the request was sent to if undefined. */
  readonly publicUrl: string | undefined;
  readonly partnerId: string;
  /** The partner's public Ed25519 key: 32 bytes in Base64 or hex, or SPKI in PEM. */
  readonly publicKey: string;
  readonly layout: SigningLayout;
  /** Addresses and CIDR ranges that may call; undefined for all [S: optional per partner; ranges ?]. */
  readonly ipAllowList: readonly string[] | undefined;
  /** Whether a signature is refused a second time [?]. */
  readonly rejectReplays: boolean;
  /** Seed of faults by chance. */
  readonly seed: number;
  /** Who is told what goes wrong inside; standard error by default. */
  readonly onFailure: (error: unknown) => void;
}

/** The public key of RFC 8032 TEST 1, for tests only (docs/providers/coinmena.md section 2.3). */
const TEST_PUBLIC_KEY = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

export const DEFAULTS: CoinmenaSandboxConfig = {
  host: '127.0.0.1',
  port: 0,
  controlHost: '127.0.0.1',
  controlPort: 0,
  dataFile: undefined,
  publicUrl: undefined,
  partnerId: 'sandbox-partner',
  publicKey: TEST_PUBLIC_KEY,
  layout: DEFAULT_LAYOUT,
  ipAllowList: undefined,
  rejectReplays: false,
  seed: 1,
  onFailure: (error) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : 'unknown failure'}\n`);
  },
};

/** [S] A timestamp is at most this old; [I] the edge itself is accepted. */
export const TIMESTAMP_WINDOW_MS = 60_000;

/** [S] Longest partner_client_id and partner_order_ref. [I] It also bounds every other text. */
export const MAX_TEXT = 255;
/** [S] Longest asset_id. */
export const MAX_ASSET_ID = 10;
/** [S] Decimal places of an amount. */
export const MAX_AMOUNT_DECIMALS = 8;
/** [?] Longest amount, in characters. */
export const MAX_AMOUNT_LENGTH = 64;

/** [S] 5 MB per file; [?] 5,000,000 or 5,242,880 bytes: the stricter. */
export const MAX_FILE_BYTES = 5_000_000;
/** Bodies larger than these are answered with 413 [I]. An upload has two files at most. */
export const MAX_UPLOAD_BYTES = 2 * MAX_FILE_BYTES + 1_000_000;
export const MAX_JSON_BYTES = 256_000;

/** [S] Seconds for which a presigned URL works. */
export const PRESIGNED_SECONDS = 900;

/** [S] The document types, complete. */
export const DOCUMENT_TYPES = [
  'government_id',
  'proof_of_address',
  'residency_visa',
  'source_of_funds',
  'bank_statement',
  'inquiry_report',
] as const;

/** [?] Legal age by country of residency, if it is not the default. */
export const DEFAULT_LEGAL_AGE = 18;
export const LEGAL_AGES: Readonly<Record<string, number>> = { bh: 18, sa: 18, ae: 18, kw: 21 };

/** [?] What becomes of a government id or visa that has expired: accepted, or refused with 422. */
export const EXPIRED_IDS: 'accept' | 'refuse' = 'accept';

/** [?] The employment statuses that need company, industry, level and title. */
export const STATUSES_WITH_EMPLOYER: readonly string[] = ['employed'];

/**
 * [?] Values of the enumerations; undefined accepts every snake_case word, because the published lists are not known
 * to be complete.
 */
export const KNOWN_WORDS: {
  readonly employmentStatus: readonly string[] | undefined;
  readonly jobIndustry: readonly string[] | undefined;
  readonly jobLevel: readonly string[] | undefined;
  readonly tradingVolume: readonly string[] | undefined;
  readonly accountPurpose: readonly string[] | undefined;
} = {
  employmentStatus: undefined,
  jobIndustry: undefined,
  jobLevel: undefined,
  tradingVolume: undefined,
  accountPurpose: undefined,
};

/** [S] The client status under which funding works. */
export const VERIFIED = 'verified';

/** [I] The example ids: counting begins there. */
export const FIRST_CLIENT_ID = 12345;
export const FIRST_DOCUMENT_ID = 1001;
export const FIRST_ORDER_ID = 67890;

/** [I] Two examples: prefix, then the id in ten digits. */
export const ORDER_NO_PREFIX = { deposit: 'MND', withdrawal: 'MNW' } as const;
export const ORDER_NO_DIGITS = 10;

/** [S] In both examples. [?] What a fee would do to the balance: nothing here. */
export const FEE = '0';
export const VAT = '0';

/** [I] A zero balance, as an eight-place decimal zero prints in Python; also in the Funding page as a warning. */
export const ZERO_BALANCE = '0E-8';
/** [?] Whether balances list assets of which nothing is held. */
export const ZERO_BALANCES: 'list' | 'omit' = 'list';

/** [I] HTTP statuses: stated are 201 for create and upload, 200 for reads, 409 for 2020, and 401 and 422. */
export const FUNDING_STATUS = 201;

export interface SandboxCountry {
  readonly id: string;
  readonly name: string;
  readonly residency: boolean;
  readonly citizenship: boolean;
  readonly placeOfBirth: boolean;
}

function country(id: string, name: string, but: Partial<SandboxCountry> = {}): SandboxCountry {
  return { id, name, residency: true, citizenship: true, placeOfBirth: true, ...but };
}

/** [S] bh, sa, ae. [I] The rest, and that a country may be accepted for one field and not for another. */
export const COUNTRIES: readonly SandboxCountry[] = [
  country('bh', 'Bahrain'),
  country('sa', 'Saudi Arabia'),
  country('ae', 'United Arab Emirates'),
  country('kw', 'Kuwait'),
  country('om', 'Oman'),
  country('qa', 'Qatar'),
  country('eg', 'Egypt', { residency: false }),
  country('jo', 'Jordan', { residency: false }),
  country('in', 'India', { residency: false }),
  country('gb', 'United Kingdom', { residency: false }),
  country('us', 'United States', { residency: false, citizenship: false }),
];

export interface SandboxAsset {
  readonly id: string;
  readonly name: string;
  readonly type: 'fiat' | 'crypto';
  readonly published: boolean;
  readonly depositable: boolean;
  readonly withdrawable: boolean;
  /** Decimal places with which a balance is written at least. */
  readonly decimals: number;
  /** Price in USD, for `balance_usd`. */
  readonly usd: string;
}

/** [S] USD, and BTC at 67,500. [?] The rest; EUR and GBP are there to be refused with 2012. */
export const ASSETS: readonly SandboxAsset[] = [
  fiat('USD', 'US Dollar', 2, '1'),
  fiat('BHD', 'Bahraini Dinar', 3, '2.65'),
  fiat('AED', 'UAE Dirham', 2, '0.2723'),
  fiat('SAR', 'Saudi Riyal', 2, '0.2667'),
  { ...fiat('EUR', 'Euro', 2, '1.08'), withdrawable: false },
  { ...fiat('GBP', 'Pound Sterling', 2, '1.27'), published: false },
  {
    id: 'BTC',
    name: 'Bitcoin',
    type: 'crypto',
    published: true,
    depositable: true,
    withdrawable: true,
    decimals: 8,
    usd: '67500',
  },
];

function fiat(id: string, name: string, decimals: number, usd: string): SandboxAsset {
  return { id, name, type: 'fiat', published: true, depositable: true, withdrawable: true, decimals, usd };
}

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The partner's key from text: 32 bytes in hex or Base64, or SPKI in PEM.
 *
 * @throws BadSetting
 */
export function parsePublicKey(text: string): KeyObject {
  const trimmed = text.trim();
  try {
    const key = trimmed.startsWith('-----BEGIN')
      ? createPublicKey(trimmed)
      : createPublicKey({ key: Buffer.concat([SPKI_PREFIX, rawKey(trimmed)]), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Reported below, without the text: it might be a private key, given by mistake.
  }
  throw new BadSetting('publicKey', 'must be an Ed25519 public key: 32 bytes in hex or Base64, or SPKI in PEM');
}

function rawKey(text: string): Buffer {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, 'base64');
  throw new RangeError('not a key');
}
