import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../system/cache-directory';
import { installDebian } from './debian';

const MAKING_MS = 300_000;

/** A package of Python, in the one version that tests are written for. */
interface PythonPackage {
  readonly name: string;
  readonly version: string;
  /** Whether what it needs is left out: only its files are wanted. */
  readonly alone?: true;
}

/**
 * The Python that has the package, in Gangway's cache; made there if this machine has Python and a package registry; otherwise
 * why it cannot be had.
 */
export function findPythonPackage({
  name,
  version,
  alone,
}: PythonPackage): { readonly python: string; readonly place: string } | { readonly problem: string } {
  const place = join(cacheDirectory(process.env), name, version);
  const python = join(place, 'bin', 'python3');
  if (existsSync(python)) return { python, place };
  mkdirSync(join(place, '..'), { recursive: true });
  const making = mkdtempSync(join(place, '..', 'making-'));
  try {
    if (!makesEnvironment(making) && !(installDebian('python3', 'python3-venv') && makesEnvironment(making))) {
      return { problem: 'there is no Python 3 with venv here, and apt-get cannot install it' };
    }
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`];
    const how = alone === true ? ['--no-deps'] : [];
    execFileSync(join(making, 'bin', 'python3'), [...pip, ...how], { timeout: MAKING_MS, stdio: 'pipe' });
    // In one step: whoever looks meanwhile sees the whole of it, or nothing.
    if (!existsSync(place)) renameSync(making, place);
    return { python, place };
  } catch {
    return { problem: `pip cannot install ${name} ${version}` };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function makesEnvironment(directory: string): boolean {
  return spawnSync('python3', ['-m', 'venv', directory], { timeout: MAKING_MS, stdio: 'ignore' }).status === 0;
}
