import { assumed, type Assumption } from '../assumption';
import type { NetworkName, UnknownNetworks } from '../destinations';
import { DEFAULT_LAYOUT } from './layout';
import { OPERATIONS } from './layout/operations';

/**
 * Every fact about Oceafin that this connector relies on and no page states. Each is one value with its reason, so
 * that it can be corrected here alone; `ASSUMPTIONS` lists them for `doctor`, the guessed methods and paths of
 * operations.ts among them. Names of fields that are not stated stand in wire/ and mapping.ts.
 *
 * Section numbers are those of docs/providers/oceafin.md.
 */
export const SIGNING_LAYOUT = assumed({
  about: 'How a missing body and the secret are read in the signed string; a setting',
  value: DEFAULT_LAYOUT,
  mark: 'inferred',
  because: '"An empty string for the body" is read as the hash of nothing, the secret as text (section 2.2)',
});

export const UNKNOWN_FIELDS = assumed({
  about: 'The names of the fields of every request and answer but those of creating a customer',
  value: 'wire/*.ts, mapping.ts',
  mark: 'unknown',
  because: 'The names of the schemas are stated, their fields are not (section 5)',
  builtInto: [
    { file: 'providers/oceafin/wire/checkouts.ts', name: 'checkout' },
    { file: 'providers/oceafin/wire/collections.ts', name: 'buyer' },
    { file: 'providers/oceafin/wire/common.ts', name: 'lifecycle' },
    { file: 'providers/oceafin/wire/conversion.ts', name: 'conversion' },
    { file: 'providers/oceafin/wire/crypto.ts', name: 'cryptoWithdrawal' },
    { file: 'providers/oceafin/wire/customers.ts', name: 'submission' },
    { file: 'providers/oceafin/wire/fiat-accounts.ts', name: 'fiatAccount' },
    { file: 'providers/oceafin/wire/fiat-withdrawals.ts', name: 'fiatWithdrawal' },
    { file: 'providers/oceafin/mapping.ts', name: 'toEvidence' },
  ],
});

export const SETTLE_WINDOW_MS = assumed({
  about: 'How long a list may miss what was accepted, in milliseconds',
  value: 10_000,
  mark: 'unknown',
  because: 'Nothing is stated; sending again under the same key answers at once (section 4)',
});

export const MAX_REF_LENGTH = assumed({
  about: 'The longest reference, in characters',
  value: 64,
  mark: 'unknown',
  because: 'No length is stated of references and keys; the key also holds customer and action (section 4)',
});

export const MAX_AMOUNT_DECIMALS = assumed({
  about: 'Decimal places of an amount, written as text',
  value: 8,
  mark: 'unknown',
  because: 'No number format is stated; text loses nothing (section 9)',
});

export const KEYS_REPLAY_FOR_GOOD = assumed<boolean>({
  about: 'Whether a key that was used answers with the first answer for as long as an intent may be in doubt',
  value: true,
  mark: 'unknown',
  because:
    'The same key and body give the stored response (Authentication page); for how long is not stated (section 4)',
});

export const EXPIRY_SETTLES_DOUBT = assumed({
  about: 'Whether PARTNER_QUOTE_EXPIRED on a draft sent again means that no earlier send under its key took effect',
  value: true,
  mark: 'inferred',
  because: 'Had one taken effect, its stored response would be the answer (section 4)',
  builtInto: [{ file: 'workflows/funding/rule.ts', name: 'decide' }],
});

export const READ_BY_CREATING = assumed({
  about: 'How the status of a customer is read: creation is sent again, under a key that was never used',
  value: `${OPERATIONS.createCustomer.method} ${OPERATIONS.createCustomer.path}`,
  mark: 'inferred',
  because:
    'No operation reads a customer; creation answers with the existing one (create partner customer page), and the ' +
    'old key would replay what was true then (section 6.1). Of a customer that does not exist it creates an empty draft',
  builtInto: [{ file: 'providers/oceafin/client-calls.ts', name: 'OceafinClients' }],
});

