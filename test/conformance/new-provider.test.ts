import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const HOOK = join(ROOT, 'test', 'worker', 'typescript-hook.js');

/** A repository of its own, with everything that a connector builds on. */
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gangway-scaffold-'));
  for (const shared of ['node_modules', 'tsconfig.json', 'package.json']) {
    symlinkSync(join(ROOT, shared), join(root, shared));
  }
  for (const room of ['contract', 'inputs', 'providers', 'scripts'])
    cpSync(join(ROOT, room), join(root, room), { recursive: true });
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function gangway(...args: readonly string[]) {
  const main = join(ROOT, 'client', 'cli', 'main.ts');
  return spawnSync(process.execPath, ['--require', HOOK, main, ...args], { cwd: root, encoding: 'utf8' });
}

function conformance(id: string) {
  const main = join(root, 'scripts', 'conformance', 'main.ts');
  const env = { ...process.env, EXAMPLE_BANK_BASE_URL: 'https://api.example.com' };
  return spawnSync(process.execPath, ['--require', HOOK, main, id], { cwd: root, encoding: 'utf8', env });
}

test('the folder compiles, and its report lists what is missing', () => {
  const { status, stdout } = gangway('new-provider', 'example-bank');
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('providers/example-bank/index.ts') });
  writeFileSync(
    join(root, 'tsconfig.scaffold.json'),
    JSON.stringify({ extends: './tsconfig.json', include: ['providers/example-bank/**/*.ts'], exclude: [] }),
  );
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '--noEmit', '-p', 'tsconfig.scaffold.json'], { cwd: root, encoding: 'utf8' });

  const report = conformance('example-bank');
  expect(report.status).toBe(1);
  for (const missing of [
    'orders.submit is declared and missing',
    'orders.find is declared and missing',
    'providers/example-bank/setup.ts: is missing',
    'sandbox/example-bank/index.ts: is missing',
    'sandbox/example-bank/program.ts: is missing',
    'providers/registry.ts: does not name example-bank',
    'test/conformance/kits/example-bank.ts: is missing',
    'docs/providers/example-bank.md: is missing',
  ]) {
    expect(report.stdout).toContain(missing);
  }
  expect(report.stdout).toMatch(/example-bank: \d+ of \d+ checks pass/);
}, 120_000);

test.each([
  ['a name that is none', 'Example Bank', /small letters, digits/],
  ['a provider that is there', 'oceafin', /is there already: nothing was written/],
])('%s', (_, name, said) => {
  const before = readdirSync(join(root, 'providers'));
  const { status, stderr } = gangway('new-provider', name);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(said) });
  expect(readdirSync(join(root, 'providers'))).toEqual(before);
});

test('if there is no repository, nothing is written', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'gangway-elsewhere-'));
  const main = join(ROOT, 'client', 'cli', 'main.ts');
  const { status } = spawnSync(process.execPath, ['--require', HOOK, main, 'new-provider', 'bank'], { cwd: elsewhere });
  expect(status).toBe(2);
  expect(existsSync(join(elsewhere, 'providers'))).toBe(false);
  rmSync(elsewhere, { recursive: true });
});
