import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { GATEWAY_REQUESTS, METRICS } from '../../contract/metrics';
import { findPromtool } from '../setup/promtool';

const ROOT = join(__dirname, '..', '..');
const guide = readFileSync(join(ROOT, 'docs', 'metrics.md'), 'utf8');
const rules = readFileSync(join(ROOT, 'deploy', 'prometheus', 'alerts.yml'), 'utf8');

/** The series of Prometheus that a metric becomes, each with its labels. */
const OURS = new Map<string, readonly string[]>();
for (const { name, kind, labels } of Object.values(METRICS)) {
  if (kind === 'counter') OURS.set(`${name}_total`, labels);
  else addHistogram(name, labels);
}
addHistogram(GATEWAY_REQUESTS.name, GATEWAY_REQUESTS.labels);

function addHistogram(name: string, labels: readonly string[]): void {
  for (const part of ['bucket', 'sum', 'count']) OURS.set(`${name}_seconds_${part}`, labels);
}

/** Those of the SDK that alerts use; test/worker/metrics.test.ts finds them at a worker. */
const OF_SDK: ReadonlyMap<string, readonly string[]> = new Map([
  ['temporal_num_pollers', ['task_queue', 'poller_type']],
  ['temporal_activity_schedule_to_start_latency_seconds_bucket', ['task_queue', 'le']],
]);

test('the table has every metric, with its labels and its sentence', () => {
  for (const { name, labels, help } of [...Object.values(METRICS), GATEWAY_REQUESTS]) {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    expect(row).toBeDefined();
    expect(row?.split('|').map((cell) => cell.trim())).toEqual([
      '',
      `\`${name}\``,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
      '',
    ]);
  }
});

test('every alert has a section that says what to do, and no section is without an alert', () => {
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const sections = [...guide.matchAll(/^### (\w+)\n\n[^]+?\*\*Do:\*\* \S/gm)].map(([, name]) => name);
  expect(alerts.length).toBeGreaterThan(8);
  expect(sections).toEqual(alerts);
});

/** Every panel of the board that shows series: its title, and what it asks Prometheus. */
const panels = z
  .object({
    panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).optional() })),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, 'deploy', 'grafana', 'dashboards', 'gangway.json'), 'utf8')))
  .panels.flatMap(({ title, targets }) =>
    targets === undefined ? [] : [{ title, asks: targets.map(({ expr }) => expr) }],
  );

test.each([
  ['alerts', [rules]],
  ['the board', panels.flatMap(({ asks }) => asks)],
])('expressions of %s ask for metrics and labels that there are', (_, texts) => {
  const selectors = texts.flatMap((text) => [...text.matchAll(/\b((?:gangway|temporal)_\w+)(?:\{([^}]*)\})?/g)]);
  expect(selectors.length).toBeGreaterThan(8);
  for (const [selector, name = '', matchers = ''] of selectors) {
    const labels = OURS.get(name) ?? OF_SDK.get(name);
    const asked = [...matchers.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label]) => label);
    expect({ selector, labels }).toEqual({ selector, labels: expect.arrayContaining(asked) });
  }
});

test('the board groups by labels that its series have, and every metric of ours stands on it', () => {
  for (const { title, asks } of panels) {
    for (const ask of asks) {
      const name = /\b(?:gangway|temporal)_\w+/.exec(ask)?.[0] ?? '';
      const grouped = [...ask.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/,\s*/));
      const labels = [...(OURS.get(name) ?? OF_SDK.get(name) ?? []), 'le'];
      expect({ title, ask, labels }).toEqual({ title, ask, labels: expect.arrayContaining(grouped) });
    }
  }
  const asked = panels.flatMap(({ asks }) => asks).join('\n');
  const missing = [...Object.values(METRICS), GATEWAY_REQUESTS].filter(({ name }) => !asked.includes(name));
  expect(missing).toEqual([]);
});

const promtool = findPromtool();
if (promtool === undefined) {
  test.skip('alerts hold their tests: Debian’s prometheus cannot be installed here', () => undefined);
} else {
  test('alerts fire when they should, and else not', () => {
    const run = (...args: readonly string[]): { readonly status: number | null; readonly said: string } => {
      const { status, stdout, stderr } = spawnSync(promtool, [...args], { cwd: ROOT, encoding: 'utf8' });
      return { status, said: status === 0 ? '' : stdout + stderr };
    };
    expect(run('check', 'rules', 'deploy/prometheus/alerts.yml')).toEqual({ status: 0, said: '' });
    expect(run('check', 'config', 'deploy/prometheus/prometheus.yml').status).toBe(0);
    expect(run('test', 'rules', 'deploy/prometheus/alerts.test.yml')).toEqual({ status: 0, said: '' });
  });
}
