import { OPERATIONS as FACTS, type Operation } from '../../providers/coinify/layout';
import type { Answer } from '../http/answer';
import type { Route } from '../http/routes';
import type { Call } from './context';
import { OPERATIONS } from './fault-rules';
import { createWithdrawal, getWithdrawal, listWithdrawals } from './withdrawals';

const HANDLERS: Readonly<Record<Operation, (call: Call) => Answer>> = {
  createWithdrawal,
  getWithdrawal,
  listWithdrawals,
};

/** Paths and methods are the connector's guesses too: one table has them. */
export const ROUTES: readonly Route<Operation, (call: Call) => Answer>[] = OPERATIONS.map((operation) => ({
  operation,
  method: FACTS[operation].method,
  path: FACTS[operation].path,
  handler: HANDLERS[operation],
}));
