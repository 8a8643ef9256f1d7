import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions, UnusableOption } from '../../../chaos/options';
import { fingerprint } from '../../../chaos/plan';
import { backofficeKit } from '../../../chaos/providers/backoffice';
import { coinifyKit } from '../../../chaos/providers/coinify';
import type { ChaosKit, Plan } from '../../../chaos/providers/kit';
import { oceafinKit } from '../../../chaos/providers/oceafin';
import { readGatewayConfig } from '../../../client/gateway/config';
import { applicationSchema, fundingRequestSchema, receivingRequestSchema } from '../../../inputs';
import { findProvider } from '../../../providers/registry';
import { backofficeFaultRule } from '../../../sandbox/backoffice/fault-rules';
import { coinifyFaultRule } from '../../../sandbox/coinify/fault-rules';
import { oceafinFaultRule } from '../../../sandbox/oceafin/fault-rules';

const KITS = [
  { kit: oceafinKit, rule: oceafinFaultRule },
  { kit: backofficeKit, rule: backofficeFaultRule },
  { kit: coinifyKit, rule: coinifyFaultRule },
];

let documents: string;
beforeAll(() => {
  documents = mkdtempSync(join(tmpdir(), 'gangway-chaos-plan-'));
});
afterAll(() => {
  rmSync(documents, { recursive: true });
});

function planOf(kit: ChaosKit, seed: number): Plan {
  return kit.plan({ intents: 60, seed, faultsMs: 60_000, documents });
}

describe.each(KITS)('the campaign against $kit.id', ({ kit, rule }) => {
  test('gives its gateway what callbacks are verified with, and its workers what they need', () => {
    const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', ...kit.workerEnv('http://127.0.0.1:9') };
    expect(readGatewayConfig({ ...env, GANGWAY_CALLBACK_PROVIDERS: kit.id }).callbacks.has(kit.id)).toBe(true);
    expect(findProvider(kit.id)?.configSchema.safeParse(env).success).toBe(true);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(fingerprint(planOf(kit, 7))).toBe(fingerprint(planOf(kit, 7)));
    expect(fingerprint(planOf(kit, 7))).not.toBe(fingerprint(planOf(kit, 8)));
  });

  test('asks for as much as was asked, in words that Gangway takes, each under an id of its own', () => {
    const { applications, intents, arrivals } = planOf(kit, 7);
    const fundingIds = [...intents, ...arrivals].map(({ request }) => request.fundingId);
    expect(intents).toHaveLength(60);
    expect(new Set(fundingIds).size).toBe(fundingIds.length);
    for (const application of applications) expect(applicationSchema.safeParse(application).error).toBeUndefined();
    for (const { request } of intents) expect(fundingRequestSchema.safeParse(request).error).toBeUndefined();
    for (const { request } of arrivals) expect(receivingRequestSchema.safeParse(request).error).toBeUndefined();
  });

  test('has faults that its sandbox takes, each under an id of its own', () => {
    const rules = [...planOf(kit, 7).intents.flatMap(({ faults }) => faults), ...kit.faults(0.2)];
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const one of rules) expect(rule.parse(one)).toMatchObject({ id: one.id });
  });

  test('has none at all if the rate is 0', () => {
    expect(kit.faults(0).filter(({ probability }) => probability !== 0)).toEqual([]);
  });
});

describe('options', () => {
  test('the smaller campaigns are shorter, and kill more often', () => {
    expect(readOptions(['--provider', 'coinify'])).toMatchObject({ provider: 'coinify', intents: 60, minutes: 2.5 });
    expect(readOptions(['--provider', 'all', '--minutes', '2'])).toMatchObject({ workerKills: 4, serverKills: 2 });
    expect(readOptions([])).toMatchObject({ provider: 'coinmena', intents: 200, minutes: 5 });
  });

  test('a provider that there is none of is refused', () => {
    expect(() => readOptions(['--provider', 'nobody'])).toThrow(UnusableOption);
  });
});
