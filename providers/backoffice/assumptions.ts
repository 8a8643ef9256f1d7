import type { Outcome } from '../../contract/errors';
import { assumed, type Assumption } from '../assumption';

/**
 * Every fact about the back-office transfers API that this connector relies on and no document states. Each is one
 * value with its reason, so that it can be corrected here alone; `ASSUMPTIONS` lists them for `doctor`.
 *
 * Section numbers are those of docs/providers/backoffice.md.
 */
export const OAUTH_CLIENT = assumed({
  about: 'The OAuth client and the scopes of the token, unless they are configured',
  value: { id: 'core_ib', scope: 'openid offline_access BackOffice' },
  mark: 'inferred',
  because: 'The only client that is not a browser and has the BackOffice scope in the published library (section 2)',
});

export const TOKEN_LIFETIME_S = assumed({
  about: 'How long an access token is used if the answer does not say, in seconds',
  value: 30,
  mark: 'inferred',
  because: 'The library names 30 s as the default of its browser clients; the lifetime for core_ib is not stated',
});

export const UNAUTHORIZED_TAKES_NO_EFFECT = assumed<boolean>({
  about: 'Whether a call that was answered with 401 may be sent once more with a fresh token',
  value: true,
  mark: 'inferred',
  because: 'A bearer token is checked before a call is carried out (section 2)',
});

export const CALLBACK_URL_IS_OPTIONAL = assumed<boolean>({
  about: 'Whether `callbackUrl` may be left out if no address for callbacks is configured',
  value: true,
  mark: 'unknown',
  because: 'Whether it is required is not stated (section 4.1); history is polled all the same',
});

export const COMMENT_IS_KEPT = assumed<boolean>({
  about: 'Whether the `comment` of a transfer stands unchanged in the list of transfers',
  value: true,
  mark: 'inferred',
  because: 'The list shows a comment for each transfer (section 4.6); a lost order can be found by nothing else',
  builtInto: [
    { file: 'providers/backoffice/tokens.ts', name: 'carriesToken' },
    { file: 'providers/backoffice/tokens.ts', name: 'carriesAnyToken' },
  ],
});

export const MAX_REF_LENGTH = assumed({
  about: 'The longest ref, in characters: it stands in the comment beside its token',
  value: 100,
  mark: 'unknown',
  because: 'The longest comment is not stated (section 4.1)',
});

export const MAX_AMOUNT_DECIMALS = assumed({
  about: 'Decimal places an amount may have',
  value: 8,
  mark: 'unknown',
  because: 'Not stated; eight is the scale of the finest assets an exchange of this kind lists',
});

export const MAX_AMOUNT_DIGITS = assumed({
  about: 'Significant digits an amount may have',
  value: 15,
  mark: 'inferred',
  because: 'Amounts are JSON numbers: fifteen digits survive a server that reads them into binary floating point',
});

export const SETTLE_WINDOW_MS = assumed({
  about: 'How long the lists may miss a transfer that was accepted, in milliseconds; afterwards a person is asked',
  value: 300_000,
  mark: 'unknown',
  because: 'Not stated; the list of transfers is one of completed transfers, and a pending deposit may not show in it',
});

export const SEARCH_MARGIN_MS = assumed({
  about: 'How far before the first send a search begins, in milliseconds, unless it is configured',
  value: 300_000,
  mark: 'inferred',
  because: 'The clocks of both sides may differ (section 7)',
});

export const TRANSFER_ID = assumed<'id' | 'transferId'>({
  about: 'What a transfer is known by: `id` of an answer and of the account history, `transferId` of the list',
  value: 'transferId',
  mark: 'inferred',
  because: 'By name, and by the callback of withdrawals, which calls the same number TransferId (section 4.6)',
});

export const LIST_PARAMETERS = assumed({
  about: 'The names of query parameters: page size, page, user, status of the list; maximum of the account history',
  value: { pageSize: 'pageSize', page: 'cursor', user: 'userId', status: 'status', limit: 'limit' },
  mark: 'inferred',
  because:
    'Names other than cursor are not preserved; a filter that is ignored shows more than was asked for, which changes nothing',
});

