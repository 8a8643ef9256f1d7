import { openGateway } from './open-gateway';
import type { RunningGateway } from '../../client/gateway/serve';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await openGateway({ settings: { GANGWAY_METRICS_PORT: '0' } });
});
afterAll(async () => {
  await gateway.stop();
});

async function scrape(): Promise<readonly string[]> {
  const answer = await fetch(gateway.metrics ?? '');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  return (await answer.text()).split('\n');
}

test('counts each answer by the pattern of its route, and by nothing that a caller chooses', async () => {
  await fetch(`${gateway.url}/healthz`);
  await fetch(`${gateway.url}/healthz`);
  await fetch(`${gateway.url}/v1/intents/coinmena/a-secret-id`);
  await fetch(`${gateway.url}/nothing-such`);
  const series = (await scrape()).filter((line) => line.startsWith('gangway_gateway_request_seconds_count'));
  expect(series.sort()).toEqual([
    expect.stringMatching(/\{method="GET",route="\/healthz",status="200"\} 2$/),
    expect.stringMatching(/\{method="GET",route="\/v1\/intents\/:provider\/:id",status="401"\} 1$/),
    expect.stringMatching(/\{method="GET",route="none",status="404"\} 1$/),
  ]);
  expect((await scrape()).join('\n')).not.toMatch(/a-secret-id|nothing-such/);
});

test('tells of its process', async () => {
  expect((await scrape()).join('\n')).toMatch(/^process_resident_memory_bytes \d+/m);
});

test('serves them on a port of their own, and nothing else there', async () => {
  const { status } = await fetch(`${gateway.url}/metrics`);
  expect(status).toBe(404);
  const other = await fetch(new URL('/healthz', gateway.metrics));
  expect(other.status).toBe(404);
});

test('an empty port: no metrics', async () => {
  const without = await openGateway({ settings: { GANGWAY_METRICS_PORT: '' } });
  expect(without.metrics).toBeUndefined();
  await without.stop();
});
