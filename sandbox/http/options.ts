import { parseArgs } from 'node:util';
import { BadSetting } from './bad-setting';

/** The options that every sandbox has, with the environment variable that stands in if the option is not given. */
export const COMMON_OPTIONS = {
  port: 'SANDBOX_PORT',
  'control-port': 'SANDBOX_CONTROL_PORT',
  host: 'SANDBOX_HOST',
  'control-host': 'SANDBOX_CONTROL_HOST',
  data: 'SANDBOX_DATA',
  seed: 'SANDBOX_SEED',
} as const;

export const COMMON_USAGE = `  --port N               port of the API, 0 for a free one (default 0)
  --control-port N       port of the control API (default 0)
  --host ADDRESS         address of the API (default 127.0.0.1)
  --control-host ADDRESS address of the control API (default 127.0.0.1)
  --data FILE            keep everything in FILE (default: in memory)
  --seed N               seed of faults by chance (default 1)`;

interface CommonOptions {
  readonly port?: number;
  readonly controlPort?: number;
  readonly host?: string;
  readonly controlHost?: string;
  readonly dataFile?: string;
  readonly seed?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface GivenOptions<Name extends string> {
  readonly common: CommonOptions;
  /** An option of the provider's own; undefined if it is not given or empty. */
  readonly value: (name: Name) => string | undefined;
}

/**
 * The options that arguments and environment give; an argument goes before its variable.
 *
 * @param own the provider's own options, each with its variable
 * @param switches those of them that stand alone, and then are `true`
 * @returns undefined if `--help` was asked
 * @throws BadSetting that names the option
 */
export function readGivenOptions<Name extends string>(
  args: readonly string[],
  env: Environment,
  own: Readonly<Record<Name, string>>,
  switches: readonly NoInfer<Name>[] = [],
): GivenOptions<Name> | undefined {
  const variables: Readonly<Record<string, string>> = { ...COMMON_OPTIONS, ...own };
  const given = readArguments(args, Object.keys(variables), switches);
  if (given === undefined) return undefined;
  const value = (name: string): string | undefined => {
    const text = given[name] ?? env[variables[name] ?? ''];
    return text === undefined || text === '' ? undefined : text;
  };
  const common = {
    port: wholeOption('port', value('port'), 65_535),
    controlPort: wholeOption('control-port', value('control-port'), 65_535),
    host: value('host'),
    controlHost: value('control-host'),
    dataFile: value('data'),
    seed: wholeOption('seed', value('seed'), 0xffff_ffff),
  };
  return { common: definedOf(common), value };
}

function readArguments(
  args: readonly string[],
  names: readonly string[],
  switches: readonly string[],
): Readonly<Record<string, string | undefined>> | undefined {
  const options = Object.fromEntries(
    names.map((name) => [name, { type: switches.includes(name) ? 'boolean' : 'string' } as const]),
  );
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', short: 'h' } } });
    const { help, ...texts } = values;
    if (help === true) return undefined;
    return Object.fromEntries(Object.entries(texts).map(([name, given]) => [name, String(given)]));
  } catch (error) {
    // The first line of Node's message names the option.
    const [problem = ''] = error instanceof Error ? error.message.split('\n') : [];
    throw new BadSetting('options:', problem);
  }
}

/** A whole number from 0. @throws BadSetting */
export function wholeOption(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text) || Number(text) > max) {
    throw new BadSetting(`--${name}`, `must be a whole number from 0 to ${max}`);
  }
  return Number(text);
}

/** A URL of http: or https:. @throws BadSetting */
export function urlOption(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new BadSetting(`--${name}`, 'must be a URL that begins with http:// or https://');
  }
  return text.replace(/\/+$/, '');
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** An object without the fields that are undefined. */
export function definedOf<T extends object>(values: T): Defined<T> {
  const kept: Defined<T> = {};
  return Object.assign(kept, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)));
}
