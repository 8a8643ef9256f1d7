import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const KNIP = join(ROOT, 'node_modules', 'knip', 'bin', 'knip.js');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'reach-'));
  mkdirSync(join(directory, 'worker'));
  copyFileSync(join(ROOT, 'knip.jsonc'), join(directory, 'knip.jsonc'));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'planted' }));
  writeFileSync(join(directory, 'worker', 'main.ts'), "import { used } from './used';\nused();\n");
  writeFileSync(join(directory, 'worker', 'used.ts'), 'export const used = (): void => undefined;\n');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** What our settings say of a small project. */
function reach(): { readonly status: number | null; readonly said: string } {
  const { status, stdout } = spawnSync(process.execPath, [KNIP, '--no-progress', '--no-config-hints'], {
    cwd: directory,
    encoding: 'utf8',
  });
  return { status, said: stdout };
}

test('what is used passes', () => {
  expect(reach()).toEqual({ status: 0, said: '' });
});

test.each([
  ['an export', 'worker/used.ts', 'export const used = (): void => undefined;\nexport const dead = 1;\n', 'dead'],
  ['a type', 'worker/used.ts', 'export const used = (): void => undefined;\nexport type Dead = 1;\n', 'Dead'],
  ['a file', 'worker/dead.ts', 'export {};\n', 'worker/dead.ts'],
  ['a dependency', 'package.json', JSON.stringify({ name: 'planted', dependencies: { dead: '1.0.0' } }), 'dead'],
])('%s that nobody uses is refused', (_what, file, text, named) => {
  writeFileSync(join(directory, file), text);
  const { status, said } = reach();
  expect(status).toBe(1);
  expect(said).toContain(named);
});