export const CREATED_STATUS = assumed({
  about: 'The HTTP status by which a creation says that it created the customer; by any other it was there before',
  value: 201,
  mark: 'unknown',
  because:
    'Creation answers with a new customer or the existing one (create partner customer page) and shows nothing else ' +
    'that tells them apart; its statuses are not stated, HTTP has 201 for the one. If it is wrong, onboarding asks ' +
    'a person (CLIENT_TAKEN, CONTRACT_DRIFT) and adopts nobody (section 6.1)',
});

export const APPROVED_STATUS = assumed({
  about: 'The status of a customer that may use products',
  value: 'APPROVED',
  mark: 'inferred',
  because:
    '"May use enabled products" (Customers And Onboarding page); that the others may not is inferred (section 6.1)',
});

export const REJECTED_STATUSES = assumed({
  about: 'The statuses of a customer that will not be approved',
  value: ['REJECTED', 'CLOSED'],
  mark: 'inferred',
  because: 'Their meanings; whether a rejected customer may submit again is not stated (section 6.1)',
});

export const INACTIVE_STATUSES = assumed({
  about: 'The statuses of a customer that was approved and may not use products now',
  value: ['SUSPENDED'],
  mark: 'inferred',
  because: '"Blocked by platform controls" (section 6.1)',
});

export const ORDER_STATUSES = assumed({
  about: 'What the statuses of withdrawals and conversions mean; every other word waits',
  value: {
    completed: ['COMPLETED'],
    failed: ['FAILED', 'REJECTED'],
    // Cancelled by somebody, or never submitted in time: neither says that the money is still to move.
    cancelled: ['CANCELLED', 'EXPIRED'],
    awaitsConfirmation: ['DRAFT'],
    awaitsInformation: ['ADDITIONAL_INFO_REQUIRED'],
  },
  mark: 'unknown',
  because: 'The operations tell the stages, no page their names (section 6.2)',
});

export const CONVERSION_STARTS_WITH_ITS_DRAFT = assumed({
  about: 'Whether a conversion is carried out once its approval draft with the evidence is created',
  value: true,
  mark: 'inferred',
  because: 'No operation submits a conversion (section 5.4)',
  builtInto: [{ file: 'providers/oceafin/orders/conversions.ts', name: 'ConversionRoute' }],
});

export const ACTIVE_STATUSES = assumed({
  about: 'The statuses of a capability, bank account, fiat account or beneficiary that can be used',
  value: ['ACTIVE', 'APPROVED', 'ENABLED'],
  mark: 'unknown',
  because: 'No statuses of these are stated (section 6.2)',
});

export const REFUSED_STATUSES = assumed({
  about: 'The statuses of a fiat account application that will not become an account',
  value: ['REJECTED', 'FAILED', 'CLOSED'],
  mark: 'unknown',
  because: 'No statuses of applications are stated (section 6.2)',
});

export const INFORMATION_STATUSES = assumed({
  about: 'The statuses of an application that waits for more data',
  value: ['ADDITIONAL_INFO_REQUIRED', 'MISSING_INFO_REQUIRED'],
  mark: 'unknown',
  because: 'An operation submits additional information (section 5.2); the status before it is not named',
});

export const RECEIVED_STATUSES = assumed({
  about: 'The statuses of a fiat deposit that has arrived',
  value: ['COMPLETED', 'CREDITED'],
  mark: 'unknown',
  because: 'No statuses of deposits are stated (section 5.2)',
});

export const RETURNED_DEPOSIT_STATUSES = assumed({
  about: 'The statuses of a fiat deposit that will not arrive',
  value: ['FAILED', 'REJECTED', 'RETURNED'],
  mark: 'unknown',
  because: 'No statuses of deposits are stated (section 5.2)',
});

export const ABSENT_BALANCE = assumed({
  about: 'The balance of an asset that a customer’s list of balances does not show',
  value: '0',
  mark: 'unknown',
  because: 'Whether zero balances are listed is not stated (section 5.1)',
});

export const FILE_PART = assumed({
  about: 'The name of the file in a multipart upload, and of the texts beside it',
  value: { file: 'file', documentType: 'documentType', side: 'side' },
  mark: 'unknown',
  because: 'The content type is stated (Customers And Onboarding page), its parts are not (section 5.1)',
});

