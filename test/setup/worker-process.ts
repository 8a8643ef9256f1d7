import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Rig } from './rig';

const BUILD = join(__dirname, '..', '..', 'dist');
const PRODUCTION = join('worker', 'main.js');

/**
 * A worker as production runs it: a process of its own, from the build. Takes work when this resolves.
 *
 * @param program under the build
 */
export async function startWorkerProcess(
  rig: Rig,
  env: NodeJS.ProcessEnv = {},
  program = PRODUCTION,
): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [join(BUILD, program)], {
    env: { ...process.env, ...rig.env, GANGWAY_WORKFLOW_BUNDLE: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const died = once(worker, 'exit').then(([code]) => {
    throw new Error(`the worker ended with ${String(code)} before it took work: is the build this one?`);
  });
  await Promise.race([once(worker.stdout, 'data'), died]);
  died.catch(() => undefined);
  return worker;
}

/** Ends a process without a word, as a machine that loses power does. */
export async function killProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
