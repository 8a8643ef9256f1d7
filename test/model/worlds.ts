import fc from 'fast-check';
import type { FundingKind, Intent, OrderState } from '../../contract/funding';
import type { Capability, ProviderSemantics } from '../../contract/provider';
import { type Interruption, type Plant, STRANGERS, type World } from './world';

const INTENT: Intent = {
  provider: 'model',
  fundingId: 'dep-1',
  kind: 'deposit',
  partnerClientId: 'c0ffee00-0000-4000-8000-00000000000a',
  asset: 'USD',
  amount: '9007199254740993.01',
};

const BASE = {
  provider: 'model',
  capabilities: ['deposit', 'withdrawal', 'conversion'],
  maxRefLength: 255,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
  clientIds: 'guid',
} as const;

const settleWindowMs = fc.constantFrom(0, 1_000, 5_000);

/** Every kind of provider that there is, and for the first what there might be. */
const SHAPES = {
  'found by its ref, settled in the call': fc
    .record({
      repeatedRef: fc.constantFrom('rejects', 'replays', 'duplicates'),
      orderLookup: fc.constantFrom('by-ref', 'by-listing'),
      settleWindowMs,
    })
    .map((chosen): ProviderSemantics => ({ ...BASE, settlement: 'in-call', ...chosen })),
  'paid again if repeated, found in a list, confirmed or not, settled later': fc
    .record({ settleWindowMs, confirms: fc.constantFrom<readonly FundingKind[]>(['deposit'], []) })
    .map((chosen): ProviderSemantics => ({
      ...BASE,
      capabilities: [...BASE.capabilities, 'confirm-order', 'cancel-order'],
      repeatedRef: 'duplicates',
      orderLookup: 'by-listing',
      settlement: 'later',
      ...chosen,
    })),
  'refused if repeated, found by a callback only, settled later': fc
    .record({ settleWindowMs })
    .map((chosen): ProviderSemantics => ({
      ...BASE,
      repeatedRef: 'rejects',
      orderLookup: 'by-callback',
      settlement: 'later',
      ...chosen,
    })),
  'replayed if repeated, quoted, confirmed or not, settled later': fc
    .record({
      settleWindowMs,
      confirms: fc.constantFrom<readonly FundingKind[]>(['deposit'], []),
      capabilities: fc.constantFrom<readonly Capability[]>(
        [...BASE.capabilities, 'quote', 'confirm-order'],
        [...BASE.capabilities, 'quote', 'confirm-order', 'cancel-order'],
      ),
    })
    .map((chosen): ProviderSemantics => ({
      ...BASE,
      repeatedRef: 'replays',
      orderLookup: 'by-resending',
      settlement: 'later',
      quotes: ['deposit'],
      ...chosen,
    })),
} as const;
export type Shape = keyof typeof SHAPES;

export const BY_REF: Shape = 'found by its ref, settled in the call';
export const IN_A_LIST: Shape = 'paid again if repeated, found in a list, confirmed or not, settled later';
export const BY_CALLBACK: Shape = 'refused if repeated, found by a callback only, settled later';
export const QUOTED: Shape = 'replayed if repeated, quoted, confirmed or not, settled later';

const STATES: readonly (OrderState | 'awaiting')[] = ['completed', 'open', 'failed', 'cancelled', 'awaiting'];

/** To the first of several, which is the simplest. */
const SHRINKING = { withCrossShrink: true };

/** A stranger's order under a ref of ours. */
const strangers = (attempt: number): fc.Arbitrary<Plant> =>
  fc.record({
    attempt: fc.constant(attempt),
    whose: fc.constantFrom(...STRANGERS),
    state: fc.constantFrom(...STATES),
    hiddenMs: fc.constantFrom(0, 0, 2_000),
  });

/** What a forgotten run of this intent left under a ref. */
const ours = (attempt: number, ...states: readonly (OrderState | 'awaiting')[]): fc.Arbitrary<Plant> =>
  fc.record({
    attempt: fc.constant(attempt),
    whose: fc.constant('ours' as const),
    state: fc.constantFrom(...states),
    hiddenMs: fc.constant(0),
  });

const planted: fc.Arbitrary<readonly Plant[]> = fc.oneof(
  SHRINKING,
  { weight: 4, arbitrary: fc.constant([]) },
  fc.tuple(strangers(1)),
  fc.tuple(strangers(2)),
  fc.tuple(ours(1, ...STATES)),
  fc.tuple(ours(1, 'failed'), strangers(2)),
  // A fresh ref was used by a run that is forgotten, after the first had failed.
  fc.tuple(ours(1, 'failed'), ours(2, ...STATES)),
);

/** More than one order under a ref: if a repeat pays, or is told apart by its quote, and a list shows them. */
const plantedTwice: fc.Arbitrary<readonly Plant[]> = fc.tuple(
  ours(1, ...STATES),
  fc.oneof(strangers(1), ours(1, ...STATES)),
);

const interruption: fc.Arbitrary<Interruption> = fc.record({
  atTurn: fc.nat({ max: 20 }),
  does: fc.constantFrom('reset', 'reset', 'asked again', 'forgotten'),
  backTo: fc.nat({ max: 20 }),
});

export function worldOf(shape: Shape): fc.Arbitrary<World> {
  return fc
    .record({
      semantics: SHAPES[shape],
      intent: fc.constant(INTENT),
      shows: fc.constantFrom(
        'as asked',
        'as asked',
        'as asked',
        'net of a fee',
        'rounded',
        'in another case',
        'to another destination',
      ),
      amountChanges: fc.constantFrom(false, false, false, true),
      showsCreatedAt: fc.boolean(),
      tokens: fc.boolean(),
      planted,
      plantedTwice: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, plantedTwice),
      alike: fc.constantFrom('none', 'none', 'completed', 'failed', 'awaiting'),
      approval: fc.constantFrom(undefined, undefined, { approvers: 1, from: '1', expiresAfterMs: 24 * 60 * 60_000 }),
      person: fc.constantFrom('anybody', 'anybody', 'retry', 'useFreshRef', 'abandon'),
      interruptions: fc.oneof(
        SHRINKING,
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(interruption, { minLength: 1, maxLength: 2 }) },
      ),
      maxRefs: fc.integer({ min: 1, max: 4 }),
      book: fc.constantFrom('kept', 'kept', 'silent'),
    })
    .map(({ plantedTwice: twice, ...world }): World => {
      const repeats = world.semantics.repeatedRef;
      // Only at providers that pay a repeat does a list show what proves an order ours.
      const isList = repeats === 'duplicates' && world.semantics.orderLookup === 'by-listing';
      const mayBeTwice = isList || world.semantics.quotes !== undefined;
      return {
        ...world,
        tokens: world.tokens && isList,
        planted: mayBeTwice && twice !== undefined ? twice : world.planted,
      };
    });
}

/** What happens, in what order. */
export const schedule = fc.array(fc.nat({ max: 59 }), { maxLength: 90, size: 'max' });
