import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from '../system/run-to-end';
import { CLI_VERSION } from './server-version';

/** Without a network the look-up of the host fails at once; this bounds a network that swallows packets. */
const DOWNLOAD_TIMEOUT_MS = 120_000;

/**
 * The SDK downloads a server only by starting one. That also installs the SDK's process-wide runtime, and would keep
 * the caller from choosing its own, so it happens in a separate process.
 */
const DOWNLOAD = `
  const { TestWorkflowEnvironment } = require(process.argv[1]);
  const executable = { type: 'cached-download', version: process.argv[2], downloadDir: process.argv[3] };
  TestWorkflowEnvironment.createLocal({ server: { executable } })
    .then((environment) => environment.teardown())
    .then(() => process.exit(0), (error) => { console.error(error.message.split(': ').pop()); process.exit(1); });
`;

/**
 * Has the Temporal SDK download the Temporal CLI into `directory`.
 *
 * @returns the path of the executable, or why there is none
 */
export async function downloadServer(
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly executable: string } | { readonly problem: string }> {
  const testing = require.resolve('@temporalio/testing');
  const problem = await runToEnd(process.execPath, ['-e', DOWNLOAD, testing, CLI_VERSION, directory], {
    env,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    log: () => undefined,
  });
  if (problem !== undefined) return { problem };
  const executable = (await readdir(directory)).find((name) => name.startsWith('temporal'));
  return executable === undefined ? { problem: 'left no executable' } : { executable: join(directory, executable) };
}
