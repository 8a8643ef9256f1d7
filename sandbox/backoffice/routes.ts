import type { Answer } from '../http/answer';
import type { Route } from '../http/routes';
import type { Call } from './context';
import type { Operation } from './fault-rules';
import { accountHistory, transfers } from './histories';
import { cancel, confirm, deposit, withdraw } from './transfers';

/** Every call (docs/providers/backoffice.md sections 2 and 4). A slash at the end of a path changes nothing. */
export const ROUTES: readonly Route<Operation, (call: Call) => Answer>[] = [
  {
    operation: 'token',
    method: 'POST',
    path: '/identity/connect/token',
    handler: ({ sandbox, received }) => sandbox.identity.token(received),
  },
  { operation: 'deposit', method: 'POST', path: '/back-api/backoffice/transfers/deposit', handler: deposit },
  { operation: 'withdraw', method: 'POST', path: '/back-api/backoffice/transfers/withdraw', handler: withdraw },
  {
    operation: 'withdraw-confirm',
    method: 'POST',
    path: '/back-api/backoffice/transfers/withdraw-confirm',
    handler: confirm,
  },
  {
    operation: 'withdraw-cancel',
    method: 'POST',
    path: '/back-api/backoffice/transfers/withdraw-cancel',
    handler: cancel,
  },
  {
    operation: 'account-history',
    method: 'GET',
    path: '/back-api/backoffice/transfers/account',
    handler: accountHistory,
  },
  { operation: 'transfers', method: 'GET', path: '/back-api/api/v2/transfers', handler: transfers },
];
