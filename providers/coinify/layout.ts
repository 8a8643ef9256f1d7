/**
 * What goes over the wire, as data: shared by the connector and the sandbox that checks it. Each keeps its own rules.
 * Marks as in docs/providers/coinify.md; what is inferred here stands in assumptions.ts too.
 */

/** Header of the API key (Authentication page). */
export const API_KEY_HEADER = 'x-api-key';
/** Header of a webhook's signature: HMAC-SHA256 of the raw body, lower-case hex (Webhook signature page). */
export const SIGNATURE_HEADER = 'x-coinify-webhook-signature';

/** Environments of a key, by what its first part says (Authentication page). */
export const KEY_PREFIXES = ['production', 'sandbox'] as const;
export type KeyPrefix = (typeof KEY_PREFIXES)[number];

/** The API's hosts and the environment of each (Environments page). */
export const HOSTS: Readonly<Record<string, KeyPrefix>> = {
  'api.payment.coinify.com': 'production',
  'api.payment.sandbox.coinify.com': 'sandbox',
};

/** [I] By analogy with POST /v1/payment-intents; "Withdrawals API endpoints", in the plural, is stated. */
export const OPERATIONS = {
  createWithdrawal: { method: 'POST', path: '/v1/withdrawals' },
  getWithdrawal: { method: 'GET', path: '/v1/withdrawals/{id}' },
  /** [?] Filtered by `orderId`. Used only if a setting says that it exists. */
  listWithdrawals: { method: 'GET', path: '/v1/withdrawals' },
} as const;
export type Operation = keyof typeof OPERATIONS;

/** The most keys of a withdrawal's context (Withdrawals resource page). */
export const MOST_CONTEXT_KEYS = 50;