export const MULTIPART_IS_HASHED_AS_SENT = assumed({
  about: 'Whether the signature of an upload covers its raw bytes, boundaries included',
  value: true,
  mark: 'inferred',
  because: 'Only "request body" is specified (section 2.2)',
  builtInto: [{ file: 'providers/oceafin/signing.ts', name: 'canonicalString' }],
});

export const MAX_FILE_BYTES = assumed({
  about: 'The largest file, in bytes',
  value: 10_000_000,
  mark: 'unknown',
  because: 'No limit is stated (section 5.1)',
});

export const ACCEPTED_MIMES = assumed({
  about: 'The media types of files',
  value: ['image/jpeg', 'image/png', 'application/pdf'],
  mark: 'unknown',
  because: 'None are stated (section 5.1)',
});

export const PAGE = assumed({
  about: 'How a list goes on: the cursor of the next page, if it is asked for, and how many pages are read',
  value: { cursorParameter: 'cursor', mostPages: 200 },
  mark: 'unknown',
  because: 'Lists share a PageInfo whose fields are not stated (section 5.6)',
});

export const EFFECT_OF_REFUSALS = assumed({
  about: 'What a 4xx answer with a PARTNER_ code did to a write',
  value: 'not-applied',
  mark: 'inferred',
  because: 'Each code names a reason why the action was not done (Errors page); a 5xx may speak for one that was',
});

export const VALIDATION_STATUSES = assumed({
  about: 'The statuses of an answer about wrong fields, whatever its code',
  value: [400, 422],
  mark: 'unknown',
  because: 'Field-level details exist (Errors page), no code for them is listed (section 3.2)',
});

export const WEBHOOK_WINDOW_MS = assumed({
  about: 'How far a webhook’s timestamp may be from our clock, in milliseconds, either way',
  value: 300_000,
  mark: 'unknown',
  because: 'No window is stated (section 7)',
});

export const WEBHOOK_MEMORY_MS = assumed({
  about:
    'For how long a webhook’s event may come again, in milliseconds; its id is remembered for the namespace’s ' +
    'retention, which must be no shorter',
  value: 7 * 24 * 3_600_000,
  mark: 'unknown',
  because: 'Failed deliveries are retried up to a limit that is not stated, nor is their spacing (section 7)',
  builtInto: [
    { file: 'client/flow/callbacks.ts', name: 'storeCallback' },
    { file: 'temporal/namespace.ts', name: 'RETENTION_MS' },
  ],
});

export const NETWORK_NAMES = assumed<Readonly<Record<string, NetworkName>>>({
  about:
    'The network that a wallet’s `network` names, in capitals and without what parts its words; by the names of ' +
    'providers/destinations/networks.ts',
  value: {
    BITCOIN: 'bitcoin',
    BTC: 'bitcoin',
    BITCOINCASH: 'bitcoin-cash',
    BCH: 'bitcoin-cash',
    LITECOIN: 'litecoin',
    LTC: 'litecoin',
    DOGECOIN: 'dogecoin',
    DOGE: 'dogecoin',
    DASH: 'dash',
    ETHEREUM: 'ethereum',
    ETH: 'ethereum',
    ERC20: 'ethereum',
    POLYGON: 'polygon',
    MATIC: 'polygon',
    POL: 'polygon',
    BSC: 'bnb-smart-chain',
    BEP20: 'bnb-smart-chain',
    BNBSMARTCHAIN: 'bnb-smart-chain',
    BINANCESMARTCHAIN: 'bnb-smart-chain',
    ARBITRUM: 'arbitrum',
    ARBITRUMONE: 'arbitrum',
    OPTIMISM: 'optimism',
    BASE: 'base',
    AVALANCHE: 'avalanche',
    AVALANCHEC: 'avalanche',
    AVAXC: 'avalanche',
    AVAX: 'avalanche',
    TRON: 'tron',
    TRX: 'tron',
    TRC20: 'tron',
    SOLANA: 'solana',
    SOL: 'solana',
    SPL: 'solana',
    RIPPLE: 'ripple',
    XRP: 'ripple',
    XRPL: 'ripple',
    STELLAR: 'stellar',
    XLM: 'stellar',
  },
  mark: 'unknown',
  because:
    'No page lists the networks or their names (section 5.5): these are their usual names, each of a main network',
});

