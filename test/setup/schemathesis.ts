import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../system/cache-directory';
import { installDebian } from './debian';

/** The version that the gateway is tried with: another one may find other things. */
const VERSION = '4.32.5';
const MAKING_MS = 300_000;

/**
 * The Python that has schemathesis, in Gangway's cache; made there if this machine has Python and a package registry;
 * otherwise why it cannot be had.
 */
export function findSchemathesis(): { readonly python: string } | { readonly problem: string } {
  const place = join(cacheDirectory(process.env), 'schemathesis', VERSION);
  const python = join(place, 'bin', 'python3');
  if (existsSync(python)) return { python };
  mkdirSync(join(place, '..'), { recursive: true });
  const making = mkdtempSync(join(place, '..', 'making-'));
  try {
    if (!makesEnvironment(making) && !(installDebian('python3', 'python3-venv') && makesEnvironment(making))) {
      return { problem: 'there is no Python 3 with venv here, and apt-get cannot install it' };
    }
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`];
    execFileSync(join(making, 'bin', 'python3'), pip, { timeout: MAKING_MS, stdio: 'pipe' });
    // In one step: whoever looks meanwhile sees the whole of it, or nothing.
    if (!existsSync(place)) renameSync(making, place);
    return { python };
  } catch {
    return { problem: `pip cannot install schemathesis ${VERSION}` };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function makesEnvironment(directory: string): boolean {
  return spawnSync('python3', ['-m', 'venv', directory], { timeout: MAKING_MS, stdio: 'ignore' }).status === 0;
}
