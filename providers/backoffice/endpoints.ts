interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** Every path, in one table (docs/providers/backoffice.md sections 2 and 4). Slashes are those that the documents print. */
export const ENDPOINTS = {
  token: { method: 'POST', path: '/identity/connect/token' },
  deposit: { method: 'POST', path: '/back-api/backoffice/transfers/deposit' },
  withdraw: { method: 'POST', path: '/back-api/backoffice/transfers/withdraw' },
  confirmWithdrawal: { method: 'POST', path: '/back-api/backoffice/transfers/withdraw-confirm' },
  cancelWithdrawal: { method: 'POST', path: '/back-api/backoffice/transfers/withdraw-cancel' },
  accountHistory: { method: 'GET', path: '/back-api/backoffice/transfers/account/' },
  transfers: { method: 'GET', path: '/back-api/api/v2/transfers' },
} as const satisfies Record<string, Endpoint>;

export type Operation = Exclude<keyof typeof ENDPOINTS, 'token'>;
