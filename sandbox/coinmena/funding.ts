import { z } from 'zod';
import { jsonAnswer, type Answer } from '../http/answer';
import { isLess } from '../http/decimals';
import { findClient } from './clients';
import { ASSETS, FEE, FUNDING_STATUS, MAX_ASSET_ID, MAX_TEXT, VAT, VERIFIED } from './config';
import type { Call } from './context';
import { Refusal } from './errors';
import { jsonBody, parseFields, text } from './input';
import { amountProblem } from './money';
import { movedHolding, orderNo, orderView } from './orders';
import type { OrderRecord } from './records';

type FundingKind = OrderRecord['type'];

/** [?] A JSON number as the amount is refused: the Funding page names it a mistake. */
const fundingBody = z.object({
  partner_client_id: text(MAX_TEXT),
  asset_id: text(MAX_ASSET_ID),
  amount: z.string('must be a decimal string').superRefine((amount, context) => {
    const problem = amountProblem(amount);
    if (problem !== undefined) context.addIssue(problem);
  }),
  partner_order_ref: text(MAX_TEXT),
});

/** `POST /v1/partner/deposits` (CoinMENA Funding page). */
export function deposit(call: Call): Answer {
  return fund('deposit', call);
}

/** `POST /v1/partner/withdrawals` (CoinMENA Funding page). */
export function withdrawal(call: Call): Answer {
  return fund('withdrawal', call);
}

/**
 * Creates an order and moves the money in the same call. Checked in this order [I]: schema, client, asset, reference,
 * balance; the reference before the balance, so that a repeated withdrawal gets 2020 even if the money has gone.
 */
function fund(type: FundingKind, call: Call): Answer {
  const { store, clock, faults } = call.sandbox;
  const input = parseFields(fundingBody, jsonBody(call));
  const client = findClient(store, input.partner_client_id);
  if (client.status !== VERIFIED) throw new Refusal(2009);
  if (!client.active) throw new Refusal(2010);
  checkAsset(type, input.asset_id);
  if (store.orderByRef(input.partner_order_ref) !== undefined) throw new Refusal(2020);
  const { available } = store.holding(input.partner_client_id, input.asset_id);
  if (type === 'withdrawal' && isLess(available, input.amount)) throw new Refusal(3005);

  const outcome = faults.take(['order-outcome'], call.subject)?.rule.params;
  const id = store.nextOrderId();
  const now = clock.timestamp();
  const order: OrderRecord = {
    id,
    order_no: orderNo(type, id),
    partner_client_id: input.partner_client_id,
    type,
    status: outcome?.status ?? 'completed',
    asset_id: input.asset_id,
    amount: input.amount,
    fee: FEE,
    fee_asset_id: input.asset_id,
    vat: VAT,
    partner_order_ref: input.partner_order_ref,
    created_at: now,
    transitioned_at: now,
    updated_at: now,
  };
  const holding = order.status === 'completed' ? movedHolding(store, order) : null;
  store.commit({ kind: 'order', order, holding });
  return jsonAnswer(outcome?.http_status ?? FUNDING_STATUS, { result: orderView(order) });
}

/** Published fiat with the flag of the operation (CoinMENA Funding page, asset eligibility). */
function checkAsset(type: FundingKind, assetId: string): void {
  const asset = ASSETS.find(({ id }) => id === assetId);
  const flagged = type === 'deposit' ? asset?.depositable : asset?.withdrawable;
  if (asset?.type !== 'fiat' || !asset.published || flagged !== true) throw new Refusal(2012);
}