export const UNKNOWN_NETWORKS = assumed<UnknownNetworks>({
  about: 'What becomes of an address of a network that is not among these: "strict-characters" or "refuse"',
  value: 'strict-characters',
  mark: 'unknown',
  because:
    'The list of networks is not stated (section 5.5): one may be sent to that is not known here, at an address of ' +
    'plain ASCII, which Oceafin itself has to check',
});

export const ASSET_NETWORKS = assumed<Readonly<Record<string, readonly NetworkName[]>>>({
  about: 'The networks that an asset can be sent on, of those that are known; an asset that is not here, on any',
  value: {
    BTC: ['bitcoin'],
    BCH: ['bitcoin-cash'],
    LTC: ['litecoin'],
    DOGE: ['dogecoin'],
    DASH: ['dash'],
    ETH: ['ethereum', 'arbitrum', 'optimism', 'base'],
    TRX: ['tron'],
    SOL: ['solana'],
    XRP: ['ripple'],
    XLM: ['stellar'],
    USDT: ['ethereum', 'tron', 'solana', 'polygon', 'bnb-smart-chain', 'arbitrum', 'optimism', 'avalanche'],
    USDC: [
      'ethereum',
      'solana',
      'polygon',
      'bnb-smart-chain',
      'arbitrum',
      'optimism',
      'base',
      'avalanche',
      'stellar',
      'ripple',
    ],
  },
  mark: 'inferred',
  because: 'Where their issuers issue them; which of these Oceafin sends on is not stated (section 5.5)',
});

export const BANK_COUNTRY = assumed({
  about: "How a bank's country is written; it says what the numbers of an account look like",
  value: 'ISO 3166-1, two capitals',
  mark: 'unknown',
  because: 'The fields of a bank account are not stated (section 5.3)',
  builtInto: [{ file: 'providers/oceafin/destinations.ts', name: 'bankAccountProblems' }],
});

const GUESSED_OPERATIONS: readonly Assumption<unknown>[] = Object.entries(OPERATIONS).flatMap(([operation, facts]) => {
  const { method, path, published, marks } = facts;
  if (marks.method === 'stated' && marks.path === 'stated') return [];
  const guessed = marks.method === 'stated' ? 'path' : 'method and path';
  return [
    assumed<string>({
      about: `The ${guessed} of ${operation} ("${published}")`,
      value: `${method} ${path}`,
      mark: marks.path === 'unknown' || marks.method === 'unknown' ? 'unknown' : 'inferred',
      because: 'By analogy with the paths that are stated (section 5)',
    }),
  ];
});

/** What `doctor` prints. */
export const ASSUMPTIONS: readonly Assumption<unknown>[] = [
  SIGNING_LAYOUT,
  UNKNOWN_FIELDS,
  SETTLE_WINDOW_MS,
  MAX_REF_LENGTH,
  MAX_AMOUNT_DECIMALS,
  KEYS_REPLAY_FOR_GOOD,
  EXPIRY_SETTLES_DOUBT,
  READ_BY_CREATING,
  CREATED_STATUS,
  APPROVED_STATUS,
  REJECTED_STATUSES,
  INACTIVE_STATUSES,
  ORDER_STATUSES,
  CONVERSION_STARTS_WITH_ITS_DRAFT,
  ACTIVE_STATUSES,
  REFUSED_STATUSES,
  INFORMATION_STATUSES,
  RECEIVED_STATUSES,
  RETURNED_DEPOSIT_STATUSES,
  ABSENT_BALANCE,
  FILE_PART,
  MULTIPART_IS_HASHED_AS_SENT,
  MAX_FILE_BYTES,
  ACCEPTED_MIMES,
  PAGE,
  EFFECT_OF_REFUSALS,
  VALIDATION_STATUSES,
  WEBHOOK_WINDOW_MS,
  WEBHOOK_MEMORY_MS,
  NETWORK_NAMES,
  UNKNOWN_NETWORKS,
  ASSET_NETWORKS,
  BANK_COUNTRY,
  ...GUESSED_OPERATIONS,
];
