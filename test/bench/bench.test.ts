import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** The benchmark as it ships (`npm run build` first, which `npm test` does). */
const MAIN = join(__dirname, '..', '..', 'dist', 'bench', 'main.js');

/** On other systems these are not known, and said to be so. */
const ofLinux = <Figure extends z.ZodType>(figure: Figure) => (process.platform === 'linux' ? figure : z.null());

const time = z.number().positive();
const latencyMs = z.strictObject({ p50: time, p99: time });
const rate = z.number().positive();
const cpu = ofLinux(z.number().nonnegative());
const count = z.int().positive();
const counts = z.strictObject({ min: count, median: count, max: count });
const history = z.strictObject({ events: counts, tasks: counts, tasksOfFlows: z.record(z.string(), count) });

const contender = <Name extends string>(name: Name) =>
  z.strictObject({
    name: z.literal(name),
    flows: count,
    latencyMs,
    flowsPerSecond: z.strictObject({ min: rate, median: rate, max: rate }),
    cpuMs: z.strictObject({ worker: cpu, server: cpu, sandbox: cpu, client: cpu }),
    workerPeakMb: ofLinux(z.number().positive()),
    sequential: history,
    concurrent: history,
  });

const report = z.strictObject({
  machine: z.strictObject({ cpus: count, cpu: z.string(), memoryMb: count, node: z.string() }),
  options: z.strictObject({ flows: count, concurrency: count, sequential: count, rounds: count, json: z.boolean() }),
  direct: z.strictObject({ latencyMs }),
  gangway: contender('gangway'),
  bookless: contender('bookless'),
  plain: contender('plain'),
  skeleton: contender('skeleton'),
  eager: contender('eager'),
  bookPerFlow: z.strictObject({ rows: z.number().positive(), bytes: z.number().positive() }),
  targets: z
    .array(z.strictObject({ figure: z.string(), target: z.string(), found: z.string(), met: z.boolean() }))
    .length(7),
});

describe('the benchmark', () => {
  test('gives every figure; events and workflow tasks are whole numbers', async () => {
    const few = ['--flows', '4', '--concurrency', '2', '--sequential', '2', '--rounds', '1', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...few]);
    const found = report.parse(JSON.parse(stdout));

    expect(found.options).toEqual({ flows: 4, concurrency: 2, sequential: 2, rounds: 1, json: true });
    // Seven activities of three events each, and a workflow task of three before each and after the last.
    for (const { events, tasks } of [found.plain.sequential, found.plain.concurrent]) {
      expect([events.min, tasks.min]).toEqual([47, 8]);
    }
    // What the flow leaves in its histories, the skeleton leaves too: three more if the uploads end apart.
    for (const { events, tasks } of [found.gangway.sequential, found.skeleton.sequential]) {
      expect([42, 45]).toContain(events.min);
      expect([6, 7]).toContain(tasks.min);
    }
    for (const { sequential, concurrent } of [
      found.gangway,
      found.bookless,
      found.plain,
      found.skeleton,
      found.eager,
    ]) {
      expect(Object.values(sequential.tasksOfFlows).reduce((total, flows) => total + flows)).toBe(2);
      expect(Object.values(concurrent.tasksOfFlows).reduce((total, flows) => total + flows)).toBe(4);
    }
  }, 180_000);

  test('refuses an option that it cannot use', async () => {
    const refused = promisify(execFile)(process.execPath, [MAIN, '--flows', 'many']);
    await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--flows must be') });
  });
});
