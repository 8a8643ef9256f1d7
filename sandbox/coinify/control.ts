import { z } from 'zod';
import type { Operation } from '../../providers/coinify/layout';
import { ControlProblem, parseControl, type ControlRoute } from '../http/control';
import type { Counters } from '../http/counters';
import { clockRoute, faultRoutes } from '../http/fault-control';
import { milliseconds } from '../http/fault-rules';
import type { SeededRandom } from '../http/random';
import { Refusal } from '../http/refusal';
import type { NotedRefusal } from './auth';
import { DUPLICATES } from './config';
import type { Sandbox } from './context';
import { coinifyFaultRule, OPERATIONS } from './fault-rules';
import { ledgerOf } from './ledger';
import type { WithdrawalRecord } from './records';
import { EVENTS } from './webhooks';
import { moveTo, resourceOf } from './withdrawals';

export interface Controlled {
  readonly sandbox: Sandbox;
  readonly counters: Counters<Operation, NotedRefusal>;
  readonly random: SeededRandom;
}

const stateChange = z.strictObject({ state: z.string().min(1).max(100) });
const eventRequest = z.strictObject({ event: z.enum(EVENTS) });
const balanceChange = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  amount: z.string().regex(/^\d{1,60}(\.\d{1,18})?$/, 'must be a plain decimal string'),
});
const settingsChange = z.strictObject({
  webhook_url: z.url().nullable().optional(),
  webhook_secret: z.string().min(1).optional(),
  settle_ms: milliseconds.optional(),
  duplicates: z.enum(DUPLICATES).optional(),
  find_by_order_id: z.boolean().optional(),
});

/** What the control port takes. Money that it moves is moved exactly as the API would move it. */
export function controlRoutes({ sandbox, counters, random }: Controlled): readonly ControlRoute[] {
  const { store, webhooks, clock } = sandbox;
  const keep = async (answer: object): Promise<object> => {
    await store.durable();
    return answer;
  };
  return [
    ...faultRoutes(sandbox.faults, coinifyFaultRule, OPERATIONS, random),
    { ...clockRoute(clock), run: (call) => moveClock(sandbox, clockRoute(clock).run(call)) },
    { method: 'GET', path: '/ledger', run: () => keep(ledgerOf(sandbox, counters)) },
    { method: 'GET', path: '/refusals', run: () => ({ items: counters.latestRefusals() }) },
    { method: 'GET', path: '/callbacks', run: () => ({ items: webhooks.deliveries() }) },
    { method: 'POST', path: '/withdrawals/{id}', run: ({ param, body }) => keep(changeState(sandbox, param, body)) },
    { method: 'POST', path: '/events/{id}', run: ({ param, body }) => tellAgain(sandbox, param, body) },
    { method: 'POST', path: '/balances', run: ({ body }) => keep(setBalance(sandbox, body)) },
    { method: 'POST', path: '/settings', run: ({ body }) => changeSettings(sandbox, body) },
    {
      method: 'POST',
      path: '/reset',
      run: async () => {
        sandbox.faults.clear();
        clock.moveTo(0);
        counters.reset();
        webhooks.reset();
        await store.reset();
        return {};
      },
    },
  ];
}

function moveClock(sandbox: Sandbox, moved: unknown): unknown {
  sandbox.due.look();
  return moved;
}

/** By Coinify's id, or by the order id if that names one. */
function withdrawalBy({ store }: Sandbox, idOrOrderId: string): WithdrawalRecord {
  const known = store.withdrawal(idOrOrderId);
  const found = known === undefined ? store.withdrawalsOf(idOrOrderId) : [known];
  const [withdrawal] = found;
  if (withdrawal === undefined) throw new ControlProblem(404, 'there is no such withdrawal');
  if (found.length > 1) throw new ControlProblem(409, 'more than one withdrawal has this order id');
  return withdrawal;
}

/** Completes, cancels, or brings into any other state. */
function changeState(sandbox: Sandbox, idOrOrderId: string, body: unknown): object {
  const { state } = parseControl(stateChange, body);
  try {
    return resourceOf(moveTo(sandbox, withdrawalBy(sandbox, idOrOrderId), state));
  } catch (error) {
    if (error instanceof Refusal) throw new ControlProblem(409, error.message, { state: ['cannot change'] });
    throw error;
  }
}

/** Sends an event about a withdrawal, whatever its state: late, in the wrong order, or once more under another id. */
function tellAgain(sandbox: Sandbox, idOrOrderId: string, body: unknown): object {
  const { event } = parseControl(eventRequest, body);
  sandbox.webhooks.send(event, withdrawalBy(sandbox, idOrOrderId));
  return { event: `withdrawal.${event}` };
}

function setBalance({ store }: Sandbox, body: unknown): object {
  const { currency, amount } = parseControl(balanceChange, body);
  store.commit([{ part: 'balance', currency, amount }]);
  return { currency, amount };
}

function changeSettings({ behaviour, webhooks }: Sandbox, body: unknown): object {
  const change = parseControl(settingsChange, body);
  behaviour.settleMs = change.settle_ms ?? behaviour.settleMs;
  behaviour.duplicates = change.duplicates ?? behaviour.duplicates;
  behaviour.findByOrderId = change.find_by_order_id ?? behaviour.findByOrderId;
  if (change.webhook_url !== undefined) webhooks.target.url = change.webhook_url ?? undefined;
  webhooks.target.secret = change.webhook_secret ?? webhooks.target.secret;
  return {
    webhook_url: webhooks.target.url ?? null,
    settle_ms: behaviour.settleMs,
    duplicates: behaviour.duplicates,
    find_by_order_id: behaviour.findByOrderId,
  };
}
