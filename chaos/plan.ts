import { createHash } from 'node:crypto';
import type { FundingKind, FundingPolicy, FundingRequest } from '../contract/funding';
import { add, subtract, type DecimalText } from '../contract/money';
import type { ApplicationPatch, OnboardingPolicy } from '../contract/onboarding';
import { anyAmount, partOf } from './amounts';
import { Chance } from './chance';
import { phasesOf, type ChaosOptions } from './options';

/** A start event that comes again. */
interface Repeat {
  readonly atMs: number;
  /** Whether it asks for something else under the same id, which must be refused. */
  readonly differs: boolean;
}

/** What an onboarding is planned to meet, beside what it meets by chance. */
const CLIENT_TWISTS = [
  /** A document whose file comes later. */
  'file-missing',
  /** The provider has another person under the id. */
  'taken',
  /** The provider has the same person under the id already. */
  'known',
  /** The provider verifies it later than the application waits. */
  'verified-late',
  /** Another client has the email. */
  'email-taken',
  /** A country that is not accepted. */
  'bad-country',
  /** The provider has it inactive. */
  'inactive',
] as const;
type ClientTwist = (typeof CLIENT_TWISTS)[number] | 'none';

export interface DocumentPlan {
  readonly type: string;
  /** Bytes of the front; the content is made from client and type. */
  readonly bytes: number;
  readonly back: boolean;
}

export interface ClientPlan {
  readonly id: string;
  readonly atMs: number;
  readonly twist: ClientTwist;
  readonly documents: readonly DocumentPlan[];
  readonly policy: OnboardingPolicy;
  /** What is wrong in the application, as a patch of a right one; what a person amends it with is the right one. */
  readonly mistake?: ApplicationPatch;
  /** The fundingIds of the movements that follow it, in order. */
  readonly chain: readonly string[];
  readonly repeats: readonly Repeat[];
  readonly cancelAtMs?: number;
}

/** What an intent is planned to meet, beside what it meets by chance. */
const INTENT_TWISTS = [
  /** Another client's order has its ref. */
  'ref-taken',
  /** The answer is lost, look-ups miss the order, the second send meets code 2020. */
  'late-2020',
  /** Every order that policy allows fails. */
  'fails-always',
  /** Its own order was made before: by a run older than the server's retention. */
  'made-before',
  /** The request arrives long after it was given up. */
  'arrives-late',
  /** Its first order fails. */
  'fails-first',
  /** The answer is lost and no look-up ever finds the order. */
  'unfindable',
  /** The order stays open for longer than policy allows. */
  'settles-late',
  /** More than the client has. */
  'too-much',
  /** The answer takes longer than an attempt of an activity has. */
  'long-stall',
  /** The client is onboarded later. */
  'too-early',
  /** An asset that cannot be withdrawn. */
  'ineligible',
  /** The provider shows its orders net of a fee. */
  'shown-net',
  /** The provider shows its orders rounded. */
  'shown-rounded',
] as const;
type IntentTwist = (typeof INTENT_TWISTS)[number] | 'none';

export interface IntentPlan {
  readonly request: FundingRequest;
  /** Absent: a movement of a chain, which its onboarding starts. */
  readonly atMs?: number;
  readonly twist: IntentTwist;
  readonly repeats: readonly Repeat[];
  readonly cancel?: { readonly atMs: number; readonly how: 'update' | 'server' };
  /** When the provider says that it has news. */
  readonly hintsAtMs: readonly number[];
}

/** A client that the provider deactivates for a while. */
export interface Deactivation {
  readonly atMs: number;
  readonly clientId: string;
  readonly forMs: number;
}

/** Everything that will be asked of Gangway, and when. */
export interface LoadPlan {
  readonly clients: readonly ClientPlan[];
  readonly intents: readonly IntentPlan[];
  readonly deactivations: readonly Deactivation[];
}

export const PROVIDER = 'coinmena';

/** How long an order may stay open, and a client unverified, before a person is asked. */
const SETTLEMENT_DEADLINE_MS = 6_000;
const VERIFICATION_DEADLINE_MS = 5_000;
/** Onboardings begin in this part of the time, so that money can follow. */
const ONBOARDINGS_UNTIL = 0.6;
const INTENTS_UNTIL = 0.95;
/** One client and one intent in so many has a twist, each in its turn, so that even a small campaign has them all. */
const TWISTED_CLIENTS = 5;
const TWISTED_INTENTS = 6;
const ASSETS = ['USD', 'BHD', 'AED', 'SAR'] as const;

