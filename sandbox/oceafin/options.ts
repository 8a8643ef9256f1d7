import { BadSetting } from '../http/bad-setting';
import { COMMON_OPTIONS, COMMON_USAGE, definedOf, readGivenOptions, urlOption, wholeOption } from '../http/options';
import type { OceafinSandboxConfig } from './config';

const OPTIONS = {
  'client-id': 'SANDBOX_CLIENT_ID',
  'client-secret': 'SANDBOX_CLIENT_SECRET',
  'webhook-url': 'SANDBOX_WEBHOOK_URL',
  'webhook-secret': 'SANDBOX_WEBHOOK_SECRET',
  'opening-balances': 'SANDBOX_OPENING_BALANCES',
  'quote-life-ms': 'SANDBOX_QUOTE_LIFE_MS',
} as const;

export const USAGE = `usage: sandbox oceafin [options]
${COMMON_USAGE}
  --client-id ID         the partner's client (default sandbox-partner-client)
  --client-secret TEXT   its secret (default: a public one, for tests)
  --webhook-url URL      where webhooks go (default: nowhere)
  --webhook-secret TEXT  what signs them (default: a public one, for tests)
  --opening-balances LIST what a customer holds once approved, such as USD=1000.00,USDT=50
  --quote-life-ms N      how long a quote can be used (default 60000)
Each can be given as an environment variable too: ${[...Object.values(COMMON_OPTIONS), ...Object.values(OPTIONS)].join(' ')}
`;

const LONGEST_QUOTE_LIFE_MS = 86_400_000;

/**
 * The settings that arguments and environment ask for; an argument goes before its variable.
 *
 * @returns undefined if `--help` was asked
 * @throws BadSetting that names the option
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Partial<OceafinSandboxConfig> | undefined {
  const given = readGivenOptions(args, env, OPTIONS);
  if (given === undefined) return undefined;
  const { common, value } = given;
  return definedOf({
    ...common,
    clientId: value('client-id'),
    clientSecret: value('client-secret'),
    webhookUrl: urlOption('webhook-url', value('webhook-url')),
    webhookSecret: value('webhook-secret'),
    openingBalances: readBalances(value('opening-balances')),
    quoteLifeMs: wholeOption('quote-life-ms', value('quote-life-ms'), LONGEST_QUOTE_LIFE_MS),
  });
}

function readBalances(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  return Object.fromEntries(
    text.split(',').map((entry) => {
      const [, asset, amount] = /^\s*([A-Z]{2,10})=(\d{1,40}(?:\.\d{1,18})?)\s*$/.exec(entry) ?? [];
      if (asset !== undefined && amount !== undefined) return [asset, amount];
      throw new BadSetting('--opening-balances', 'must be a list such as USD=1000.00,USDT=50');
    }),
  );
}
