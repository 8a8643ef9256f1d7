import type { Route } from '../http/routes';
import { listBalances, getBalance } from './balances';
import { activateClient, createClient, getClient, updateClient } from './clients';
import type { Handler } from './context';
import { downloadFile, listDocuments, uploadDocument } from './documents';
import type { Operation } from './fault-rules';
import { deposit, withdrawal } from './funding';
import { getOrder, getOrderByRef, listOrders } from './orders';
import { BUCKET_PREFIX } from './presigned';
import { listAssets, listCountries } from './reference-data';

/**
 * Every path in one table. [S] are all but these [?]: updating and activating a client, the list of orders, an order by
 * its id (docs/providers/coinmena.md section 4). A path is found with and without a slash at its end, and never
 * redirected: a redirect would break the signature and lose a body.
 */
export const ROUTES: readonly Route<Operation, Handler>[] = [
  { operation: 'create-client', method: 'POST', path: '/v1/partner/clients', handler: createClient },
  { operation: 'get-client', method: 'GET', path: '/v1/partner/clients/{partner_client_id}', handler: getClient },
  {
    operation: 'update-client',
    method: 'PATCH',
    path: '/v1/partner/clients/{partner_client_id}',
    handler: updateClient,
  },
  ...(['PATCH', 'POST'] as const).map((method): Route<Operation, Handler> => ({
    operation: 'activate-client',
    method,
    path: '/v1/partner/clients/{partner_client_id}/activation',
    handler: activateClient,
  })),
  {
    operation: 'upload-document',
    method: 'POST',
    path: '/v1/partner/clients/{partner_client_id}/documents',
    handler: uploadDocument,
  },
  {
    operation: 'list-documents',
    method: 'GET',
    path: '/v1/partner/clients/{partner_client_id}/documents',
    handler: listDocuments,
  },
  { operation: 'deposit', method: 'POST', path: '/v1/partner/deposits', handler: deposit },
  { operation: 'withdrawal', method: 'POST', path: '/v1/partner/withdrawals', handler: withdrawal },
  {
    operation: 'get-order-by-ref',
    method: 'GET',
    path: '/v1/partner/orders/ref/{partner_order_ref}',
    handler: getOrderByRef,
  },
  { operation: 'get-order', method: 'GET', path: '/v1/partner/orders/{id}', handler: getOrder },
  { operation: 'list-orders', method: 'GET', path: '/v1/partner/orders', handler: listOrders },
  { operation: 'list-balances', method: 'GET', path: '/v1/partner/balances', handler: listBalances },
  { operation: 'get-balance', method: 'GET', path: '/v1/partner/balances/{asset_id}', handler: getBalance },
  { operation: 'list-countries', method: 'GET', path: '/v1/public/countries', handler: listCountries },
  { operation: 'list-assets', method: 'GET', path: '/v1/public/assets', handler: listAssets },
  { operation: 'download-file', method: 'GET', path: `${BUCKET_PREFIX}*`, handler: downloadFile },
];
