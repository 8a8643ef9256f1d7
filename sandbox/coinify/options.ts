import { BadSetting } from '../http/bad-setting';
import { COMMON_OPTIONS, COMMON_USAGE, definedOf, readGivenOptions, urlOption, wholeOption } from '../http/options';
import { DUPLICATES, type CoinifySandboxConfig, type Duplicates } from './config';

const OPTIONS = {
  'api-key': 'SANDBOX_API_KEY',
  'webhook-url': 'SANDBOX_WEBHOOK_URL',
  'webhook-secret': 'SANDBOX_WEBHOOK_SECRET',
  'opening-balances': 'SANDBOX_OPENING_BALANCES',
  'settle-ms': 'SANDBOX_SETTLE_MS',
  duplicates: 'SANDBOX_DUPLICATES',
  'find-by-order-id': 'SANDBOX_FIND_BY_ORDER_ID',
} as const;

export const USAGE = `usage: sandbox coinify [options]
${COMMON_USAGE}
  --api-key KEY          the merchant's key (default: a public one, for tests)
  --webhook-url URL      where webhooks go (default: nowhere)
  --webhook-secret TEXT  what signs them (default: a public one, for tests)
  --opening-balances LIST what the merchant holds, such as USD=1000.00,EUR=50
  --settle-ms N          how long a withdrawal is created before it completes (default 200)
  --duplicates WORD      what an order id that was used does: ${DUPLICATES.join(', ')} (default reject)
  --find-by-order-id     offer GET /v1/withdrawals?orderId=
Each can be given as an environment variable too: ${[...Object.values(COMMON_OPTIONS), ...Object.values(OPTIONS)].join(' ')}
`;

const LONGEST_SETTLE_MS = 86_400_000;

/**
 * The settings that arguments and environment ask for; an argument goes before its variable.
 *
 * @returns undefined if `--help` was asked
 * @throws BadSetting that names the option
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Partial<CoinifySandboxConfig> | undefined {
  const given = readGivenOptions(args, env, OPTIONS, ['find-by-order-id']);
  if (given === undefined) return undefined;
  const { common, value } = given;
  return definedOf({
    ...common,
    apiKey: value('api-key'),
    webhookUrl: urlOption('webhook-url', value('webhook-url')),
    webhookSecret: value('webhook-secret'),
    openingBalances: readBalances(value('opening-balances')),
    settleMs: wholeOption('settle-ms', value('settle-ms'), LONGEST_SETTLE_MS),
    duplicates: readDuplicates(value('duplicates')),
    findByOrderId: readSwitch('find-by-order-id', value('find-by-order-id')),
  });
}

function readDuplicates(text: string | undefined): Duplicates | undefined {
  if (text === undefined) return undefined;
  const found = DUPLICATES.find((word) => word === text);
  if (found === undefined) throw new BadSetting('--duplicates', `must be one of ${DUPLICATES.join(', ')}`);
  return found;
}

function readSwitch(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw new BadSetting(`--${name}`, 'must be true or false');
  return text === 'true';
}

function readBalances(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  return Object.fromEntries(
    text.split(',').map((entry) => {
      const [, currency, amount] = /^\s*([A-Z]{3})=(\d{1,40}(?:\.\d{1,18})?)\s*$/.exec(entry) ?? [];
      if (currency !== undefined && amount !== undefined) return [currency, amount];
      throw new BadSetting('--opening-balances', 'must be a list such as USD=1000.00,EUR=50');
    }),
  );
}
