import { jsonAnswer, type Answer } from '../http/answer';
import { isZero } from '../http/decimals';
import { findClient } from './clients';
import { ASSETS, ZERO_BALANCES, type SandboxAsset } from './config';
import type { Call } from './context';
import { Refusal } from './errors';
import { queryParameter } from './input';
import { balanceText, usdText } from './money';

/** `GET /v1/partner/balances`: the partner account's own, or one client's with `?partner_client_id=`. */
export function listBalances(call: Call): Answer {
  const owner = ownerOf(call);
  const { store } = call.sandbox;
  const items = ASSETS.filter(({ published }) => published)
    .filter(({ id }) => ZERO_BALANCES === 'list' || !isZero(store.holding(owner, id).balance))
    .map((asset) => balanceView(call, owner, asset));
  return jsonAnswer(200, { items });
}

/** `GET /v1/partner/balances/{asset_id}`: a bad asset gives 2012 (CoinMENA Funding page); in `result` [I]. */
export function getBalance(call: Call): Answer {
  const owner = ownerOf(call);
  const asset = ASSETS.find(({ id, published }) => published && id === call.params['asset_id']);
  if (asset === undefined) throw new Refusal(2012);
  return jsonAnswer(200, { result: balanceView(call, owner, asset) });
}

/** Null for the partner account. An unknown client gives 2008 [I]. */
function ownerOf(call: Call): string | null {
  const partnerClientId = queryParameter(call, 'partner_client_id');
  if (partnerClientId === undefined) return null;
  return findClient(call.sandbox.store, partnerClientId).profile.partner_client_id;
}

function balanceView(call: Call, owner: string | null, asset: SandboxAsset): object {
  const { balance, available } = call.sandbox.store.holding(owner, asset.id);
  return {
    asset_id: asset.id,
    balance: balanceText(balance, asset.decimals),
    available_balance: balanceText(available, asset.decimals),
    balance_usd: usdText(balance, asset.usd),
    available_balance_usd: usdText(available, asset.usd),
  };
}
