import { z } from 'zod';
import { jsonAnswer, type Answer } from '../http/answer';
import { refOf } from './callbacks';
import {
  DEFAULT_HISTORY_LIMIT,
  DEFAULT_PAGE,
  FEE,
  LARGEST_HISTORY_LIMIT,
  LARGEST_PAGE,
  STATUSES,
  type Behaviour,
} from './config';
import type { Call } from './context';
import { refusal } from './errors';
import { guid, queryOf } from './input';
import type { TransferRecord } from './records';
import { queriedTime, unzonedTime } from './times';
import { shown } from './transfers';

const time = z
  .string()
  .refine((text) => queriedTime(text) !== undefined, 'must be a time such as 2019-04-04T15:27:41')
  .transform((text) => queriedTime(text) ?? 0);

function whole(smallest: number, largest: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= smallest && value <= largest, `must be from ${smallest} to ${largest}`);
}

/** Parameters that are not known are ignored [I]; names of most are not preserved (section 4.5). */
const historyQuery = z.object({
  userid: guid,
  startdate: time.optional(),
  limit: whole(1, LARGEST_HISTORY_LIMIT).default(DEFAULT_HISTORY_LIMIT),
});

const listQuery = z.object({
  from: time.optional(),
  to: time.optional(),
  username: z.string().optional(),
  userid: guid.optional(),
  pagesize: whole(1, LARGEST_PAGE).default(DEFAULT_PAGE),
  cursor: whole(0, 1e9).default(0),
  status: z.enum(STATUSES).optional(),
  type: z.enum(['Deposit', 'Withdrawal']).optional(),
});

/** The filters that an installation ignores are there, and are never set. */
const unfiltered = listQuery.transform(({ from, to, pagesize, cursor }): z.output<typeof listQuery> => {
  return { from, to, pagesize, cursor };
});

/** `GET /back-api/backoffice/transfers/account/`: newest first [I], no comments [S]. */
export function accountHistory(call: Call): Answer {
  const { sandbox } = call;
  const { userid, startdate = 0, limit } = queryOf(call, historyQuery);
  if (sandbox.store.user(userid) === undefined) throw refusal('UserNotFound', 'The user does not exist.');
  const { historyShows, wrapper } = sandbox.workings.behaviour;
  const items = newestFirst(sandbox.store.transfers())
    .filter((transfer) => transfer.userId === userid && transfer.createdAtMs >= startdate)
    .filter(({ status }) => isShown(status, historyShows))
    .filter((transfer) => !isMissed(call, transfer))
    .slice(0, limit)
    .map(shown);
  return jsonAnswer(200, wrapped(items, wrapper));
}

/** `GET /back-api/api/v2/transfers`: everybody's, newest first [I], with comments, in pages counted from 0 [S]. */
export function transfers(call: Call): Answer {
  const { sandbox } = call;
  const { behaviour } = sandbox.workings;
  const query = queryOf(call, behaviour.filters === 'heeded' ? listQuery : unfiltered);
  const visible = query.status === undefined ? behaviour.listShows : behaviour.listFinds;
  const found = newestFirst(sandbox.store.transfers())
    .filter(({ status }) => isShown(status, visible) && (query.status === undefined || status === query.status))
    .filter((transfer) => isAskedFor(call, transfer, query))
    .filter((transfer) => !isMissed(call, transfer));
  const start = query.cursor * query.pagesize;
  const items = found.slice(start, start + query.pagesize).map((transfer) => listed(call, transfer));
  return jsonAnswer(200, wrapped(items, behaviour.wrapper));
}

function isAskedFor(
  { sandbox }: Call,
  { createdAtMs, userId, type }: TransferRecord,
  query: z.output<typeof listQuery>,
): boolean {
  const user = sandbox.store.user(userId);
  const names = [user?.userName ?? '', user?.email ?? ''];
  return (
    createdAtMs >= (query.from ?? 0) &&
    createdAtMs <= (query.to ?? Infinity) &&
    (query.userid === undefined || query.userid === userId) &&
    (query.type === undefined || query.type === type) &&
    (query.username === undefined || names.some((name) => name.includes(query.username ?? '')))
  );
}

/** A status that no document names is shown wherever a pending one would be. */
function isShown(status: string, shownStatuses: Behaviour['listShows']): boolean {
  const known = STATUSES.find((name) => name === status) ?? 'Pending';
  return shownStatuses.includes(known);
}

function newestFirst(all: readonly TransferRecord[]): readonly TransferRecord[] {
  return all.toReversed();
}

/** Whether a fault hides a transfer from this call. It fires only for what would be shown. */
function isMissed({ sandbox, subject }: Call, { userId, comment, createdAtMs }: TransferRecord): boolean {
  const about = { operation: subject.operation, partnerClientId: userId, partnerOrderRef: refOf(comment) };
  const ageMs = sandbox.clock.now() - createdAtMs;
  return (
    sandbox.faults.take(['lookup-misses'], about, ({ params }) => {
      return params.younger_than_ms === undefined || ageMs < params.younger_than_ms;
    }) !== undefined
  );
}

function wrapped(items: readonly object[], wrapper: Behaviour['wrapper']): object {
  return wrapper === 'data' ? { data: items } : items;
}

/** An entry of the list (section 4.6). The type is `Withdraw` in the list's own description [S]. */
function listed({ sandbox }: Call, transfer: TransferRecord): object {
  const { transferId, transactionId, userId, asset, type, status, amount, comment, errorDetails } = transfer;
  const user = sandbox.store.user(userId);
  return {
    userId,
    userName: user?.userName ?? '',
    email: user?.email ?? '',
    userRole: '',
    userRoles: [],
    comment,
    id: transactionId,
    asset,
    transferId: String(transferId),
    type: type === 'Withdrawal' ? 'Withdraw' : type,
    status,
    amount,
    fee: FEE,
    errorDetails,
    createdAt: unzonedTime(transfer.createdAtMs, transferId),
    updatedAt: unzonedTime(transfer.updatedAtMs, transferId),
    amountInRootAsset: amount,
    feeInRootAsset: FEE,
    rootAsset: 'usd',
  };
}