/** Plans a campaign; the same options give the same plan. */
export function planLoad(options: Pick<ChaosOptions, 'seed' | 'intents' | 'onboardings' | 'minutes'>): LoadPlan {
  const { faultsMs } = phasesOf(options);
  const { seed } = options;
  const chance = new Chance(seed, 'load');
  const ids = Array.from({ length: options.onboardings }, (_, index) => `c${seed}-${number(index)}`);
  const intentsOf = share(options.intents, ids, chance);
  const clients: ClientPlan[] = [];
  const intents: IntentPlan[] = [];
  let fundingNumber = 0;
  for (const [index, id] of ids.entries()) {
    const fundingIds = Array.from({ length: intentsOf.get(id) ?? 0 }, () => `f${seed}-${number(fundingNumber++)}`);
    const client = planClient(seed, id, inTurn(index, TWISTED_CLIENTS, CLIENT_TWISTS), fundingIds, faultsMs);
    clients.push(client);
    intents.push(...planIntents(seed, client, fundingIds, faultsMs));
  }
  return { clients, intents, deactivations: planDeactivations(seed, clients, faultsMs) };
}

/** A few letters by which two plans are seen to be the same. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}

function number(index: number): string {
  return String(index + 1).padStart(5, '0');
}

function inTurn<Twist>(index: number, every: number, twists: readonly Twist[]): Twist | 'none' {
  return (index % every === every - 1 ? twists[Math.floor(index / every) % twists.length] : undefined) ?? 'none';
}

/** How many intents each client has. */
function share(intents: number, ids: readonly string[], chance: Chance): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let intent = 0; intent < intents; intent += 1) {
    const id = ids[chance.whole(0, ids.length - 1)] ?? '';
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function planClient(
  seed: number,
  id: string,
  twist: ClientTwist,
  fundingIds: readonly string[],
  faultsMs: number,
): ClientPlan {
  const chance = new Chance(seed, `client ${id}`);
  const atMs = Math.round(chance.real() * ONBOARDINGS_UNTIL * faultsMs);
  const mistake = mistakeOf(twist);
  const cancels = chance.happens(0.05);
  return {
    id,
    atMs,
    twist,
    documents: planDocuments(chance),
    policy: { verificationDeadlineMs: VERIFICATION_DEADLINE_MS, reactivate: chance.happens(0.5) },
    ...(mistake === undefined ? {} : { mistake }),
    chain: chance.happens(0.25) ? fundingIds.slice(0, chance.whole(1, 2)) : [],
    // An application that failed may be followed by another one: it would be right to take it.
    repeats: planRepeats(chance, atMs).filter(({ differs }) => !differs || twist !== 'file-missing'),
    ...(cancels ? { cancelAtMs: atMs + someTime(chance) } : {}),
  };
}

function mistakeOf(twist: ClientTwist): ApplicationPatch | undefined {
  switch (twist) {
    case 'bad-country':
      return { applicant: { residency: 'us' } };
    case 'email-taken':
      return { applicant: { email: TAKEN_EMAIL } };
    case 'taken':
      // The person at the provider is the one that the amended application describes.
      return { applicant: { name: 'Somebody Else', birthDate: '1985-05-05' } };
    case 'none':
    case 'known':
    case 'file-missing':
    case 'verified-late':
    case 'inactive':
      return undefined;
  }
}

/** The email of a client that the campaign plants. */
export const TAKEN_EMAIL = 'first-comer@example.test';

function planDocuments(chance: Chance): readonly DocumentPlan[] {
  const bytes = (): number => chance.whole(200, 60_000);
  return [
    { type: 'government_id', bytes: bytes(), back: chance.happens(0.5) },
    { type: 'proof_of_address', bytes: bytes(), back: false },
    ...(chance.happens(0.3) ? [{ type: 'bank_statement', bytes: bytes(), back: false }] : []),
  ];
}

function planRepeats(chance: Chance, atMs: number): readonly Repeat[] {
  return [
    // Delivered twice at once, as a queue with two consumers does, or some time later.
    ...(chance.happens(0.2) ? [{ atMs: atMs + chance.pick(0, 5, chance.whole(10, 20_000)), differs: false }] : []),
    ...(chance.happens(0.05) ? [{ atMs: atMs + chance.whole(500, 20_000), differs: true }] : []),
  ];
}

function planIntents(
  seed: number,
  client: ClientPlan,
  fundingIds: readonly string[],
  faultsMs: number,
): readonly IntentPlan[] {
  const chance = new Chance(seed, `times of ${client.id}`);
  const times = fundingIds
    .map(() => client.atMs + 3_000 + chance.real() * Math.max(0, INTENTS_UNTIL * faultsMs - client.atMs - 3_000))
    .map(Math.round)
    .sort((one, other) => one - other);
  const balances = new Map<string, DecimalText>();
  return fundingIds.map((fundingId, index) =>
    planIntent(seed, client, fundingId, client.chain.includes(fundingId) ? undefined : (times[index] ?? 0), balances),
  );
}

function planIntent(
  seed: number,
  client: ClientPlan,
  fundingId: string,
  plannedAtMs: number | undefined,
  balances: Map<string, DecimalText>,
): IntentPlan {
  const chance = new Chance(seed, `intent ${fundingId}`);
  // Numbered from 1, in the order of planning.
  const twist = inTurn(Number(fundingId.split('-')[1]) - 1, TWISTED_INTENTS, INTENT_TWISTS);
  const asset = chance.weighted([
    [6, ASSETS[0]],
    [1, ASSETS[1]],
    [1, ASSETS[2]],
    [1, ASSETS[3]],
  ]);
  const movement = planMovement(twist, asset, balances, chance);
  const atMs =
    plannedAtMs === undefined
      ? undefined
      : twist === 'too-early'
        ? Math.max(0, client.atMs - chance.whole(0, 4_000))
        : plannedAtMs;
  const policy: FundingPolicy = {
    settlementDeadlineMs: SETTLEMENT_DEADLINE_MS,
    ...(chance.happens(0.5) ? { maxRefs: chance.whole(2, 4) } : {}),
  };
  const request: FundingRequest = { provider: PROVIDER, fundingId, partnerClientId: client.id, ...movement, policy };
  const cancels = chance.happens(0.08);
  return {
    request,
    ...(atMs === undefined ? {} : { atMs }),
    twist,
    repeats: atMs === undefined ? [] : planRepeats(chance, atMs),
    ...(cancels && atMs !== undefined
      ? { cancel: { atMs: atMs + someTime(chance), how: chance.happens(0.8) ? 'update' : 'server' } }
      : {}),
    hintsAtMs: chance.happens(0.15) ? [(atMs ?? client.atMs) + someTime(chance)] : [],
  };
}

/** At once, or when a flow has met its first trouble. */
function someTime(chance: Chance): number {
  return chance.pick(chance.whole(0, 3_000), chance.whole(3_000, 40_000));
}

interface Movement {
  readonly kind: FundingKind;
  readonly asset: string;
  readonly amount: DecimalText;
}

function planMovement(twist: IntentTwist, asset: string, balances: Map<string, DecimalText>, chance: Chance): Movement {
  if (twist === 'ineligible') return { kind: 'withdrawal', asset: 'EUR', amount: '1.00' };
  if (twist === 'too-much') return { kind: 'withdrawal', asset, amount: `9${chance.digits(14)}.01` };
  const balance = balances.get(asset) ?? '0';
  const part = chance.happens(0.45) ? partOf(balance, chance) : undefined;
  if (part !== undefined) {
    balances.set(asset, subtract(balance, part));
    return { kind: 'withdrawal', asset, amount: part };
  }
  const amount = anyAmount(chance);
  balances.set(asset, add(balance, amount));
  return { kind: 'deposit', asset, amount };
}

function planDeactivations(seed: number, clients: readonly ClientPlan[], faultsMs: number): readonly Deactivation[] {
  return clients.flatMap(({ id, atMs }) => {
    const chance = new Chance(seed, `deactivation of ${id}`);
    if (!chance.happens(0.06)) return [];
    const at = Math.round(atMs + 4_000 + chance.real() * Math.max(0, INTENTS_UNTIL * faultsMs - atMs - 4_000));
    return [{ atMs: at, clientId: id, forMs: chance.whole(3_000, 15_000) }];
  });
}
