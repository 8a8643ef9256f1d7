import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { z } from 'zod';
import { endWithParent } from '../../../system/end-with-parent';
import { forEachLine } from '../../../system/run-to-end';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';
import { processEntry } from '../package-root';

const READY_TIMEOUT_MS = 60_000;
const LINES_KEPT = 30;

export interface ChildOptions<Ready> {
  readonly name: 'worker' | 'sandbox';
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The line of JSON that the process prints once it is ready. */
  readonly ready: z.ZodType<Ready>;
  /** How long it may take to stop in order, in milliseconds. */
  readonly stopTimeoutMs: number;
  /** Each line of its log. */
  readonly log: (line: string) => void;
}

/** A process of ours that is ready. */
export interface Child<Ready> {
  readonly ready: Ready;
  readonly pid: number | undefined;
  /** Settles with the reason if it ends without having been told to; never rejects. */
  readonly died: Promise<string>;
  /** Stops it in order, and kills it if that takes too long. Harmless when repeated. */
  stop(): Promise<void>;
}

/**
 * Starts one of our processes and waits until it says that it is ready. It ends with this process at the latest.
 *
 * @throws CommandError with the process's last words if it does not become ready
 */
export async function startChild<Ready>(options: ChildOptions<Ready>): Promise<Child<Ready>> {
  const { name, args, env, ready, log } = options;
  const entry = processEntry(name);
  if (!existsSync(entry)) {
    throw new CommandError(`${entry} is missing: run \`npm run build\` first.`, EXIT.failed, 'NOT_BUILT');
  }
  // Its own process group: a Ctrl-C in the terminal reaches this program alone, which then stops all in order.
  const child = spawn(process.execPath, [entry, ...args], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = untilEnded(child);
  const unwatch = endWithParent(child);
  void ended.then(unwatch);
  const lastLines: string[] = [];
  forEachLine(child.stderr, (line) => {
    if (lastLines.push(line) > LINES_KEPT) lastLines.shift();
    log(line);
  });
  const words = (): string => (lastLines.length === 0 ? '' : ` Its last words:\n${lastLines.join('\n')}`);
  const first = await Promise.race([firstJson(child, ready), ended, timeout(READY_TIMEOUT_MS)]);
  if (typeof first === 'string') {
    child.kill('SIGKILL');
    await ended;
    throw new CommandError(`The ${name} did not start: ${first}.${words()}`, EXIT.failed, 'NOT_STARTED');
  }
  const state = { stopping: false };
  return {
    ready: first.ready,
    pid: child.pid,
    died: ended.then((how) => (state.stopping ? forever() : `The ${name} ${how}.${words()}`)),
    stop: async () => {
      state.stopping = true;
      child.kill('SIGTERM');
      const slow = timeout(options.stopTimeoutMs).then(() => child.kill('SIGKILL'));
      await Promise.race([ended, slow]);
      await ended;
    },
  };
}

function untilEnded(child: ChildProcess): Promise<string> {
  return new Promise((settle) => {
    child.once('error', () => settle('could not be started'));
    child.once('exit', (code, signal) =>
      settle(signal === null ? `ended with status ${code ?? 0}` : `died of ${signal}`),
    );
  });
}

/** The first line that is the JSON expected; other lines are passed over. */
function firstJson<Ready>(child: ChildProcess, schema: z.ZodType<Ready>): Promise<{ readonly ready: Ready }> {
  return new Promise((settle) => {
    if (child.stdout === null) return;
    forEachLine(child.stdout, (line) => {
      const parsed = schema.safeParse(parseJson(line));
      if (parsed.success) settle({ ready: parsed.data });
    });
  });
}

function parseJson(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}

function timeout(ms: number): Promise<string> {
  return new Promise((settle) => setTimeout(settle, ms, `it was not ready in ${ms / 1000} s`).unref());
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}
