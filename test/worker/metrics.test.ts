import type { ChildProcess } from 'node:child_process';
import { METRICS } from '../../contract/metrics';

import { freePorts } from '../../system/free-ports';
import { Rig } from '../setup/rig';
import { killProcess, startWorkerProcess } from '../setup/worker-process';

let rig: Rig;
let worker: ChildProcess;
let url: string;

/** What Prometheus reads, a line a series. */
async function scrape(): Promise<readonly string[]> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** The value of the one series of that name with these labels; 0 if there is none. */
async function value(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const found = (await scrape()).filter(
    (line) =>
      line.startsWith(`${name}{`) && Object.entries(labels).every(([key, text]) => line.includes(`${key}="${text}"`)),
  );
  expect(found.length).toBeLessThanOrEqual(1);
  return Number(found[0]?.split(' ').at(-1) ?? 0);
}

beforeAll(async () => {
  rig = await Rig.start();
  await rig.stopWorker();
  const [port] = await freePorts(1);
  worker = await startWorkerProcess(rig, { GANGWAY_METRICS_PORT: String(port) });
  url = `http://127.0.0.1:${port}/metrics`;
});
afterAll(async () => {
  await killProcess(worker);
  await rig.startWorker();
  await rig.close();
});

test('a worker counts how flows end, what people are asked and decide, and every call', async () => {
  const onboarding = await rig.onboard(rig.application('metrics-1'));
  await onboarding.result();
  await rig.fault({ operation: 'deposit', kind: 'reset', params: { when: 'after-commit' }, times: 1 });
  const request = {
    provider: 'coinmena',
    partnerClientId: 'metrics-1',
    fundingId: 'metrics-dep-1',
    kind: 'deposit',
    asset: 'USD',
    amount: '10.00',
  } as const;
  await (await rig.fund(request)).result();
  // More than the client has: a person is asked, and gives it up.
  const parked = await rig.fund({ ...request, fundingId: 'metrics-wd-1', kind: 'withdrawal', amount: '999999.00' });
  const { parked: question } = await rig.parked(parked);
  await parked.executeUpdate('resolve', { args: [{ action: 'abandon', by: 'ops', reason: 'not enough' }] });
  await parked.result();

  const ofFunding = { workflowType: 'fundAccount' };
  expect(await value('gangway_flows_ended_total', { workflowType: 'onboardClient', outcome: 'ready' })).toBe(1);
  expect(await value('gangway_flows_ended_total', { ...ofFunding, outcome: 'completed' })).toBe(1);
  expect(await value('gangway_flows_ended_total', { ...ofFunding, outcome: 'abandoned' })).toBe(1);
  expect(await value('gangway_flow_seconds_count', { ...ofFunding, outcome: 'completed' })).toBe(1);
  expect(await value('gangway_orders_adopted_total', ofFunding)).toBe(1);
  expect(await value('gangway_questions_total', { ...ofFunding, reason: question.reason })).toBe(1);
  expect(await value('gangway_decisions_total', { ...ofFunding, action: 'abandon' })).toBe(1);
  expect(
    await value('gangway_activity_attempts_total', { activityType: 'submitOrder', result: 'OUTCOME_UNKNOWN' }),
  ).toBe(1);
  expect(
    await value('gangway_provider_call_seconds_count', { method: 'POST', path: '/v1/partner/clients', status: '201' }),
  ).toBe(1);
});

test('nothing is measured under a name or a label that the table does not have', async () => {
  const known = new Map(
    Object.values(METRICS).map(({ name, kind, labels }) => [
      kind === 'counter' ? `${name}_total` : `${name}_seconds`,
      labels,
    ]),
  );
  const ours = (await scrape()).filter((line) => line.startsWith('gangway_'));
  expect(ours.length).toBeGreaterThan(known.size);
  for (const line of ours) {
    const [, series = '', labels = ''] = /^(\w+)\{(.*)\} \S+$/.exec(line) ?? [];
    const expected = known.get(series.replace(/_(bucket|sum|count)$/, ''));
    const names = [...labels.matchAll(/([A-Za-z_]+)="/g)].map(([, name]) => name).filter((name) => name !== 'le');
    expect({ line, names: names.sort() }).toEqual({ line, names: [...(expected ?? ['unknown metric'])].sort() });
  }
});

test('no id and nothing of a person is in it', async () => {
  const text = (await scrape()).join('\n');
  for (const word of ['metrics-1', 'metrics-dep-1', '@']) expect(text).not.toContain(word);
});

test('the SDK says whether anybody polls, and what waits', async () => {
  const names = new Set((await scrape()).map((line) => line.split('{')[0]));
  for (const name of [
    'temporal_num_pollers',
    'temporal_worker_task_slots_available',
    'temporal_request_total',
    'temporal_activity_schedule_to_start_latency_seconds_bucket',
  ]) {
    expect(names).toContain(name);
  }
});
