/**
 * The headers of every answer: it is no page, must not be shown in one, kept, or taken for another type than it says;
 * and no other site learns the address it came from. The pages of /docs have a policy of their own.
 */
export const ANSWER_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
