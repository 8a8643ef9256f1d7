import { runSandbox } from '../http/process';
import { startCoinifySandbox } from './index';
import { readOptions, USAGE } from './options';

/** Runs the sandbox until SIGTERM or SIGINT (sandbox/http/process.ts). */
export async function run(args: readonly string[]): Promise<void> {
  await runSandbox({ provider: 'coinify', usage: USAGE, readOptions, start: startCoinifySandbox }, args);
}
