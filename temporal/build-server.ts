import { join } from 'node:path';
import { runToEnd } from '../system/run-to-end';
import { CLI_VERSION } from './server-version';

const BUILD_TIMEOUT_MS = 20 * 60_000;
const PROGRESS_EVERY_MS = 15_000;
const PACKAGE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;

/**
 * Builds the Temporal CLI from source with Go into `directory`. Takes about three minutes and says so.
 *
 * @returns the path of the executable, or why there is none
 */
export async function buildServer(
  directory: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<{ readonly executable: string } | { readonly problem: string }> {
  const noGo = await runToEnd('go', ['version'], { env, timeoutMs: 10_000, log: () => undefined });
  if (noGo !== undefined) return { problem: 'go is not on PATH' };

  log(`Building the Temporal server from source (${CLI_VERSION}). This takes about 3 minutes, once.`);
  const began = Date.now();
  const progress = setInterval(() => {
    log(`Still building the Temporal server (${Math.round((Date.now() - began) / 1000)} s).`);
  }, PROGRESS_EVERY_MS);
  try {
    const problem = await runToEnd('go', ['install', PACKAGE], {
      // A cross-compiling setup would make go refuse GOBIN, and the module flags of the caller's own project do not
      // fit.
      env: { ...env, GOBIN: directory, GOFLAGS: '', GOOS: '', GOARCH: '', GO111MODULE: 'on' },
      cwd: directory,
      timeoutMs: BUILD_TIMEOUT_MS,
      log: () => undefined,
    });
    if (problem !== undefined) return { problem };
  } finally {
    clearInterval(progress);
  }
  log(`Built the Temporal server in ${Math.round((Date.now() - began) / 1000)} s.`);
  return { executable: join(directory, process.platform === 'win32' ? 'temporal.exe' : 'temporal') };
}
