import { parseArgs } from 'node:util';
import { SMALL_PROVIDERS } from './providers/kit';

/** Against whom: CoinMENA at length, the others each in a campaign of its own, `all` of those one after another. */
const CAMPAIGNS = ['coinmena', ...SMALL_PROVIDERS, 'all'] as const;
type CampaignName = (typeof CAMPAIGNS)[number];

/** What a campaign does. */
export interface ChaosOptions {
  readonly provider: CampaignName;
  readonly intents: number;
  readonly onboardings: number;
  readonly seed: number;
  /** How long the campaign takes, in minutes, unless something is slow to end. */
  readonly minutes: number;
  /** The part of all requests to the provider that meet a fault of the line or of the service. */
  readonly faultRate: number;
  readonly workers: number;
  readonly workerKills: number;
  readonly serverKills: number;
  /** How often Temporal's database is put back as it was some time before. */
  readonly restores: number;
  /** Whether to print one JSON object instead of the tables. */
  readonly json: boolean;
  /** Whether to keep the data even if nothing was found. */
  readonly keep: boolean;
}

/** How the time of a campaign is divided. */
export interface Phases {
  /** Events come in, everything fails. */
  readonly faultsMs: number;
  /** The longest that what still comes in, is broken or is meddled with may take, once nothing fails any more. */
  readonly lateMs: number;
  /** The longest that it may take from then on until everything has ended or asks a person. */
  readonly quietMs: number;
  /** The longest that it may take until everything has ended, once every question is answered. */
  readonly answersMs: number;
}

const MINUTE_MS = 60_000;
/**
 * Nothing is stuck that has not been waited for so long: a read that failed again and again waits for up to a minute, an
 * open order that nobody tells of is read again after up to two, and what was begun last only begins to wait then.
 */
const SHORTEST_SETTLING_MS = 180_000;
const WORKER_KILL_EVERY_MS = 30_000;
const SERVER_KILL_EVERY_MS = 75_000;

export function phasesOf({ minutes }: Pick<ChaosOptions, 'minutes'>): Phases {
  const ms = minutes * MINUTE_MS;
  const lateMs = ms * 0.26;
  return {
    faultsMs: ms * 0.5,
    lateMs,
    quietMs: Math.max(lateMs, SHORTEST_SETTLING_MS),
    answersMs: Math.max(ms * 0.18, SHORTEST_SETTLING_MS),
  };
}

const DEFAULTS = { intents: 200, onboardings: 50, seed: 1, minutes: 5, faultRate: 0.2, workers: 2 } as const;
/** Of the campaigns against one of the smaller providers, if they differ. */
const SMALL = { intents: 60, minutes: 2.5, workerKillEveryMs: 15_000, serverKillEveryMs: 35_000 } as const;

export const USAGE = `usage: npm run chaos -- [options]
  --provider NAME   ${CAMPAIGNS.join(', ')} (default coinmena; all: the smaller three, one after another)
  --intents N       movements of money (default ${DEFAULTS.intents}, of the smaller ${SMALL.intents})
  --onboardings N   clients to onboard (default ${DEFAULTS.onboardings})
  --seed N          the same seed gives the same load, faults and kill times (default ${DEFAULTS.seed})
  --minutes N       how long it takes, unless something is slow to end (default ${DEFAULTS.minutes}, of the smaller ${SMALL.minutes} each); faults come in the first half
  --fault-rate R    part of all requests that meet a fault, 0 to 1 (default ${DEFAULTS.faultRate})
  --workers N       worker processes (default ${DEFAULTS.workers})
  --worker-kills N  SIGKILLs of workers (default: one in ${WORKER_KILL_EVERY_MS / 1000} seconds of faults)
  --server-kills N  SIGKILLs of the Temporal server (default: one in ${SERVER_KILL_EVERY_MS / 1000} seconds of faults)
  --restores N      how often Temporal's database is restored from a backup of some time before (default 0)
  --json            print one JSON object instead of tables
  --keep            keep the data even if nothing was found
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
export function readOptions(args: readonly string[]): ChaosOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const provider = campaign(values.provider);
  const small = provider !== 'coinmena';
  const minutes = number('minutes', values.minutes, small ? SMALL.minutes : DEFAULTS.minutes, small ? 0.2 : 1, 600);
  const { faultsMs } = phasesOf({ minutes });
  const kills = (everyMs: number): number => Math.max(1, Math.round(faultsMs / everyMs));
  return {
    provider,
    intents: whole('intents', values.intents, small ? SMALL.intents : DEFAULTS.intents, 1),
    onboardings: whole('onboardings', values.onboardings, DEFAULTS.onboardings, 1),
    seed: whole('seed', values.seed, DEFAULTS.seed, 0),
    minutes,
    faultRate: number('fault-rate', values['fault-rate'], DEFAULTS.faultRate, 0, 1),
    workers: whole('workers', values.workers, DEFAULTS.workers, 1),
    workerKills: whole(
      'worker-kills',
      values['worker-kills'],
      kills(small ? SMALL.workerKillEveryMs : WORKER_KILL_EVERY_MS),
      0,
    ),
    serverKills: whole(
      'server-kills',
      values['server-kills'],
      kills(small ? SMALL.serverKillEveryMs : SERVER_KILL_EVERY_MS),
      0,
    ),
    restores: whole('restores', values.restores, 0, 0),
    json: values.json === true,
    keep: values.keep === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        provider: text,
        intents: text,
        onboardings: text,
        seed: text,
        minutes: text,
        'fault-rate': text,
        workers: text,
        'worker-kills': text,
        'server-kills': text,
        restores: text,
        json: flag,
        keep: flag,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UnusableOption(error instanceof Error ? error.message : 'the options cannot be read');
  }
}

function campaign(text: string | undefined): CampaignName {
  const found = CAMPAIGNS.find((name) => name === (text ?? 'coinmena'));
  if (found === undefined) throw new UnusableOption(`--provider must be one of ${CAMPAIGNS.join(', ')}`);
  return found;
}

function whole(name: string, text: string | undefined, otherwise: number, smallest: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text) || Number(text) < smallest) {
    throw new UnusableOption(`--${name} must be a whole number from ${smallest}`);
  }
  return Number(text);
}

function number(name: string, text: string | undefined, otherwise: number, smallest: number, largest: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^\d{1,6}(\.\d{1,6})?$/.test(text) || value < smallest || value > largest) {
    throw new UnusableOption(`--${name} must be a number from ${smallest} to ${largest}`);
  }
  return value;
}