export const LIST_PAGE_SIZE = assumed({
  about: 'Transfers asked for in one page of the list',
  value: 500,
  mark: 'inferred',
  because: '1 to 999 are stated (section 4.6); a page shorter than asked for does not end the reading',
});

export const HISTORY_LIMIT = assumed({
  about: 'Transfers asked for from the account history, which has no pages',
  value: 1000,
  mark: 'unknown',
  because: 'A maximum exists, 100 by default; its own limit is not stated (section 4.5)',
});

export const TIMES_ARE_UTC = assumed<boolean>({
  about: 'Whether a time without a zone is UTC',
  value: true,
  mark: 'inferred',
  because: 'Some samples carry Z and others of the same transfer do not (section 6)',
  builtInto: [{ file: 'providers/backoffice/mapping.ts', name: 'toHistoryTime' }],
});

export const FAILED_STATUSES = assumed({
  about: 'The statuses of a transfer that failed: it moved no money and never will',
  value: ['Failed'],
  mark: 'inferred',
  because: 'Stated as final (section 5)',
});

export const CANCELLED_STATUSES = assumed({
  about: 'The statuses of a transfer that somebody cancelled, so that a person is asked whether it is still to be made',
  value: ['Canceled'],
  mark: 'inferred',
  because:
    'Stated as final, and cancelling is a call of its own that somebody makes on purpose (section 5); that the reserved money comes back is not stated',
});

export const AWAITING_MOVES_NOTHING = assumed<boolean>({
  about: 'Whether a withdrawal that awaits confirmation moves no money until it is confirmed',
  value: true,
  mark: 'inferred',
  because: 'Confirming is a call of its own, and so is cancelling; expiry is not stated (section 5)',
});

export const CONFIRM_ONCE = assumed<boolean>({
  about: 'Whether confirming a transfer twice moves its money once',
  value: true,
  mark: 'inferred',
  because: 'Both calls name the same transfer (section 7)',
  builtInto: [{ file: 'workflows/funding/orders.ts', name: 'MAX_CHANGES_PER_ORDER' }],
});

export const INSUFFICIENT_CODES = assumed<readonly string[]>({
  about: 'Codes of a 400 that say that the user has too little',
  value: ['InsufficientFunds', 'InsufficientBalance', 'NotEnoughFunds', 'NotEnoughBalance'],
  mark: 'unknown',
  because: 'No code is published; every other 400 is about the request (section 3)',
});

export const UNKNOWN_USER_STATUS = assumed({
  about: 'The status of an answer about a user that does not exist',
  value: 404,
  mark: 'inferred',
  because: 'A Not Found error is stated for the account history (section 4.5); for the other calls nothing is',
});

export const RATE_LIMIT_OUTCOME = assumed<Exclude<Outcome, 'applied'>>({
  about: 'What a 429 did to a deposit or a withdrawal',
  value: 'unknown',
  mark: 'unknown',
  because:
    'No limit and no such answer is documented; a repeated deposit would pay twice, so nothing is taken for granted',
});

/** What `doctor` prints. */
export const ASSUMPTIONS: readonly Assumption<unknown>[] = [
  OAUTH_CLIENT,
  TOKEN_LIFETIME_S,
  UNAUTHORIZED_TAKES_NO_EFFECT,
  CALLBACK_URL_IS_OPTIONAL,
  COMMENT_IS_KEPT,
  MAX_REF_LENGTH,
  MAX_AMOUNT_DECIMALS,
  MAX_AMOUNT_DIGITS,
  SETTLE_WINDOW_MS,
  SEARCH_MARGIN_MS,
  TRANSFER_ID,
  LIST_PARAMETERS,
  LIST_PAGE_SIZE,
  HISTORY_LIMIT,
  TIMES_ARE_UTC,
  FAILED_STATUSES,
  CANCELLED_STATUSES,
  AWAITING_MOVES_NOTHING,
  CONFIRM_ONCE,
  INSUFFICIENT_CODES,
  UNKNOWN_USER_STATUS,
  RATE_LIMIT_OUTCOME,
];
