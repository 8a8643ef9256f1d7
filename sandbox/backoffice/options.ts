import { BadSetting } from '../http/bad-setting';
import { COMMON_OPTIONS, COMMON_USAGE, definedOf, readGivenOptions, wholeOption } from '../http/options';
import { ASSETS, TEST_USERS, type BackofficeSandboxConfig } from './config';

const OPTIONS = {
  'client-id': 'SANDBOX_CLIENT_ID',
  'client-secret': 'SANDBOX_CLIENT_SECRET',
  username: 'SANDBOX_USERNAME',
  password: 'SANDBOX_PASSWORD',
  users: 'SANDBOX_USERS',
  'opening-balances': 'SANDBOX_OPENING_BALANCES',
  'token-life-ms': 'SANDBOX_TOKEN_LIFE_MS',
  'settle-ms': 'SANDBOX_SETTLE_MS',
} as const;

export const USAGE = `usage: sandbox backoffice [options]
${COMMON_USAGE}
  --client-id ID         the OAuth client (default core_ib)
  --client-secret TEXT   its secret (default: a public one, for tests)
  --username TEXT        who signs in (default admin@exchange.example)
  --password TEXT        with which password (default: a public one, for tests)
  --users LIST           GUIDs of users that exist (default: two, those of the documents)
  --opening-balances LIST what every user holds from the start, such as usd=1000.00,btc=2
  --token-life-ms N      how long an access token is taken (default 60000)
  --settle-ms N          how long a deposit stays pending (default 50)
Each can be given as an environment variable too: ${[...Object.values(COMMON_OPTIONS), ...Object.values(OPTIONS)].join(' ')}
`;

const LONGEST_MS = 86_400_000;

/**
 * The settings that arguments and environment ask for; an argument goes before its variable.
 *
 * @returns undefined if `--help` was asked
 * @throws BadSetting that names the option
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Partial<BackofficeSandboxConfig> | undefined {
  const given = readGivenOptions(args, env, OPTIONS);
  if (given === undefined) return undefined;
  const { common, value } = given;
  return definedOf({
    ...common,
    clientId: value('client-id'),
    clientSecret: value('client-secret'),
    username: value('username'),
    password: value('password'),
    users: readUsers(value('users')),
    openingBalances: readBalances(value('opening-balances')),
    tokenLifeMs: wholeOption('token-life-ms', value('token-life-ms'), LONGEST_MS),
    settleMs: wholeOption('settle-ms', value('settle-ms'), LONGEST_MS),
  });
}

function readUsers(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  return text.split(',').map((entry) => {
    const id = entry.trim();
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
    throw new BadSetting('--users', `must be a list of GUIDs such as ${TEST_USERS[0]}`);
  });
}

function readBalances(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  return Object.fromEntries(
    text.split(',').map((entry) => {
      const [, asset, amount] = /^\s*([a-z]{2,10})=(\d{1,28}(?:\.\d{1,18})?)\s*$/.exec(entry) ?? [];
      if (asset !== undefined && amount !== undefined && ASSETS.includes(asset)) return [asset, amount];
      throw new BadSetting('--opening-balances', `must be a list such as usd=1000.00,btc=2, of ${ASSETS.join(', ')}`);
    }),
  );
}
