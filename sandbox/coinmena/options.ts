import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DEFAULT_LAYOUT, type SigningLayout } from '../../providers/coinmena/layout';
import { BadSetting } from '../http/bad-setting';
import { COMMON_OPTIONS, COMMON_USAGE, definedOf, readGivenOptions, urlOption } from '../http/options';
import type { CoinmenaSandboxConfig } from './config';

/** CoinMENA's own options, each with the environment variable that stands in if it is not given. */
const OPTIONS = {
  'partner-id': 'SANDBOX_PARTNER_ID',
  'public-key': 'SANDBOX_PUBLIC_KEY',
  'public-url': 'SANDBOX_PUBLIC_URL',
  layout: 'SANDBOX_LAYOUT',
  'ip-allow-list': 'SANDBOX_IP_ALLOW_LIST',
  'reject-replays': 'SANDBOX_REJECT_REPLAYS',
} as const;

export const USAGE = `usage: sandbox coinmena [options]
${COMMON_USAGE}
                         (documents go to FILE.files)
  --partner-id ID        the partner (default sandbox-partner)
  --public-key KEY       the partner's Ed25519 key: Base64, hex, PEM or a PEM file
                         (default: the public RFC 8032 TEST 1 key)
  --public-url URL       what document URLs begin with (default: the Host asked)
  --layout JSON          parts of the signing layout that differ from the default
  --ip-allow-list LIST   addresses and CIDR ranges, separated by commas (default: all)
  --reject-replays       refuse a signature that was used before
Each can be given as an environment variable too: ${Object.values({ ...COMMON_OPTIONS, ...OPTIONS }).join(' ')}
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
 * @returns undefined if `--help` was asked
 * @throws BadSetting that names the option
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Partial<CoinmenaSandboxConfig> | undefined {
  const given = readGivenOptions(args, env, OPTIONS, ['reject-replays']);
  if (given === undefined) return undefined;
  const { common, value } = given;
  const replays = value('reject-replays');
  const layout = value('layout');
  return {
    ...common,
    ...definedOf({
      partnerId: value('partner-id'),
      publicKey: readKey(value('public-key')),
      publicUrl: urlOption('public-url', value('public-url')),
      layout: layout === undefined ? undefined : readLayout(layout),
      ipAllowList: value('ip-allow-list')
        ?.split(',')
        .map((entry) => entry.trim()),
      rejectReplays: replays === undefined ? undefined : readSwitch(replays),
    }),
  };
}

function readSwitch(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new BadSetting('--reject-replays', 'must be true or false');
  return text === 'true';
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
  return { ...DEFAULT_LAYOUT, ...definedOf(parsed.data) };
}

/** A key given as text is used as it is; anything else counts as a file. */
function readKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.includes('-----BEGIN') || /^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/.test(text.trim())) return text;
  try {
    return readFileSync(text, 'utf8');
  } catch {
    throw new BadSetting('--public-key', 'must be 32 bytes in Base64 or hex, or SPKI in PEM, or a file that holds one');
  }
}
