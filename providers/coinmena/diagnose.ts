import { whyUnanswered } from '../http/answers';
import type { Finding } from '../port';
import { ProviderError } from '../provider-error';
import { MAX_TIMESTAMP_AGE_MS } from './assumptions';
import { CoinmenaApi } from './client';
import type { CoinmenaConfig } from './config';
import { CoinmenaConnector } from './connector';
import { CANDIDATE_LAYOUTS, DEFAULT_LAYOUT, type SigningLayout } from './layout';
import { assertSignersAgree } from './signing';

/** A client that does not exist: its balances do not matter, only whether the signature is accepted. */
const NOBODY = 'gangway-doctor';

/** The Date header has whole seconds, so a difference below one says nothing. */
const CLOCK_RESOLUTION_MS = 1_000;

/**
 * Tries settings against CoinMENA with reads that change nothing: the key, the way there, the clock, and which layout
 * of the signed string is accepted, because the exact one is not published (docs/providers/coinmena.md section 2.2).
 */
export async function diagnose(config: CoinmenaConfig): Promise<readonly Finding[]> {
  const key = checkKey(config);
  const clock = await checkClock(config);
  const reached = clock.state !== 'fail' || clock.check !== REACHED;
  return key.state === 'fail' || !reached ? [key, clock] : [key, clock, ...(await checkSignature(config))];
}

const REACHED = 'provider';

function checkKey({ key, partnerId }: CoinmenaConfig): Finding {
  const check = 'key';
  try {
    assertSignersAgree(key);
  } catch {
    const found = 'the two Ed25519 implementations disagree on this machine';
    return { check, state: 'fail', found, todo: 'Sign nothing here; use another machine or another build of Node.' };
  }
  return {
    check,
    state: 'ok',
    found: `both implementations sign alike; partner ${partnerId}, public key ${key.publicKey}`,
  };
}

async function checkClock(config: CoinmenaConfig): Promise<Finding> {
  const connector = new CoinmenaConnector(config);
  try {
    const ahead = await connector.clockSkewMs();
    return ahead === undefined
      ? { check: 'clock', state: 'warn', found: 'the provider tells no time', todo: 'Keep this clock right by NTP.' }
      : judgeClock(-ahead, config.clockOffsetMs);
  } catch (error) {
    const todo = 'Check COINMENA_BASE_URL, the network, and whether this address may call.';
    return { check: REACHED, state: 'fail', found: `${config.origin} does not answer: ${whyUnanswered(error)}`, todo };
  } finally {
    await connector.close();
  }
}

/**
 * Timestamps must not lie in the future, nor be older than 60 seconds (Authentication page).
 *
 * @param fast how far our clock is ahead, in milliseconds
 */
function judgeClock(fast: number, offsetMs: number): Finding {
  const check = 'clock';
  const words = `${Math.abs(fast)} ms ${fast > 0 ? 'ahead of' : 'behind'} the provider's; timestamps are set back ${offsetMs} ms`;
  const found =
    Math.abs(fast) <= CLOCK_RESOLUTION_MS
      ? `agrees with the provider's; timestamps are set back ${offsetMs} ms`
      : words;
  if (fast - offsetMs > CLOCK_RESOLUTION_MS) {
    return { check, state: 'fail', found, todo: 'Set this clock right by NTP, or raise COINMENA_CLOCK_OFFSET_MS.' };
  }
  if (offsetMs - fast > MAX_TIMESTAMP_AGE_MS.value - CLOCK_RESOLUTION_MS) {
    return { check, state: 'fail', found, todo: 'Set this clock right by NTP, or lower COINMENA_CLOCK_OFFSET_MS.' };
  }
  const off = Math.abs(fast) > CLOCK_RESOLUTION_MS;
  return off ? { check, state: 'warn', found, todo: 'Set this clock right by NTP.' } : { check, state: 'ok', found };
}

type Verdict = 'accepted' | 'refused' | { readonly unanswered: string };

async function checkSignature(config: CoinmenaConfig): Promise<readonly Finding[]> {
  const check = 'signature';
  const others = CANDIDATE_LAYOUTS.filter((layout) => !sameForPlainGet(layout, config.layout));
  for (const layout of [config.layout, ...others]) {
    const verdict = await tryLayout(config, layout, undefined);
    if (typeof verdict === 'object') {
      const found = `the signed read was not answered: ${verdict.unanswered}`;
      return [{ check, state: 'warn', found, todo: 'Run doctor again later.' }];
    }
    if (verdict === 'accepted') return await checkQuery(config, layout);
  }
  const todo =
    'Check that this public key is registered for this partner id and environment, and this address if addresses ' +
    'are restricted; then ask CoinMENA for the canonical string.';
  return [{ check, state: 'fail', found: `refused in every layout (${others.length + 1} tried)`, todo }];
}

/** A GET without a query does not tell whether a query is signed; one with a query does. */
async function checkQuery(config: CoinmenaConfig, layout: SigningLayout): Promise<readonly Finding[]> {
  for (const includeQuery of [config.layout.includeQuery, !config.layout.includeQuery]) {
    const tried = { ...layout, includeQuery };
    if ((await tryLayout(config, tried, NOBODY)) === 'accepted') return [judgeLayout(config.layout, tried)];
  }
  const found = 'a read without query is accepted, one with a query is refused in every layout';
  return [{ check: 'signature', state: 'fail', found, todo: 'Ask CoinMENA how a query is signed.' }];
}

function judgeLayout(configured: SigningLayout, accepted: SigningLayout): Finding {
  const check = 'signature';
  if (sameForPlainGet(configured, accepted) && configured.includeQuery === accepted.includeQuery) {
    return { check, state: 'ok', found: 'accepted as configured; an upload is not tried, because it would write' };
  }
  const todo = `Set COINMENA_SIGNATURE_LAYOUT='${JSON.stringify(differences(accepted))}' for worker and doctor.`;
  return { check, state: 'fail', found: 'accepted in another layout than the configured one', todo };
}

/** The parts in which a layout is not the default one. */
function differences(layout: SigningLayout): Partial<SigningLayout> {
  const defaults: Readonly<Record<string, unknown>> = { ...DEFAULT_LAYOUT };
  return Object.fromEntries(Object.entries(layout).filter(([part, value]) => defaults[part] !== value));
}

function sameForPlainGet(a: SigningLayout, b: SigningLayout): boolean {
  return a.separator === b.separator && a.hashEncoding === b.hashEncoding && a.emptyBody === b.emptyBody;
}

/** Reads balances, which changes nothing. Every answer but a refusal of the credentials means that they were accepted. */
async function tryLayout(config: CoinmenaConfig, layout: SigningLayout, client: string | undefined): Promise<Verdict> {
  const api = new CoinmenaApi({ ...config, layout });
  try {
    await api.balances(client);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ProviderError)) return { unanswered: 'an unknown failure' };
    return verdictOf(error);
  } finally {
    await api.close();
  }
}

/** Only an answer that CoinMENA wrote itself shows that it saw the signature: a gateway's page does not. */
function verdictOf({ code, httpStatus, providerCode }: ProviderError): Verdict {
  if (code === 'AUTH') return 'refused';
  const answered = providerCode !== undefined && httpStatus !== undefined && httpStatus < 500 && httpStatus !== 429;
  return answered ? 'accepted' : { unanswered: httpStatus === undefined ? code : `${code}, HTTP ${httpStatus}` };
}
