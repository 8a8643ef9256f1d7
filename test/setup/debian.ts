import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const INSTALL_MS = 300_000;

/** Installs Debian's packages, if this machine can. */
export function installDebian(...packages: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args: readonly string[]): boolean =>
    spawnSync('apt-get', args, { timeout: INSTALL_MS, stdio: 'ignore', env }).status === 0;
  run('update');
  return run('install', '--yes', '--no-install-recommends', ...packages);
}

/** The first of these paths where a program is, once Debian's package was installed if it was nowhere. */
export function findProgram(places: readonly string[], debianPackage: string): string | undefined {
  const find = (): string | undefined => places.find((path) => existsSync(path));
  const there = find();
  if (there !== undefined) return there;
  installDebian(debianPackage);
  return find();
}
