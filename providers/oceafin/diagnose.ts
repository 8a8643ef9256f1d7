import { whyUnanswered } from '../http/answers';
import type { Finding } from '../port';
import { ProviderError } from '../provider-error';
import { NO_TRANSACTION, OceafinApi } from './client';
import type { OceafinConfig } from './config';
import { OceafinConnector } from './connector';
import { SIGNING_LAYOUT } from './assumptions';
import { CANDIDATE_LAYOUTS, type SigningLayout } from './layout';

/** The Date header has whole seconds, so a difference below one says nothing. */
const CLOCK_RESOLUTION_MS = 1_000;
/** [?] The window is not stated; beyond this, a clock is wrong in any case. */
const MUCH_MS = 60_000;

/**
 * Tries settings against Oceafin with a signed read that changes nothing: the way there, the clock, and which reading of
 * the signed string is accepted (docs/providers/oceafin.md section 2.2).
 */
export async function diagnose(config: OceafinConfig): Promise<readonly Finding[]> {
  const clock = await checkClock(config);
  const webhooks = checkWebhooks(config);
  return clock.check === 'provider' ? [clock, webhooks] : [clock, await checkSignature(config), webhooks];
}

async function checkClock(config: OceafinConfig): Promise<Finding> {
  const connector = new OceafinConnector(config);
  try {
    const ahead = await connector.clockSkewMs();
    const todo = 'Keep this clock right by NTP.';
    if (ahead === undefined) return { check: 'clock', state: 'warn', found: 'the provider tells no time', todo };
    const off = Math.abs(ahead);
    if (off <= CLOCK_RESOLUTION_MS) return { check: 'clock', state: 'ok', found: "agrees with the provider's" };
    const found = `${off} ms ${ahead < 0 ? 'ahead of' : 'behind'} the provider's`;
    return { check: 'clock', state: off > MUCH_MS ? 'fail' : 'warn', found, todo };
  } catch (error) {
    const todo = 'Check OCEAFIN_PARTNER_API_BASE_URL and the network.';
    return {
      check: 'provider',
      state: 'fail',
      found: `${config.origin} does not answer: ${whyUnanswered(error)}`,
      todo,
    };
  } finally {
    await connector.close();
  }
}

async function checkSignature(config: OceafinConfig): Promise<Finding> {
  const check = 'signature';
  const others = CANDIDATE_LAYOUTS.filter((layout) => !isSame(layout, config.layout));
  for (const layout of [config.layout, ...others]) {
    const verdict = await tryLayout(config, layout);
    if (typeof verdict === 'object') {
      const found = `the signed read was not answered: ${verdict.unanswered}`;
      return { check, state: 'warn', found, todo: 'Run doctor again later.' };
    }
    if (verdict === 'accepted' && layout === config.layout) {
      return { check, state: 'ok', found: 'accepted as configured; an upload is not tried, because it would write' };
    }
    if (verdict === 'accepted') {
      const todo = `Set OCEAFIN_SIGNATURE_LAYOUT='${JSON.stringify(differences(layout))}' for worker and doctor.`;
      return { check, state: 'fail', found: 'accepted in another layout than the configured one', todo };
    }
  }
  const todo = 'Check client id and secret, and whether the secret belongs to this environment.';
  return { check, state: 'fail', found: `refused in every layout (${others.length + 1} tried)`, todo };
}

function checkWebhooks({ webhookSecret }: OceafinConfig): Finding {
  const check = 'webhooks';
  if (webhookSecret !== undefined) return { check, state: 'ok', found: 'a secret is set' };
  const todo = 'Set OCEAFIN_PARTNER_API_WEBHOOK_SECRET to be told of news; without it, polling goes on.';
  return { check, state: 'warn', found: 'no secret is set: no webhook is believed', todo };
}

type Verdict = 'accepted' | 'refused' | { readonly unanswered: string };

/**
 * Reads a transaction that does not exist. Any answer of Oceafin's own, except a refused signature, means that the
 * signature was right.
 */
async function tryLayout(config: OceafinConfig, layout: SigningLayout): Promise<Verdict> {
  const api = new OceafinApi({ ...config, layout });
  try {
    await api.customers.transaction(NO_TRANSACTION);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ProviderError)) return { unanswered: 'an unknown failure' };
    const { code, providerCode, httpStatus } = error;
    if (code === 'AUTH') return 'refused';
    if (providerCode !== undefined && httpStatus !== undefined && httpStatus < 500) return 'accepted';
    return { unanswered: httpStatus === undefined ? code : `${code}, HTTP ${httpStatus}` };
  } finally {
    await api.close();
  }
}

function isSame(a: SigningLayout, b: SigningLayout): boolean {
  return a.emptyBody === b.emptyBody && a.secretEncoding === b.secretEncoding;
}

function differences(layout: SigningLayout): Partial<SigningLayout> {
  const defaults: Readonly<Record<string, unknown>> = { ...SIGNING_LAYOUT.value };
  return Object.fromEntries(Object.entries(layout).filter(([part, value]) => defaults[part] !== value));
}
