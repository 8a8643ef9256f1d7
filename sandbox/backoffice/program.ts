import { runSandbox } from '../http/process';
import { startBackofficeSandbox } from './index';
import { readOptions, USAGE } from './options';

/** Runs the sandbox until SIGTERM or SIGINT (sandbox/http/process.ts). */
export async function run(args: readonly string[]): Promise<void> {
  await runSandbox({ provider: 'backoffice', usage: USAGE, readOptions, start: startBackofficeSandbox }, args);
}
