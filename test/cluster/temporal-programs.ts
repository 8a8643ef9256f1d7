import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../system/cache-directory';
import { runToEnd } from '../../system/run-to-end';

const BUILD_TIMEOUT_MS = 30 * 60_000;

/** Temporal's own server, and what makes its tables: what the images of docker-compose.yml run. */
export interface TemporalPrograms {
  /** Has `temporal-server` and `temporal-sql-tool` in it. */
  readonly directory: string;
}

/**
 * Finds the programs in the project's cache, or builds them with Go, which takes some ten minutes once.
 *
 * @param version of the server, such as `1.29.1`
 * @throws Error if Go is not there, or the build fails
 */
export async function temporalPrograms(version: string): Promise<TemporalPrograms> {
  const directory = join(cacheDirectory(process.env), 'temporal-server', `v${version}`);
  const named = new Map([
    ['server', join(directory, 'temporal-server')],
    ['sql', join(directory, 'temporal-sql-tool')],
  ]);
  if ([...named.values()].every((path) => existsSync(path))) return { directory };
  mkdirSync(directory, { recursive: true });
  const packages = ['cmd/server', 'cmd/tools/sql'].map((path) => `go.temporal.io/server/${path}@v${version}`);
  const problem = await runToEnd('go', ['install', ...packages], {
    env: { ...process.env, GOBIN: directory, GOFLAGS: '', GO111MODULE: 'on' },
    timeoutMs: BUILD_TIMEOUT_MS,
    log: () => undefined,
  });
  if (problem !== undefined) throw new Error(`Temporal's server cannot be built: ${problem}`);
  for (const [built, path] of named) renameSync(join(directory, built), path);
  return { directory };
}
