import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { documents, runCli } from '../client/run-cli';
import { eventually } from '../setup/rig';

const MAIN = join(__dirname, '..', '..', 'dist', 'client', 'cli', 'main.js');

let data: string;

beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'gangway-up-'));
});
afterAll(() => {
  rmSync(data, { recursive: true, force: true });
});

test('everything comes up, the example runs to its last decimal, and everything is gone again', async () => {
  const { exitCode, stdout, stderr } = await runCli(['up', '--once', '--data', data]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/Web UI +http:\/\/127\.0\.0\.1:\d+/);
  expect(stdout).toMatch(/│ Time \(UTC\) .*│ After .*│ Flow .*│ Step /);
  for (const step of [
    'Client created as',
    'Document government_id uploaded',
    'Document proof_of_address uploaded',
    'Client verified and active, documents on file',
  ]) {
    expect(stdout).toMatch(new RegExp(`│ \\d\\d:\\d\\d:\\d\\d\\.\\d{3} │ +\\+\\d+ ms │ onboarding +│ ${step}`));
  }
  expect(stdout).toMatch(/│ deposit +│ Done; balance read back: 1000\.00 USD/);
  expect(stdout).toMatch(/│ withdrawal +│ Done; balance read back: 749\.75 USD/);
  expect(stdout).toContain('Balance read back: 749.75 USD, right to the last decimal.');
  expect(stdout).toMatch(
    /http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/onboarding%2Fcoinmena%2Fdemo-client-1\//,
  );
  expect(exitCode).toBe(0);
});

test('run again on the same data, it says that all is done, and moves nothing', async () => {
  const result = await runCli(['up', '--once', '--data', data, '--json']);
  const told = documents(result);
  expect(told.filter(({ event }) => event === 'started')).toMatchObject([
    { started: 'already-done' },
    { started: 'already-done' },
  ]);
  expect(told.at(-1)).toMatchObject({
    event: 'result',
    exitCode: 0,
    balance: { asset: 'USD', read: '749.75', matches: true },
  });
  expect(result.exitCode).toBe(0);
});

test('told to stop while it starts, it ends, and leaves nothing behind', async () => {
  const child = spawn(process.execPath, [MAIN, 'up', '--json'], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise<number | null>((settle) => child.once('exit', settle));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (lines.push(line) === 1) child.kill('SIGINT');
  }
  expect(await exit).toBe(130);
  expect(lines).toEqual(['{"event":"starting"}']);
});

/** Nothing of Temporal or a provider is inherited. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(([name]) => !/^(TEMPORAL|COINMENA|GANGWAY|SANDBOX)_/.test(name));
  return Object.fromEntries(clean);
}

describe('while it stays up', () => {
  interface Up {
    readonly process: ChildProcess;
    readonly address: string;
    readonly controlUrl: string;
    readonly exit: Promise<number | null>;
    /** Every line on standard output so far. */
    readonly lines: readonly string[];
  }

  async function up(): Promise<Up> {
    const child = spawn(process.execPath, [MAIN, 'up', '--json'], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = new Promise<number | null>((settle) => child.once('exit', settle));
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(line));
    await eventually(() => Promise.resolve(lines.find((line) => line.startsWith('{"event":"result"'))), 120_000);
    const told = lines.join('\n');
    const address = /"address":"([^"]+)"/.exec(told)?.[1] ?? '';
    const controlUrl = /"controlUrl":"([^"]+)"/.exec(told)?.[1] ?? '';
    return { process: child, address, controlUrl, exit, lines };
  }

  async function isGone({ address, controlUrl }: Up): Promise<boolean> {
    const sandbox = await fetch(`${controlUrl}/ledger`).then(
      () => true,
      () => false,
    );
    const temporal = (await runCli(['list', '--address', address])).exitCode !== 4;
    return !sandbox && !temporal;
  }

  test('it takes more, and Ctrl-C ends all of it in order', async () => {
    const running = await up();
    const args = ['--client', 'demo-client-1', '--asset', 'USD', '--amount', '0.25', '--id', 'more-1'];
    const more = await runCli(['fund', 'deposit', ...args, '--address', running.address]);
    expect(more.stdout).toMatch(/Balance: +750\.00 USD/);
    running.process.kill('SIGINT');
    expect(await running.exit).toBe(0);
    expect(await isGone(running)).toBe(true);
  });

  function kill({ process: parent }: Up, name: 'worker' | 'sandbox'): void {
    const children = execFileSync('ps', ['--ppid', String(parent.pid), '-o', 'pid=,args=']).toString();
    const found = children.split('\n').find((line) => line.includes(`dist/${name}/main.js`)) ?? '';
    process.kill(Number.parseInt(found, 10), 'SIGKILL');
  }

  /** Kills a child of it, and waits until that is said to be back, so many times in all. */
  async function killed(running: Up, name: 'worker' | 'sandbox', times: number): Promise<void> {
    const { lines } = running;
    kill(running, name);
    await eventually(() => {
      const back = lines.filter((line) => line === `{"event":"back","process":"${name}"}`).length;
      return Promise.resolve(back >= times || undefined);
    }, 60_000);
    const died = lines.filter((line) => line.startsWith(`{"event":"died","process":"${name}"`));
    expect(died).toHaveLength(times);
    expect(died.at(-1)).toContain('died of SIGKILL');
  }

  test('a worker and a sandbox that die are started again, and go on where they were; not for ever', async () => {
    const running = await up();
    await killed(running, 'worker', 1);
    await killed(running, 'sandbox', 1);
    const args = ['--client', 'demo-client-1', '--asset', 'USD', '--amount', '0.25', '--id', 'more-1'];
    const more = await runCli(['fund', 'deposit', ...args, '--address', running.address]);
    expect(more.stdout).toMatch(/Balance: +750\.00 USD/);
    await killed(running, 'worker', 2);
    await killed(running, 'worker', 3);
    kill(running, 'worker');
    expect(await running.exit).toBe(1);
    expect(await isGone(running)).toBe(true);
  }, 300_000);

  test('killed outright, it takes everything with it', async () => {
    const running = await up();
    running.process.kill('SIGKILL');
    await running.exit;
    const gone = await eventually(async () => ((await isGone(running)) ? true : undefined));
    expect(gone).toBe(true);
  });
});
