import type { Outcome } from '../../contract/errors';
import { assumed, type Assumption } from '../assumption';
import type { UnknownNetworks } from '../destinations';
import { OPERATIONS } from './layout';

/**
 * Every fact about Coinify's withdrawals that this connector relies on and no document states. Each is one value
 * with its reason, so that it can be corrected here alone; `ASSUMPTIONS` lists them for `doctor`. Paths and methods stand
 * in layout.ts, where the sandbox sees them too, the names of the fields of a create in mapping.ts.
 *
 * Section numbers are those of docs/providers/coinify.md.
 */
export const CREATE_CALL = assumed({
  about: 'Method and path of the call that creates a withdrawal, and its body, as in mapping.ts',
  value: OPERATIONS.createWithdrawal,
  mark: 'inferred',
  because: 'Its reference page is not known; the fields are those of the resource, the path that of its sister (5.1)',
  builtInto: [{ file: 'providers/coinify/mapping.ts', name: 'toWireWithdrawal' }],
});

export const READ_CALL = assumed({
  about: 'Method and path of the call that reads a withdrawal',
  value: OPERATIONS.getWithdrawal,
  mark: 'inferred',
  because: '"Withdrawals API endpoints", in the plural (5.2); without it no cancellation can be seen',
});

export const LIST_CALL = assumed({
  about: 'The call that finds a withdrawal by its order id, if COINIFY_FIND_BY_ORDER_ID=true',
  value: { ...OPERATIONS.listWithdrawals, parameter: 'orderId' },
  mark: 'unknown',
  because: 'No list is stated (5.2); it is not asked for unless the setting says that it exists',
});

export const ORDER_IDS_ARE_UNIQUE = assumed<boolean>({
  about: 'Whether a second withdrawal under an order id is refused, for ever',
  value: true,
  mark: 'inferred',
  because:
    '"Must be unique for each new Withdrawal request"; what a repeat is answered with is not stated (section 6). ' +
    'Verify in the sandbox before production: a lost answer is resolved by sending again under the same order id',
});

export const DUPLICATE_STATUS = assumed({
  about: 'The status of an answer that says that an order id was used before, whatever its code',
  value: 409,
  mark: 'unknown',
  because: 'Nothing is stated; 409 is what HTTP has for it (section 6)',
});

export const DUPLICATE_CODES = assumed<readonly string[]>({
  about: 'Codes that say so, whatever their status',
  value: ['order_id_not_unique', 'duplicate_order_id', 'order_id_already_exists', 'order_id_taken'],
  mark: 'unknown',
  because: 'No codes are published (section 3)',
});

export const INSUFFICIENT_CODES = assumed<readonly string[]>({
  about: "Codes that say that the merchant's balance is too small",
  value: ['insufficient_balance', 'insufficient_funds', 'balance_too_low'],
  mark: 'unknown',
  because: 'No codes are published (section 3)',
});

export const INELIGIBLE_CODES = assumed<readonly string[]>({
  about: 'Codes that say that a currency cannot be had',
  value: ['currency_unavailable', 'currency_not_supported', 'unsupported_currency'],
  mark: 'unknown',
  because: 'No codes are published; the states of estimates speak of unavailable currencies (5.3)',
});

export const FIELD_CODES = assumed({
  about: 'Codes that name a wrong field',
  value: {
    invalid_address: 'details.address',
    invalid_address_tag: 'details.addressTag',
    amount_too_low: 'amount',
    amount_too_large: 'amount',
    invalid_amount: 'amount',
  },
  mark: 'unknown',
  because: 'No codes are published; the states of estimates speak of too low and too large amounts (5.3)',
});

export const RATE_LIMIT_OUTCOME = assumed<Exclude<Outcome, 'applied'>>({
  about: 'What a 429 did to a create',
  value: 'unknown',
  mark: 'unknown',
  because: 'No limit and no such answer is documented (section 3)',
});

export const SETTLE_WINDOW_MS = assumed({
  about: 'How long news of a create whose answer was lost is waited for before it is sent again, in milliseconds',
  value: 10_000,
  mark: 'unknown',
  because: 'Nothing is stated on how soon webhooks come; sending again under the same order id is refused (section 6)',
});

