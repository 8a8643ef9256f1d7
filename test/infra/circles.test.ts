import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const MADGE = join(ROOT, 'node_modules', 'madge', 'bin', 'cli.js');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'circles-'));
  copyFileSync(join(ROOT, '.madgerc'), join(directory, '.madgerc'));
  writeFileSync(join(directory, 'a.ts'), "import { b } from './b';\nexport const a = (): number => b();\n");
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** What our settings say of a project of `a.ts`, which imports `b.ts`, and this `b.ts`. */
function circles(b: string): { readonly status: number | null; readonly said: string } {
  writeFileSync(join(directory, 'b.ts'), b);
  const { status, stdout, stderr } = spawnSync(process.execPath, [MADGE, '--circular', '--no-spinner', '.'], {
    cwd: directory,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

test.each([
  ['no import back', 'export const b = (): number => 1;\n'],
  [
    'a type from there',
    "import type { a } from './a';\nexport const b = (): number => 1;\nexport type A = typeof a;\n",
  ],
])('%s is no circle', (_what, b) => {
  expect(circles(b)).toMatchObject({ status: 0 });
});

test.each([
  ['a value', "import { a } from './a';\nexport const b = (): number => (Math.random() > 2 ? a() : 1);\n"],
  ['what is passed on', "export { a } from './a';\nexport const b = (): number => 1;\n"],
])('%s from there is one, and refused', (_what, b) => {
  const { status, said } = circles(b);
  expect(status).toBe(1);
  expect(said).toMatch(/[ab]\.ts > [ab]\.ts/);
});
