import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The directory of the package, from sources and from dist alike. */
export function packageRoot(): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json'))) return directory;
    if (directory === dirname(directory)) throw new Error('the package has no package.json');
  }
}

/** The compiled entry of a process, such as `worker/main.js`. */
export function processEntry(name: 'worker' | 'sandbox'): string {
  return join(packageRoot(), 'dist', name, 'main.js');
}

/** The version that package.json says. */
export function packageVersion(): string {
  const value: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (typeof version !== 'string') throw new Error('package.json has no version');
  return version;
}
