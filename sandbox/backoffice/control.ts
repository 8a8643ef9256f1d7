import { z } from 'zod';
import { ControlProblem, parseControl, type ControlRoute } from '../http/control';
import type { Counters } from '../http/counters';
import { isLess, minus } from '../http/decimals';
import { clockRoute, faultRoutes } from '../http/fault-control';
import type { SeededRandom } from '../http/random';
import type { NotedRefusal } from './auth';
import { ASSETS, DEFAULT_BEHAVIOUR, FINAL_STATUSES, STATUSES } from './config';
import type { Sandbox } from './context';
import { backofficeFaultRule, OPERATIONS, type Operation } from './fault-rules';
import { guid } from './input';
import { ledgerOf } from './ledger';
import type { TransferRecord } from './records';
import { brought, keep, newsOf, shown } from './transfers';

export interface Controlled {
  readonly sandbox: Sandbox;
  readonly counters: Counters<Operation, NotedRefusal>;
  readonly random: SeededRandom;
  /** How long a deposit stays pending if nobody changed it. */
  readonly settleMs: number;
}

const text = z.string().max(255);
const decimal = z.string().regex(/^\d{1,60}(\.\d{1,18})?$/, 'must be a plain decimal string');

const newUser = z.strictObject({ user_id: guid, user_name: text.optional(), email: text.default('') });

const statusChange = z.strictObject({ status: text.min(1), error_details: text.default('') });

const planted = z.strictObject({
  user_id: guid,
  type: z.enum(['Deposit', 'Withdrawal']),
  status: text.min(1).default('Completed'),
  asset: z.enum(ASSETS).default('usd'),
  amount: decimal,
  comment: z.string().max(500).default(''),
  /** How long ago it was made, in milliseconds. */
  age_ms: z.int().min(0).max(1e12).default(0),
});

const balanceChange = z.strictObject({
  user_id: guid,
  asset: z.enum(ASSETS),
  total: decimal,
  /** As much as `total` if not given. */
  available: decimal.optional(),
});

const statuses = z.array(z.enum(STATUSES));
const settingsChange = z.strictObject({
  list_shows: statuses.optional(),
  list_finds: statuses.optional(),
  history_shows: statuses.optional(),
  filters: z.enum(['heeded', 'ignored']).optional(),
  wrapper: z.enum(['none', 'data']).optional(),
  step_answer: z.enum(['empty', 'callback', 'transfer']).optional(),
  too_little: z.enum(['refused', 'failed']).optional(),
  settle_ms: z.int().min(0).max(600_000).optional(),
  token_life_ms: z.int().min(0).max(86_400_000).optional(),
});

/** What the control port takes. Money that it moves is moved exactly as the API would move it. */
export function controlRoutes({ sandbox, counters, random, settleMs }: Controlled): readonly ControlRoute[] {
  const { store, callbacks, identity, workings, clock } = sandbox;
  const kept = async (answer: object): Promise<object> => {
    await store.durable();
    return answer;
  };
  const moveClock = clockRoute(clock);
  return [
    ...faultRoutes(sandbox.faults, backofficeFaultRule, OPERATIONS, random),
    {
      ...moveClock,
      run: (call) => {
        const moved = moveClock.run(call);
        sandbox.due.look();
        return moved;
      },
    },
    { method: 'GET', path: '/ledger', run: () => kept(ledgerOf(sandbox, counters)) },
    { method: 'GET', path: '/refusals', run: () => ({ items: counters.latestRefusals() }) },
    { method: 'GET', path: '/callbacks', run: () => ({ items: callbacks.deliveries() }) },
    { method: 'POST', path: '/users', run: ({ body }) => kept(addUser(sandbox, body)) },
    { method: 'POST', path: '/transfers', run: ({ body }) => kept(plant(sandbox, body)) },
    { method: 'POST', path: '/transfers/{id}', run: ({ param, body }) => kept(changeTransfer(sandbox, param, body)) },
    { method: 'POST', path: '/balances', run: ({ body }) => kept(setBalance(sandbox, body)) },
    { method: 'POST', path: '/expire-tokens', run: () => ({ expired: identity.expireAll() }) },
    { method: 'POST', path: '/settings', run: ({ body }) => changeSettings(sandbox, body) },
    {
      method: 'POST',
      path: '/reset',
      run: async () => {
        sandbox.faults.clear();
        clock.moveTo(0);
        counters.reset();
        callbacks.reset();
        identity.reset();
        workings.behaviour = DEFAULT_BEHAVIOUR;
        workings.settleMs = settleMs;
        await store.reset();
        return {};
      },
    },
  ];
}

