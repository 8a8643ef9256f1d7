import { createHash, randomUUID } from 'node:crypto';
import { jsonAnswer, type Answer } from '../http/answer';
import { Exact, isLess, minus, plus } from '../http/decimals';
import { Refusal } from '../http/refusal';
import { CRYPTO, FIAT_USD, FINAL_STATES, LEAST_USD, LEFT_AFTER_FEE, MERCHANT, MOST_USD, SUBACCOUNT } from './config';
import type { Call, Sandbox } from './context';
import { refusal } from './errors';
import { newWithdrawalOf, type NewWithdrawal } from './input';
import type { Part, WithdrawalRecord } from './records';

/**
 * `POST /v1/withdrawals`. Takes the base amount out of the merchant's balance [I]. Checked in this order [?]: body,
 * order id, amount, address, balance; the order id before the balance, so that a repeated create is recognised even if
 * the money has gone.
 */
export function createWithdrawal({ sandbox, received, subject }: Call): Answer {
  const { store, behaviour, clock, faults, webhooks, due } = sandbox;
  const body = newWithdrawalOf(received);
  const [first] = store.withdrawalsOf(body.orderId);
  if (first !== undefined && behaviour.duplicates === 'reject') {
    throw refusal('order_id_not_unique', 'The order id was used for a withdrawal before.');
  }
  if (first !== undefined && behaviour.duplicates === 'replay') return jsonAnswer(201, resourceOf(first));
  const finalAmount = convert(body);
  requireAddress(body);
  const held = store.balance(body.baseCurrency);
  if (isLess(held, body.baseAmount)) {
    throw refusal('insufficient_balance', "The merchant's balance does not cover the amount.");
  }
  const outcome = faults.take(['outcome'], subject)?.rule.params;
  const state = outcome?.state ?? 'completed';
  const now = clock.timestamp();
  const withdrawal: WithdrawalRecord = {
    id: randomUUID(),
    orderId: body.orderId,
    state: 'created',
    baseAmount: body.baseAmount,
    baseCurrency: body.baseCurrency,
    finalAmount,
    finalCurrency: body.finalCurrency,
    address: body.address,
    tag: body.addressTag ?? null,
    transactionId: null,
    context: body.context ?? null,
    memo: body.memo ?? null,
    customerId: body.customerId,
    customerEmail: body.customerEmail,
    hasSubaccount: body.subaccountId != null,
    next: state === 'created' ? null : { state, at: clock.now() + (outcome?.after_ms ?? behaviour.settleMs) },
    createdAt: now,
    updatedAt: now,
  };
  store.commit([
    { part: 'withdrawal', withdrawal },
    { part: 'balance', currency: body.baseCurrency, amount: minus(held, body.baseAmount) },
  ]);
  webhooks.send('created', withdrawal);
  due.look();
  return jsonAnswer(201, resourceOf(withdrawal));
}

/** [I] `GET /v1/withdrawals/{id}`. */
export function getWithdrawal({ sandbox, params, subject }: Call): Answer {
  const found = sandbox.store.withdrawal(params['id'] ?? '');
  if (found === undefined || isMissed(sandbox, subject, [found])) {
    throw refusal('not_found', 'There is no such withdrawal.');
  }
  return jsonAnswer(200, resourceOf(found));
}

/** [?] `GET /v1/withdrawals?orderId=`: there only if the setting says so. */
export function listWithdrawals({ sandbox, received, subject }: Call): Answer {
  if (!sandbox.behaviour.findByOrderId) throw new Refusal(405, 'method_not_allowed', 'Method not allowed');
  const orderId = received.query.get('orderId');
  const { store } = sandbox;
  const found = orderId === null ? store.withdrawals() : store.withdrawalsOf(orderId);
  const shown = found.length > 0 && isMissed(sandbox, subject, found) ? [] : found;
  return jsonAnswer(200, shown.map(resourceOf));
}

function isMissed({ faults, clock }: Sandbox, subject: Call['subject'], found: readonly WithdrawalRecord[]): boolean {
  const isYoung = (youngerThanMs: number): boolean =>
    found.every(({ createdAt }) => clock.now() - Date.parse(createdAt) < youngerThanMs);
  const applies = ({ params: { younger_than_ms: limit } }: { params: { younger_than_ms?: number | undefined } }) =>
    limit === undefined || isYoung(limit);
  return faults.take(['lookup-misses'], subject, applies) !== undefined;
}

