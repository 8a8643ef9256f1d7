import { z } from 'zod';
import { CRYPTO_NETWORKS } from './config';
import type { Call, Done } from './context';
import { customerOf, requireApproved } from './customers';
import { Problem } from './errors';
import { requireApproval } from './evidence';
import { amount, anything, bodyOf, pageOf, text } from './input';
import type { ResourceRecord } from './records';
import { assetOf, findResource, kept, moveTo, newResource, requireStatus, shownText, view } from './resources';

/**
 * `List partner crypto deposit wallets`: one per asset, made when they are first asked for [I: nothing creates one].
 */
export function listDepositWallets(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const existing = sandbox.store.resources('cryptoDepositWallet', customer.customerId);
  const made = existing.length > 0 ? [] : newWallets(call, customer.customerId);
  const body = pageOf(call, [...existing, ...made].map(view));
  return { status: 200, body, parts: made.map(kept) };
}

function newWallets({ sandbox }: Call, customerId: string): readonly ResourceRecord[] {
  return Object.entries(CRYPTO_NETWORKS).map(([asset, network]) => {
    const wallet = newResource(sandbox, 'cryptoDepositWallet', customerId, 'ACTIVE', {});
    return { ...wallet, shown: { asset, network, address: `sandbox-${asset.toLowerCase()}-${wallet.id.slice(0, 8)}` } };
  });
}

/** `Submit partner crypto deposit Travel Rule information`: the deposit is credited. */
export function submitTravelRule(call: Call): Done {
  const { sandbox } = call;
  const deposit = findResource(sandbox, 'cryptoDeposit', call.params['depositId']);
  bodyOf(call, z.object({ travelRuleInfo: anything }));
  requireStatus(deposit, ['PENDING_TRAVEL_RULE']);
  const { parts, events } = moveTo(sandbox, deposit, 'COMPLETED');
  return { status: 200, body: view({ ...deposit, status: 'COMPLETED' }), parts, events };
}

/** An action that brings a resource from some statuses into another, and moves nothing. */
export function action(
  kind: 'beneficiary' | 'checkout' | 'collectionWallet',
  parameter: string,
  from: readonly string[],
  to: string,
) {
  return (call: Call): Done => {
    const before = findResource(call.sandbox, kind, call.params[parameter]);
    bodyOf(call, z.looseObject({ reason: text.optional() }));
    requireStatus(before, from);
    const after = { ...before, status: to, updatedAt: call.sandbox.clock.timestamp() };
    return { status: 200, body: view(after), parts: [kept(after)] };
  };
}

const refundDraft = z.object({
  depositId: text,
  amount: amount.optional(),
  partnerReference: text,
  authorizationEvidence: z.unknown(),
});

/** `Create partner crypto refund approval draft`: of a deposit that was credited; one that waits for data is refused. */
export function createRefund(call: Call): Done {
  const { sandbox } = call;
  const customer = customerOf(call);
  requireApproved(customer);
  const body = bodyOf(call, refundDraft);
  const deposit = findResource(sandbox, 'cryptoDeposit', body.depositId);
  if (deposit.status === 'PENDING_TRAVEL_RULE') {
    throw new Problem('PARTNER_TRAVEL_RULE_REQUIRED', 'The deposit needs Travel Rule information.');
  }
  requireStatus(deposit, ['COMPLETED']);
  const refunded = body.amount ?? shownText(deposit, 'amount');
  const { partnerReference, depositId } = body;
  requireApproval(body.authorizationEvidence, {
    operation: 'CRYPTO_REFUND',
    partnerReference,
    asset: assetOf(deposit),
    amount: refunded,
  });
  const refund = newResource(sandbox, 'refund', customer.customerId, 'DRAFT', {
    depositId,
    partnerReference,
    asset: assetOf(deposit),
    amount: refunded,
  });
  return { status: 201, body: view(refund), parts: [kept(refund)] };
}

/** `Confirm partner crypto refund`: once submitted; the money has gone then [I]. */
export function confirmRefund(call: Call): Done {
  const { sandbox } = call;
  const refund = findResource(sandbox, 'refund', call.params['refundId']);
  bodyOf(call, z.looseObject({}));
  requireStatus(refund, ['PROCESSING']);
  const done = { ...refund, next: [] };
  const { parts, events } = moveTo(sandbox, done, 'COMPLETED');
  return { status: 200, body: view({ ...done, status: 'COMPLETED' }), parts, events };
}