export const MAX_REF_LENGTH = assumed({
  about: 'The longest order id, in characters; it may hold "~" too',
  value: 64,
  mark: 'unknown',
  because: 'Neither length nor characters are stated (section 4)',
});

export const MAX_AMOUNT_DECIMALS = assumed({
  about: 'Decimal places of a base amount',
  value: 2,
  mark: 'inferred',
  because: 'It is an amount of a fiat currency; its precision is not stated (section 4)',
});

export const CANCELLED_MOVED_NOTHING = assumed<boolean>({
  about:
    'Whether a cancelled withdrawal moved no money, and what was deducted for it comes back; a person is asked what is to come of it',
  value: true,
  mark: 'inferred',
  because:
    '"Cancelled by Coinify\'s system", before it was initiated on chain; the balance is not spoken of (section 7)',
});

export const CUSTOMER_EMAIL_IS_REQUIRED = assumed<boolean>({
  about: "Whether a create must carry the customer's mail address",
  value: true,
  mark: 'inferred',
  because: 'The resource always shows one, and creating a payment intent demands one (5.1, 5.5)',
});

export const MAX_TEXT = assumed({
  about: 'The longest memo, tag, key and value of a context, in characters',
  value: 255,
  mark: 'unknown',
  because: 'No lengths are stated (section 4)',
});

export const NETWORKS = assumed({
  about:
    'The networks that an address of a currency may be of, by their names in providers/destinations/networks.ts; what ' +
    'becomes of other currencies, UNKNOWN_CURRENCIES says',
  value: {
    BTC: ['bitcoin'],
    BCH: ['bitcoin-cash'],
    LTC: ['litecoin'],
    DOGE: ['dogecoin'],
    DASH: ['dash'],
    ETH: ['ethereum'],
    USDC: ['ethereum'],
    USDT: ['ethereum', 'tron'],
    XRP: ['ripple'],
    XLM: ['stellar'],
    TRX: ['tron'],
    SOL: ['solana'],
  },
  mark: 'inferred',
  because:
    'An address "must belong to the specific network of the finalCurrency"; only USDC on Ethereum is named (section 1). ' +
    'Main networks: addresses of test networks are refused if they differ',
});

export const UNKNOWN_CURRENCIES = assumed<UnknownNetworks>({
  about: 'What becomes of an address of a currency that has no networks here: "strict-characters" or "refuse"',
  value: 'strict-characters',
  mark: 'unknown',
  because:
    'The currencies are not listed (section 1): one may be sent that is not known here, to an address of plain ASCII, ' +
    'which Coinify itself has to check',
});

export const AUTHENTICATION_COMES_FIRST = assumed<boolean>({
  about: 'Whether a read of a withdrawal that does not exist tells that the key is accepted',
  value: true,
  mark: 'inferred',
  because: 'Reading a withdrawal is protected (section 2), and keys are checked before records are looked for',
});

export const WEBHOOKS_TELL_THE_ORDER_ID = assumed<boolean>({
  about: 'Whether every event of a withdrawal carries its id and order id',
  value: true,
  mark: 'inferred',
  because: 'Both stand in the context of the events that are documented; the list of events may go on (section 8)',
});

/** What `doctor` prints. */
export const ASSUMPTIONS: readonly Assumption<unknown>[] = [
  CREATE_CALL,
  READ_CALL,
  LIST_CALL,
  ORDER_IDS_ARE_UNIQUE,
  DUPLICATE_STATUS,
  DUPLICATE_CODES,
  INSUFFICIENT_CODES,
  INELIGIBLE_CODES,
  FIELD_CODES,
  RATE_LIMIT_OUTCOME,
  SETTLE_WINDOW_MS,
  MAX_REF_LENGTH,
  MAX_AMOUNT_DECIMALS,
  CANCELLED_MOVED_NOTHING,
  CUSTOMER_EMAIL_IS_REQUIRED,
  MAX_TEXT,
  NETWORKS,
  UNKNOWN_CURRENCIES,
  AUTHENTICATION_COMES_FIRST,
  WEBHOOKS_TELL_THE_ORDER_ID,
];
