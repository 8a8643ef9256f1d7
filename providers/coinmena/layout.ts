/**
 * How the string that CoinMENA verifies is laid out, as data. The order of its parts is stated (timestamp, method,
 * path, body hash: CoinMENA Authentication page); all else here is inferred or unknown
 * (docs/providers/coinmena.md section 2.2), so it is a value that can be set, and that `doctor` can find by trying.
 *
 * Data only: the builder and the checker of a signature each have their own code, so that the two can disagree.
 */
export interface SigningLayout {
  /** What stands between the four parts; nothing follows the last. */
  readonly separator: string;
  /** Whether the path is signed with its query string, `?` included. */
  readonly includeQuery: boolean;
  /** How the SHA-256 of the body is written: lower-case hex, or standard Base64 with padding. */
  readonly hashEncoding: 'hex' | 'base64';
  /** What replaces the hash if there is no body: the hash of zero bytes, or nothing. */
  readonly emptyBody: 'hash' | 'empty';
  /** Whether a multipart body is hashed as sent, boundary lines included, or signed as though there were no body. */
  readonly multipartBody: 'raw' | 'empty';
}

/** [I] The working assumption (docs/providers/coinmena.md section 2.2). */
export const DEFAULT_LAYOUT: SigningLayout = {
  separator: '\n',
  includeQuery: false,
  hashEncoding: 'hex',
  emptyBody: 'hash',
  multipartBody: 'raw',
};

const SEPARATORS = ['\n', '', '|', '.', ':'] as const;

const BODY_HASHES = [
  { hashEncoding: 'hex', emptyBody: 'hash' },
  { hashEncoding: 'base64', emptyBody: 'hash' },
  { hashEncoding: 'hex', emptyBody: 'empty' },
] as const satisfies readonly Partial<SigningLayout>[];

/**
 * [I] The layouts worth trying against a real endpoint with a signed GET that has no query, likeliest first; the
 * default is the first. Such a GET says nothing about `includeQuery` and `multipartBody`: try a GET with a query, and
 * an upload, for those.
 */
export const CANDIDATE_LAYOUTS: readonly SigningLayout[] = BODY_HASHES.flatMap((bodyHash) =>
  SEPARATORS.map((separator) => ({ ...DEFAULT_LAYOUT, ...bodyHash, separator })),
);
