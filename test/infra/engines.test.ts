import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gangway-engines-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** What npm says of a project that it would install, without a network and without doing it: a warning, or that it will not. */
function saidOf(project: string): string {
  const args = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { stdout, stderr } = spawnSync('npm', args, { cwd: project, encoding: 'utf8' });
  return stdout + stderr;
}

test('no package warns that this Node is none of its engines', () => {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(ROOT, file), join(directory, file));
  const said = saidOf(directory);
  expect(said).toMatch(/added \d+ packages|up to date/);
  expect(said).not.toContain('EBADENGINE');
});

test('one that does is seen', () => {
  mkdirSync(join(directory, 'late'));
  const late = { name: 'late', version: '1.0.0', engines: { node: '>=99' } };
  const project = { name: 'early', version: '1.0.0', dependencies: { late: 'file:./late' } };
  const lock = {
    ...project,
    lockfileVersion: 3,
    packages: { '': project, late, 'node_modules/late': { resolved: 'late', link: true } },
  };
  writeFileSync(join(directory, 'late', 'package.json'), JSON.stringify(late));
  writeFileSync(join(directory, 'package.json'), JSON.stringify(project));
  writeFileSync(join(directory, 'package-lock.json'), JSON.stringify(lock));
  expect(saidOf(directory)).toContain('EBADENGINE');
});
