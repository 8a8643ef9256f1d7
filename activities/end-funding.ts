import type { Balance } from '../contract/funding';
import { readBalance } from './balance';
import type { EndFundingArgument, EndedFunding } from './arguments';
import { askBook } from './ask-book';
import type { ActivityDeps } from './deps';

/**
 * Records in the book how an intent ended, and the order that it ended with as it was read last; then reads the balance, if
 * it is asked for. Repeated, it changes nothing.
 *
 * @throws Refusal BOOK_UNAVAILABLE: the end is not in the book yet; ProviderError if the balance could not be read: it is
 */
export function endFunding(deps: ActivityDeps) {
  const balanceOf = readBalance(deps);
  return async ({ intent, entries, outcome, order, readAt, balance }: EndFundingArgument): Promise<EndedFunding> => {
    const { log } = deps.sends;
    const end = { outcome, ...(order === undefined ? {} : { orderId: order.orderId }) };
    const recorded = await askBook(async () => {
      if (order !== undefined) await log.see({ ...intent, entries }, order, readAt);
      return await log.end({ ...intent, entries }, end);
    });
    const after: Balance | undefined =
      balance === undefined ? undefined : await balanceOf({ provider: intent.provider, ...balance });
    return { recorded: recorded.is, ...(after === undefined ? {} : { balance: after }) };
  };
}
