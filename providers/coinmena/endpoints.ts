import { ACTIVATION } from './assumptions';

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Signed as sent, trailing slash included. */
  readonly path: string;
  /** Whether a partner endpoint, which is signed, or a public one. */
  readonly access: 'partner' | 'public';
}

/** Every path, in one table (docs/providers/coinmena.md section 4). Slashes are those that the documents print. */
export const ENDPOINTS = {
  createClient: { method: 'POST', path: '/v1/partner/clients', access: 'partner' },
  getClient: { method: 'GET', path: '/v1/partner/clients/{partner_client_id}/', access: 'partner' },
  activateClient: { method: ACTIVATION.value.method, path: ACTIVATION.value.path, access: 'partner' },
  uploadDocument: { method: 'POST', path: '/v1/partner/clients/{partner_client_id}/documents', access: 'partner' },
  listDocuments: { method: 'GET', path: '/v1/partner/clients/{partner_client_id}/documents', access: 'partner' },
  deposit: { method: 'POST', path: '/v1/partner/deposits', access: 'partner' },
  withdraw: { method: 'POST', path: '/v1/partner/withdrawals', access: 'partner' },
  orderByRef: { method: 'GET', path: '/v1/partner/orders/ref/{partner_order_ref}', access: 'partner' },
  balances: { method: 'GET', path: '/v1/partner/balances', access: 'partner' },
  balance: { method: 'GET', path: '/v1/partner/balances/{asset_id}', access: 'partner' },
  countries: { method: 'GET', path: '/v1/public/countries', access: 'public' },
  assets: { method: 'GET', path: '/v1/public/assets', access: 'public' },
} as const satisfies Record<string, Endpoint>;

export type Operation = keyof typeof ENDPOINTS;
