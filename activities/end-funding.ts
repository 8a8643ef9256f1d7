import type { Balance } from '../contract/funding';
import type { Ended, IntentEnd, RecordedIntent, SendLog } from '../contract/send-log';
import { readBalance } from './balance';
import type { EndFundingArgument, EndedFunding } from './arguments';
import { askBook } from './ask-book';
import type { ActivityDeps } from './deps';
import { askedIntent } from './funding';

type Recorded = Ended | { readonly is: 'never-admitted' };

/**
 * Records in the book how an intent ended, and the order that it ended with as it was read last; then reads the balance, if
 * it is asked for. Repeated, it changes nothing. An intent that was sent without the asker's knowledge has not ended: the
 * asker is told each send of it.
 *
 * @throws Refusal BOOK_UNAVAILABLE: the end is not in the book yet; ProviderError if the balance could not be read: it is
 */
export function endFunding(deps: ActivityDeps) {
  const balanceOf = readBalance(deps);
  return async (argument: EndFundingArgument): Promise<EndedFunding> => {
    const { intent, outcome, order, balance } = argument;
    const end = { outcome, ...(order === undefined ? {} : { orderId: order.orderId }) };
    const { is: recorded, ...told } = await askBook(() => record(deps, argument, end));
    if (recorded === 'sent-elsewhere' || balance === undefined) return { recorded, ...told };
    const after: Balance = await balanceOf({ provider: intent.provider, ...balance });
    return { recorded, ...told, balance: after };
  };
}

async function record(
  { sends: { log } }: ActivityDeps,
  { intent, entries: known, asked, heard, order, readAt }: EndFundingArgument,
  end: IntentEnd,
): Promise<Recorded> {
  const booked = known === undefined ? await found(log, asked) : { entries: known };
  if (booked === undefined) return { is: 'never-admitted' };
  const { entries } = booked;
  // It ended before this run was told of it.
  if ('end' in booked) return { is: 'contradicted', entries };
  if (order !== undefined) await log.see({ ...intent, entries }, order, readAt);
  return await log.end({ ...intent, entries }, end, heard);
}

/** What the book has of what was asked for, if that can be read at all. */
async function found(log: SendLog, asked: EndFundingArgument['asked']): Promise<RecordedIntent | undefined> {
  const intent = asked === undefined ? undefined : askedIntent(asked);
  return intent === undefined ? undefined : await log.find(intent);
}
