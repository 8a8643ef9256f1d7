import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The sandbox as a process of its own: `main.js <provider> [options]`. Prints one line of JSON when it is ready, and
 * ends with 0 on SIGTERM or SIGINT, with 2 on an option it cannot use, with 1 if it cannot start.
 */
type Run = (args: readonly string[]) => Promise<void>;

const programSchema = z.object({ run: z.custom<Run>((value) => typeof value === 'function') });

/** The program of each provider's folder, as sources and compiled. */
const PROGRAMS = ['program.js', 'program.ts'];

/** Every sandbox that there is, by its provider's id: a folder here with a program is one. */
function programs(): ReadonlyMap<string, string> {
  const folders = readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(
    folders.flatMap(({ name }): (readonly [string, string])[] => {
      const program = PROGRAMS.map((file) => join(__dirname, name, file)).find((path) => existsSync(path));
      return program === undefined ? [] : [[name, program]];
    }),
  );
}

async function runProgram(program: string, args: readonly string[]): Promise<void> {
  const { run } = programSchema.parse(createRequire(__filename)(program));
  await run(args);
}

const [provider, ...args] = process.argv.slice(2);
const known = programs();
const program = known.get(provider ?? '');
if (program === undefined) {
  const ids = [...known.keys()].join(', ');
  process.stderr.write(`sandbox: the first argument must name a provider (${ids}), not ${provider ?? 'nothing'}\n`);
  process.exitCode = 2;
} else {
  runProgram(program, args).catch((error: unknown) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : 'failed'}\n`);
    process.exitCode = 1;
  });
}
