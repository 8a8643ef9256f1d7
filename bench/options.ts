import { parseArgs } from 'node:util';

/** What a run of the benchmark does. */
export interface BenchOptions {
  /** Flows at `concurrency`, for each contender and round. */
  readonly flows: number;
  readonly concurrency: number;
  /** Flows one after another, for each contender and round. */
  readonly sequential: number;
  /** How often the contenders take turns. */
  readonly rounds: number;
  /** Whether to print one JSON object instead of the tables. */
  readonly json: boolean;
}

/** Takes about four minutes on two cores. */
const DEFAULTS = { flows: 150, concurrency: 50, sequential: 30, rounds: 3 } as const;

export const USAGE = `usage: npm run bench -- [options]
  --flows N        flows at the concurrency, for each contender and round (default ${DEFAULTS.flows})
  --concurrency N  flows under way at once (default ${DEFAULTS.concurrency})
  --sequential N   flows one after another, for each contender and round (default ${DEFAULTS.sequential})
  --rounds N       how often the contenders take turns (default ${DEFAULTS.rounds})
  --json           print one JSON object instead of tables
`;

/** Thrown on an option that cannot be used; its message is for a person. */
export class UnusableOption extends Error {
  override readonly name = 'UnusableOption';
}

/**
 * Reads the command line.
 *
 * @returns undefined if `--help` was asked
 * @throws UnusableOption
 */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    flows: count('flows', values.flows, DEFAULTS.flows),
    concurrency: count('concurrency', values.concurrency, DEFAULTS.concurrency),
    sequential: count('sequential', values.sequential, DEFAULTS.sequential),
    rounds: count('rounds', values.rounds, DEFAULTS.rounds),
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        flows: text,
        concurrency: text,
        sequential: text,
        rounds: text,
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UnusableOption(error instanceof Error ? error.message : 'the options cannot be read');
  }
}

function count(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UnusableOption(`--${name} must be a whole number from 1`);
  return Number(text);
}