/** What the address receives [I]: the base amount in USD less the fee, at the sandbox's rates, cut to the currency's places. */
function convert({ baseAmount, baseCurrency, finalCurrency }: NewWithdrawal): string {
  const crypto = CRYPTO[finalCurrency];
  const usd = new Exact(baseAmount).times(FIAT_USD[baseCurrency] ?? '1');
  if (crypto === undefined) throw refusal('currency_unavailable', 'The currency is not available.');
  if (usd.lessThan(LEAST_USD)) throw refusal('amount_too_low', 'The amount is too low.');
  if (usd.greaterThan(MOST_USD)) throw refusal('amount_too_large', 'The amount is too large.');
  const amount = usd.times(LEFT_AFTER_FEE).dividedBy(crypto.usd);
  return amount.toDecimalPlaces(crypto.decimals, Exact.ROUND_DOWN).toFixed();
}

function requireAddress({ finalCurrency, address, addressTag }: NewWithdrawal): void {
  const crypto = CRYPTO[finalCurrency];
  if (crypto?.address.test(address) !== true) {
    throw refusal('invalid_address', 'The address is not one of the network of the final currency.');
  }
  if (addressTag != null && crypto.tag?.test(addressTag) !== true) {
    throw refusal('invalid_address_tag', 'The tag does not go with the final currency.');
  }
}

/** A withdrawal as Coinify shows it, keys in the order of the example. */
export function resourceOf(withdrawal: WithdrawalRecord): object {
  return {
    id: withdrawal.id,
    merchant: MERCHANT,
    subaccount: withdrawal.hasSubaccount ? SUBACCOUNT : null,
    orderId: withdrawal.orderId,
    state: withdrawal.state,
    amounts: {
      baseAmount: withdrawal.baseAmount,
      baseCurrency: withdrawal.baseCurrency,
      finalAmount: withdrawal.finalAmount,
      finalCurrency: withdrawal.finalCurrency,
    },
    destination: { address: withdrawal.address, tag: withdrawal.tag },
    transactionId: withdrawal.transactionId,
    context: withdrawal.context,
    memo: withdrawal.memo,
    customerId: withdrawal.customerId,
    customerEmail: withdrawal.customerEmail,
  };
}

/**
 * Brings a withdrawal into a state: `completed` gives it a transaction and tells it, `cancelled` gives the money back [I]
 * and tells nobody.
 *
 * @throws Refusal 409 if it is final already
 */
export function moveTo(sandbox: Sandbox, before: WithdrawalRecord, state: string): WithdrawalRecord {
  const { store, clock, webhooks } = sandbox;
  if (FINAL_STATES.includes(before.state)) throw new Refusal(409, 'final', `The withdrawal is ${before.state}`);
  const isCompleted = state === 'completed';
  const withdrawal: WithdrawalRecord = {
    ...before,
    state,
    transactionId: isCompleted ? transactionIdOf(before) : null,
    next: null,
    updatedAt: clock.timestamp(),
  };
  const refund: Part = {
    part: 'balance',
    currency: before.baseCurrency,
    amount: plus(store.balance(before.baseCurrency), before.baseAmount),
  };
  store.commit([{ part: 'withdrawal', withdrawal }, ...(state === 'cancelled' ? [refund] : [])]);
  if (isCompleted) webhooks.send('completed', withdrawal);
  return withdrawal;
}

function transactionIdOf({ id }: WithdrawalRecord): string {
  return `0x${createHash('sha256').update(id).digest('hex')}`;
}

/** Brings on what is due; returns in how many milliseconds the next withdrawal is, undefined if none waits. */
export function settleDue(sandbox: Sandbox): number | undefined {
  const { store, clock } = sandbox;
  const now = clock.now();
  let next: number | undefined;
  for (const withdrawal of store.withdrawals()) {
    if (withdrawal.next === null) continue;
    const { state, at } = withdrawal.next;
    if (at <= now) moveTo(sandbox, withdrawal, state);
    else next = Math.min(next ?? Infinity, at - now);
  }
  return next;
}
