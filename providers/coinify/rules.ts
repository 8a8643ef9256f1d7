import type { FieldProblem } from '../../contract/errors';
import { amountProblem } from '../../contract/money';
import type { OrderRequest } from '../../contract/order-requests';
import { MAX_AMOUNT_DECIMALS } from './assumptions';

/** The problems of a movement that need no call: it is taken from a balance in a fiat currency (section 4). */
export function movementProblems({ asset, amount }: Pick<OrderRequest, 'asset' | 'amount'>): readonly FieldProblem[] {
  const problems = {
    asset: /^[A-Z]{3}$/.test(asset)
      ? undefined
      : 'must be the ISO code of the fiat currency to take it from, such as USD',
    amount: amountProblem(amount, MAX_AMOUNT_DECIMALS.value),
  };
  return Object.entries(problems).flatMap(([field, problem]) => (problem === undefined ? [] : [{ field, problem }]));
}
