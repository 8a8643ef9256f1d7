import { chanceFaults, isHarmless, plannedFaults } from '../../chaos/fault-plan';
import { planIncidents } from '../../chaos/incidents';
import { phasesOf, readOptions, UnusableOption } from '../../chaos/options';
import { fingerprint, planLoad } from '../../chaos/plan';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../../contract/timeouts';
import { coinmenaFaultRule, OPERATIONS } from '../../sandbox/coinmena/fault-rules';

const OPTIONS = {
  seed: 7,
  intents: 200,
  onboardings: 50,
  minutes: 5,
  workers: 2,
  workerKills: 5,
  serverKills: 2,
  restores: 2,
};

describe('the same seed plans the same campaign, another seed another', () => {
  const plans = (seed: number): readonly string[] => {
    const load = planLoad({ ...OPTIONS, seed });
    return [load, plannedFaults(load), planIncidents({ ...OPTIONS, seed })].map(fingerprint);
  };

  test('again', () => {
    expect(plans(7)).toEqual(plans(7));
  });

  test('another', () => {
    const others = plans(8);
    expect(plans(7).filter((plan) => others.includes(plan))).toEqual([]);
  });
});

test('a campaign plans as many of everything as was asked, each under an id of its own', () => {
  const { clients, intents } = planLoad(OPTIONS);
  expect(new Set(clients.map(({ id }) => id)).size).toBe(50);
  expect(new Set(intents.map(({ request }) => request.fundingId)).size).toBe(200);
  const incidents = planIncidents(OPTIONS);
  expect(incidents.filter(({ what }) => what === 'worker-kill')).toHaveLength(5);
  expect(incidents.filter(({ what }) => what === 'server-kill')).toHaveLength(2);
  expect(incidents.map(({ what }) => what).filter((what) => /backup|restore/.test(what))).toEqual([
    'server-backup',
    'server-restore',
    'server-backup',
    'server-restore',
  ]);
  expect(incidents.filter(({ atMs }) => atMs > phasesOf(OPTIONS).faultsMs)).toEqual([]);
});

test('every twist of clients and intents is in a campaign of 200', () => {
  const { clients, intents } = planLoad(OPTIONS);
  expect([...new Set(clients.map(({ twist }) => twist))]).toHaveLength(8);
  expect([...new Set(intents.map(({ twist }) => twist))]).toHaveLength(15);
});

test('a worker is frozen for longer than an attempt of an activity has', () => {
  const freezes = planIncidents(OPTIONS).flatMap((incident) =>
    incident.what === 'worker-freeze' ? [incident.forMs] : [],
  );
  expect(Math.max(...freezes)).toBeGreaterThan(ACTIVITY_ATTEMPT_TIMEOUT_MS);
});

describe.each(OPERATIONS)('faults by chance of %s', (operation) => {
  const rules = chanceFaults(0.2).filter((rule) => rule.operation === operation);

  test('strike as many requests as asked', () => {
    const ofTheLine = ['unauthorized', 'stall', 'late-duplicate', 'status', 'reset', 'truncated', 'wrong-types'];
    const harmful = rules
      .filter(({ kind }) => [...ofTheLine, 'wrong-content-type'].includes(kind))
      .filter(({ id }) => !isHarmless(id.split('.')[0] ?? ''));
    const untouched = harmful.reduce((product, { probability = 1 }) => product * (1 - probability), 1);
    expect(1 - untouched).toBeCloseTo(0.2, 4);
  });

  test('are rules that the sandbox takes', () => {
    for (const rule of rules) expect(coinmenaFaultRule.parse(rule)).toMatchObject({ id: rule.id });
  });
});

test('planned faults are rules that the sandbox takes', () => {
  const rules = plannedFaults(planLoad(OPTIONS));
  expect(rules.length).toBeGreaterThan(20);
  for (const rule of rules) expect(coinmenaFaultRule.parse(rule)).toMatchObject({ id: rule.id });
});

describe('options', () => {
  test('kills follow from the time', () => {
    const options = readOptions(['--minutes', '40', '--intents', '2000', '--onboardings', '500']);
    expect(options).toMatchObject({ intents: 2000, onboardings: 500, workerKills: 40, serverKills: 16 });
  });

  test.each([
    ['--intents', '0'],
    ['--seed', '-1'],
    ['--minutes', 'many'],
    ['--fault-rate', '2'],
    ['--nothing', '1'],
  ])('%s %s is refused', (...args) => {
    expect(() => readOptions(args)).toThrow(UnusableOption);
  });
});
