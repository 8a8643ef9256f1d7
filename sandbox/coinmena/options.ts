import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DEFAULT_LAYOUT, type SigningLayout } from '../../providers/coinmena/layout';
import { BadSetting } from '../http/bad-setting';
import type { CoinmenaSandboxConfig } from './config';

/** Every option of the process, with the environment variable that stands in where the option is not given. */
const OPTIONS = {
  port: 'SANDBOX_PORT',
  'control-port': 'SANDBOX_CONTROL_PORT',
  host: 'SANDBOX_HOST',
  'control-host': 'SANDBOX_CONTROL_HOST',
  data: 'SANDBOX_DATA',
  'partner-id': 'SANDBOX_PARTNER_ID',
  'public-key': 'SANDBOX_PUBLIC_KEY',
  'public-url': 'SANDBOX_PUBLIC_URL',
  layout: 'SANDBOX_LAYOUT',
  'ip-allow-list': 'SANDBOX_IP_ALLOW_LIST',
  'reject-replays': 'SANDBOX_REJECT_REPLAYS',
  seed: 'SANDBOX_SEED',
} as const;

type OptionName = keyof typeof OPTIONS;

export const USAGE = `usage: sandbox coinmena [options]
  --port N               port of the API, 0 for a free one (default 0)
  --control-port N       port of the control API (default 0)
  --host ADDRESS         address of the API (default 127.0.0.1)
  --control-host ADDRESS address of the control API (default 127.0.0.1)
  --data FILE            keep everything in FILE and FILE.files (default: in memory)
  --partner-id ID        the partner (default sandbox-partner)
  --public-key KEY       the partner's Ed25519 key: Base64, hex, PEM or a PEM file
                         (default: the public RFC 8032 TEST 1 key)
  --public-url URL       what document URLs begin with (default: the Host asked)
  --layout JSON          parts of the signing layout that differ from the default
  --ip-allow-list LIST   addresses and CIDR ranges, separated by commas (default: all)
  --reject-replays       refuse a signature that was used before
  --seed N               seed of faults by chance (default 1)
Each can be given as an environment variable too: ${Object.values(OPTIONS).join(' ')}
`;

const layoutSchema = z
  .strictObject({
    separator: z.string(),
    includeQuery: z.boolean(),
    hashEncoding: z.enum(['hex', 'base64']),
    emptyBody: z.enum(['hash', 'empty']),
    multipartBody: z.enum(['raw', 'empty']),
  })
  .partial();

/**
 * The settings that arguments and environment ask for; an argument goes before its variable.
 *
 * @returns undefined where `--help` was asked
 * @throws BadSetting that names the option
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Partial<CoinmenaSandboxConfig> | undefined {
  const given = readArguments(args);
  if (given.help) return undefined;
  const value = (name: OptionName): string | undefined => {
    const text = given.values[name] ?? env[OPTIONS[name]];
    return text === undefined || text === '' ? undefined : text;
  };
  const replays = value('reject-replays');
  const layout = value('layout');
  const seed = value('seed');
  return defined({
    port: readPort('port', value('port')),
    controlPort: readPort('control-port', value('control-port')),
    host: value('host'),
    controlHost: value('control-host'),
    dataFile: value('data'),
    partnerId: value('partner-id'),
    publicKey: readKey(value('public-key')),
    publicUrl: readUrl(value('public-url')),
    layout: layout === undefined ? undefined : readLayout(layout),
    ipAllowList: value('ip-allow-list')
      ?.split(',')
      .map((entry) => entry.trim()),
    rejectReplays: replays === undefined ? undefined : readSwitch(replays),
    seed: seed === undefined ? undefined : readWhole('seed', seed, 0xffff_ffff),
  });
}

interface Arguments {
  readonly help: boolean;
  readonly values: Readonly<Partial<Record<OptionName, string>>>;
}

function readArguments(args: readonly string[]): Arguments {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: text,
        'control-port': text,
        host: text,
        'control-host': text,
        data: text,
        'partner-id': text,
        'public-key': text,
        'public-url': text,
        layout: text,
        'ip-allow-list': text,
        'reject-replays': { type: 'boolean' },
        seed: text,
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { help = false, 'reject-replays': replays, ...texts } = values;
    return { help, values: { ...texts, ...(replays === true ? { 'reject-replays': 'true' } : {}) } };
  } catch (error) {
    // The first line of Node's message names the option.
    const [problem = ''] = error instanceof Error ? error.message.split('\n') : [];
    throw new BadSetting('options:', problem);
  }
}

function readPort(name: OptionName, text: string | undefined): number | undefined {
  return text === undefined ? undefined : readWhole(name, text, 65_535);
}

function readWhole(name: OptionName, text: string, max: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > max) {
    throw new BadSetting(`--${name}`, `must be a whole number from 0 to ${max}`);
  }
  return Number(text);
}

function readSwitch(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new BadSetting('--reject-replays', 'must be true or false');
  return text === 'true';
}

function readUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new BadSetting('--public-url', 'must be a URL that begins with http:// or https://');
  }
  return text.replace(/\/+$/, '');
}

function readLayout(text: string): SigningLayout {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadSetting('--layout', 'must be JSON');
  }
  const parsed = layoutSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BadSetting(
      '--layout',
      `is not valid: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  return { ...DEFAULT_LAYOUT, ...defined(parsed.data) };
}

/** A key given as text is taken as it is; anything that could not be one is taken for a file. */
function readKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.includes('-----BEGIN') || /^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/.test(text.trim())) return text;
  try {
    return readFileSync(text, 'utf8');
  } catch {
    throw new BadSetting('--public-key', 'must be 32 bytes in Base64 or hex, or SPKI in PEM, or a file that holds one');
  }
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  const kept: Defined<T> = {};
  return Object.assign(kept, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)));
}
