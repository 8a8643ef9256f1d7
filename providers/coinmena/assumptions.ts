import type { ErrorCode } from '../../contract/errors';
import { assumed, type Assumption } from '../assumption';

/**
 * Every fact about CoinMENA that this connector relies on and no document states. Each is one value with its
 * reason, so that it can be corrected here alone; `ASSUMPTIONS` lists them for `doctor`. The layout of the signed
 * string is the one exception: it is a setting (layout.ts).
 *
 * Section numbers are those of docs/providers/coinmena.md.
 */

export const SETTLE_WINDOW_MS = assumed({
  about: 'How long a look-up by reference may miss an order that was accepted, in milliseconds',
  value: 5000,
  mark: 'inferred',
  because: 'Funding is synchronous and immediate (Funding page); the margin is for a replica that lags',
});

export const CLOCK_OFFSET_MS = assumed({
  about: 'How far timestamps are set back, in milliseconds',
  value: 1000,
  mark: 'inferred',
  because: 'Timestamps in the future are refused and no tolerance is stated (Authentication page; section 2.2)',
});

export const MAX_TIMESTAMP_AGE_MS = assumed({
  about: 'How old a timestamp may be, in milliseconds, when the request arrives',
  value: 60_000,
  mark: 'inferred',
  because: '60 seconds are stated (Authentication page); that the edge is inclusive is not',
});

export const SIGN_PUBLIC_CALLS = assumed({
  about: 'Whether calls under /v1/public are signed',
  value: false,
  mark: 'inferred',
  because: 'Their name, and "all partner endpoints" are signed (Authentication page; section 1)',
});

export const ACTIVATION = assumed({
  about: 'The endpoint that activates a client',
  value: { method: 'PATCH', path: '/v1/partner/clients/{partner_client_id}/activation', body: { active: true } },
  mark: 'unknown',
  because: 'An activation endpoint exists (Funding page); its method, path and body are not published (section 7)',
});

export const NOT_FOUND_STATUS = assumed({
  about: 'The status of an answer about a record that does not exist; the body must be an error envelope',
  value: 404,
  mark: 'unknown',
  because:
    'A "not found" class exists (Error Codes page); neither its status nor its codes are stated. A 404 without an ' +
    'envelope is a gateway speaking, never an absence',
});

export const ORDER_ABSENT = assumed<readonly ErrorCode[]>({
  about: 'The errors by which a look-up says that there is no such order',
  value: ['NOT_FOUND'],
  mark: 'unknown',
  because: 'Neither status nor code is stated (section 8.4)',
});

export const CLIENT_ABSENT = assumed<readonly ErrorCode[]>({
  about: 'The errors by which a look-up says that there is no such client',
  value: ['CLIENT_UNKNOWN', 'NOT_FOUND'],
  mark: 'inferred',
  because: 'CLIENT_UNKNOWN is code 2008, which means an unknown client elsewhere (section 5.3)',
});

export const REFUSALS_TAKE_NO_EFFECT = assumed({
  about: 'What a 4xx answer did to a write, a 429 included',
  value: 'not-applied',
  mark: 'inferred',
  because:
    'Any error response means no order and no change of balance (Funding and Reconciliation page). Taken at its word ' +
    'for 4xx; a 5xx may be a gateway speaking for a service that did act, and is looked up',
});

export const VERIFIED_STATUS = assumed({
  about: 'The status of a client that may transact; every other word waits',
  value: 'verified',
  mark: 'inferred',
  because: 'The only status that is named (section 5.5)',
});

export const FAILED_STATUSES = assumed({
  about: 'The statuses of an order that moved no money and never will; every other word but completed waits',
  value: ['failed', 'rejected'],
  mark: 'inferred',
  because: 'Both are named with the advice to use a new reference (Funding page); others may exist (section 8.2)',
});

export const FIAT_TYPE = assumed({
  about: 'What marks an asset as fiat: its `type`. An asset without a type is left to the provider to refuse',
  value: 'fiat',
  mark: 'unknown',
  because: 'Only the flags published, depositable and withdrawable are stated (section 11.2)',
});

export const COUNTRY_FLAGS = assumed({
  about: 'The flags by which a country is refused for one field; a country without them is accepted for all',
  value: { residency: 'residency_allowed', citizenship: 'citizenship_allowed', placeOfBirth: 'place_of_birth_allowed' },
  mark: 'unknown',
  because: '"Not accepted for that field" (Onboarding page) says that support differs by field (section 5.6)',
});

export const LEGAL_AGE = assumed({
  about: 'The legal age, in years, unless it is configured',
  value: 18,
  mark: 'unknown',
  because: 'A legal age of the jurisdiction exists; neither number nor deciding country is stated (section 5.6)',
});

export const REQUIRED_DOCUMENTS = assumed({
  about: 'The document types an application must carry, unless they are configured',
  value: ['government_id'],
  mark: 'unknown',
  because: 'They are agreed between partner and CoinMENA (section 5.1)',
});

export const MAX_FILE_BYTES = assumed({
  about: 'The largest file, in bytes',
  value: 5_000_000,
  mark: 'inferred',
  because: '"5 MB" is stated (Onboarding page); the smaller of its two readings is safe under both (section 6)',
});

export const ABSENT_BALANCE = assumed({
  about: 'The balance of an asset that a client’s list of balances does not show',
  value: '0',
  mark: 'unknown',
  because: 'Whether zero balances are listed is not stated (section 11.1)',
});

export const FILES_ARE_KEPT_AS_SENT = assumed<boolean>({
  about: 'Whether a document is handed back byte for byte, so that its hash tells whether it is on file',
  value: true,
  mark: 'inferred',
  because: 'Presigned links to stored files (Onboarding page); a conversion is not mentioned',
});

export const UNVERIFIABLE_DOCUMENT_COUNTS_AS_FOUND = assumed<boolean>({
  about: 'Whether a document on file, of the type asked for, that cannot be downloaded counts as the one asked for',
  value: true,
  mark: 'inferred',
  because: 'An upload is not idempotent and whether a second replaces the first is unknown (section 6)',
});

/** What `doctor` prints. */
export const ASSUMPTIONS: readonly Assumption<unknown>[] = [
  SETTLE_WINDOW_MS,
  CLOCK_OFFSET_MS,
  MAX_TIMESTAMP_AGE_MS,
  SIGN_PUBLIC_CALLS,
  ACTIVATION,
  NOT_FOUND_STATUS,
  ORDER_ABSENT,
  CLIENT_ABSENT,
  REFUSALS_TAKE_NO_EFFECT,
  VERIFIED_STATUS,
  FAILED_STATUSES,
  FIAT_TYPE,
  COUNTRY_FLAGS,
  LEGAL_AGE,
  REQUIRED_DOCUMENTS,
  MAX_FILE_BYTES,
  ABSENT_BALANCE,
  FILES_ARE_KEPT_AS_SENT,
  UNVERIFIABLE_DOCUMENT_COUNTS_AS_FOUND,
];