function addUser({ store }: Sandbox, body: unknown): object {
  const { user_id: userId, user_name: userName = userId, email } = parseControl(newUser, body);
  if (store.user(userId) !== undefined) {
    throw new ControlProblem(409, 'there is such a user already', { user_id: ['is taken'] });
  }
  store.commit([{ part: 'user', user: { userId, userName, email } }]);
  return { user_id: userId };
}

/**
 * A transfer of somebody else's, or of a person at the exchange: moves its money if it is completed. A withdrawal sets
 * its amount aside first, as one over the API does.
 */
function plant(sandbox: Sandbox, body: unknown): object {
  const { user_id: userId, type, status, asset, amount, comment, age_ms: ageMs } = parseControl(planted, body);
  const { store, clock } = sandbox;
  if (store.user(userId) === undefined) throw new ControlProblem(404, 'there is no such user');
  const holding = store.holding(userId, asset);
  const reserved = type === 'Withdrawal';
  if (reserved && isLess(holding.available, amount)) {
    throw new ControlProblem(409, 'the user holds too little', { amount: ['is more than is available'] });
  }
  if (reserved)
    store.commit([{ part: 'holding', holding: { ...holding, available: minus(holding.available, amount) } }]);
  const createdAtMs = clock.now() - ageMs;
  const transfer: TransferRecord = {
    ...store.nextIds(),
    userId,
    asset,
    type,
    status: 'Pending',
    amount,
    comment,
    reserved,
    errorDetails: '',
    callbackUrl: '',
    due: null,
    createdAtMs,
    updatedAtMs: createdAtMs,
  };
  const { transfer: settled, parts } = brought(sandbox, transfer, status, '');
  keep(sandbox, parts, []);
  return shown(settled);
}

/** Brings a transfer to a status; a final one stays as it is. Its callback goes where its creation's did. */
function changeTransfer(sandbox: Sandbox, id: string, body: unknown): object {
  const { status, error_details: errorDetails } = parseControl(statusChange, body);
  const transfer = /^\d{1,15}$/.test(id) ? sandbox.store.transfer(Number(id)) : undefined;
  if (transfer === undefined) throw new ControlProblem(404, 'there is no such transfer');
  if (FINAL_STATUSES.includes(transfer.status)) {
    throw new ControlProblem(409, 'a final status cannot change', { status: ['cannot change'] });
  }
  const { transfer: changed, parts } = brought(sandbox, transfer, status, errorDetails);
  keep(sandbox, parts, [newsOf(changed, transfer.callbackUrl, transfer.amount)]);
  return shown(changed);
}

function setBalance(sandbox: Sandbox, body: unknown): object {
  const { user_id: userId, asset, total, available = total } = parseControl(balanceChange, body);
  if (sandbox.store.user(userId) === undefined) throw new ControlProblem(404, 'there is no such user');
  if (isLess(total, available)) {
    throw new ControlProblem(400, 'the input is not valid', { available: ['must not be more than total'] });
  }
  const holding = { userId, asset, total, available };
  sandbox.store.commit([{ part: 'holding', holding }]);
  return holding;
}

function changeSettings({ workings, identity }: Sandbox, body: unknown): object {
  const change = parseControl(settingsChange, body);
  const now = workings.behaviour;
  workings.behaviour = {
    listShows: change.list_shows ?? now.listShows,
    listFinds: change.list_finds ?? now.listFinds,
    historyShows: change.history_shows ?? now.historyShows,
    filters: change.filters ?? now.filters,
    wrapper: change.wrapper ?? now.wrapper,
    stepAnswer: change.step_answer ?? now.stepAnswer,
    tooLittle: change.too_little ?? now.tooLittle,
  };
  workings.settleMs = change.settle_ms ?? workings.settleMs;
  identity.tokenLifeMs = change.token_life_ms ?? identity.tokenLifeMs;
  const { listShows, listFinds, historyShows, filters, wrapper, stepAnswer, tooLittle } = workings.behaviour;
  return {
    list_shows: listShows,
    list_finds: listFinds,
    history_shows: historyShows,
    filters,
    wrapper,
    step_answer: stepAnswer,
    too_little: tooLittle,
    settle_ms: workings.settleMs,
    token_life_ms: identity.tokenLifeMs,
  };
}
