import { whyUnanswered } from '../http/answers';
import type { Finding } from '../port';
import { ProviderError } from '../provider-error';
import { AUTHENTICATION_COMES_FIRST } from './assumptions';
import { CoinifyApi, NOBODYS_WITHDRAWAL } from './client';
import type { CoinifyConfig } from './config';

const NOBODYS_ORDER = 'gangway-doctor';

/** Tries settings with reads that change nothing: the way there, the key, the webhooks, and how a lost order is found. */
export async function diagnose(config: CoinifyConfig): Promise<readonly Finding[]> {
  const api = new CoinifyApi(config);
  try {
    return [await checkAccess(api, config), checkWebhooks(config), await checkLookUp(api, config)];
  } finally {
    await api.close();
  }
}

async function checkAccess(api: CoinifyApi, { origin, environment }: CoinifyConfig): Promise<Finding> {
  const check = 'access';
  const { code, why } = await outcomeOf(() => api.getWithdrawal(NOBODYS_WITHDRAWAL));
  if (code === undefined) {
    if (!AUTHENTICATION_COMES_FIRST.value) {
      return { check, state: 'warn', found: `${origin} answers; whether it accepts the key only a withdrawal tells` };
    }
    return { check, state: 'ok', found: `the key of ${environment} is accepted, and withdrawals can be read` };
  }
  if (code === 'AUTH') {
    const todo =
      'Check COINIFY_API_KEY, that COINIFY_BASE_URL is of its environment, and that the account is approved.';
    return { check, state: 'fail', found: `${origin} refuses the key`, todo };
  }
  const todo = 'Check COINIFY_BASE_URL, the network, and the path of the read call (providers/coinify/layout.ts).';
  return { check, state: 'fail', found: `${origin} does not answer as expected: ${why}`, todo };
}

function checkWebhooks({ webhookSecret }: CoinifyConfig): Finding {
  const check = 'webhooks';
  if (webhookSecret !== undefined) return { check, state: 'ok', found: 'a shared secret is set' };
  const todo =
    'Set COINIFY_WEBHOOK_SECRET to the shared secret of the dashboard: a withdrawal whose answer was lost is found by ' +
    'its webhook only.';
  return { check, state: 'warn', found: 'no shared secret is set, so no webhook is believed', todo };
}

async function checkLookUp(api: CoinifyApi, { findByOrderId }: CoinifyConfig): Promise<Finding> {
  const check = 'look-up';
  if (!findByOrderId) {
    const found = 'a withdrawal whose answer was lost is found by its webhook; no list by order id is asked';
    return { check, state: 'ok', found };
  }
  const { code, why } = await outcomeOf(() => api.withdrawalsByOrderId(NOBODYS_ORDER));
  if (code === undefined) return { check, state: 'ok', found: 'withdrawals can be asked for by their order id' };
  const todo = 'Take COINIFY_FIND_BY_ORDER_ID away: there seems to be no such list.';
  return { check, state: 'fail', found: `the list by order id does not answer as expected: ${why}`, todo };
}

interface ReadOutcome {
  /** Absent if the read was answered. */
  readonly code?: string;
  readonly why?: string;
}

async function outcomeOf(read: () => Promise<unknown>): Promise<ReadOutcome> {
  try {
    await read();
    return {};
  } catch (error) {
    const why = whyUnanswered(error);
    return { code: error instanceof ProviderError ? error.code : why, why };
  }
}
