import fc from 'fast-check';
import type { FundingKind, Intent, Order } from '../../contract/funding';
import type { Capability, ProviderSemantics } from '../../contract/provider';
import { refForAttempt } from '../../contract/refs';
import { decide, type FundingState } from '../../workflows/steps/funding-rule';
import { type Decide, type Layer, type Run, runIntent, type World } from './provider-model';

const INTENT: Intent = {
  provider: 'model',
  fundingId: 'dep-1',
  kind: 'deposit',
  partnerClientId: 'client-1',
  asset: 'USD',
  amount: '9007199254740993.01',
};

/** What a stranger's order under our ref may hold: the last two are our amount to a float's eye. */
const STRANGERS_AMOUNTS = ['5', '9007199254740993.02', '9007199254740992.99'] as const;

const BASE = {
  provider: 'model',
  capabilities: ['deposit', 'withdrawal', 'conversion'],
  maxRefLength: 255,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
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
  'paid again where repeated, found in a list, confirmed or not, settled later': fc
    .record({ settleWindowMs, confirms: fc.constantFrom<readonly FundingKind[]>(['deposit'], []) })
    .map((chosen): ProviderSemantics => ({
      ...BASE,
      capabilities: [...BASE.capabilities, 'confirm-order', 'cancel-order'],
      repeatedRef: 'duplicates',
      orderLookup: 'by-listing',
      settlement: 'later',
      ...chosen,
    })),
  'refused where repeated, found by a callback only, settled later': fc
    .record({ settleWindowMs })
    .map((chosen): ProviderSemantics => ({
      ...BASE,
      repeatedRef: 'rejects',
      orderLookup: 'by-callback',
      settlement: 'later',
      ...chosen,
    })),
  'replayed where repeated, quoted, confirmed or not, settled later': fc
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
type Shape = keyof typeof SHAPES;

const BY_REF: Shape = 'found by its ref, settled in the call';
const IN_A_LIST: Shape = 'paid again where repeated, found in a list, confirmed or not, settled later';
const BY_CALLBACK: Shape = 'refused where repeated, found by a callback only, settled later';
const QUOTED: Shape = 'replayed where repeated, quoted, confirmed or not, settled later';

function worldOf(shape: Shape): fc.Arbitrary<World> {
  return fc.record({
    semantics: SHAPES[shape],
    intent: fc.constant(INTENT),
    planted: fc.constantFrom('none', 'none', 'strangers', 'ours'),
    strangersAmount: fc.constantFrom(...STRANGERS_AMOUNTS),
    alike: fc.constantFrom('none', 'none', 'completed', 'failed', 'awaiting'),
    maxRefs: fc.integer({ min: 1, max: 4 }),
  });
}

const schedule = fc.array(fc.nat({ max: 59 }), { maxLength: 60, size: 'max' });

/** Set where a mutant of the rule is tried (npm run mutation): there are hundreds of them, and few schedules tell. */
const IS_MUTANT = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;
const RUNS = Number(process.env['GANGWAY_MODEL_RUNS'] ?? (IS_MUTANT ? '300' : '20000'));
/** So many that every end is reached. */
const LIVENESS_RUNS = IS_MUTANT ? 1_000 : 5_000;

interface Verdict {
  readonly failed: boolean;
  readonly story: string;
}

/** Tries `rule` under thousands of schedules; where one breaks a promise, tells the shortest story that does. */
function tryRule(shape: Shape, rule: Decide, layer?: Layer): Verdict {
  let shortest: Run | undefined;
  const details = fc.check(
    fc.property(worldOf(shape), schedule, (where, choices) => {
      const run = runIntent(where, choices, rule, layer);
      if (run.broken.length > 0) shortest = run;
      return run.broken.length === 0;
    }),
    { numRuns: RUNS, seed: 20_260_101, endOnFailure: false },
  );
  const story = shortest === undefined ? [] : [...shortest.story, ...shortest.broken.map((why) => `BROKEN: ${why}`)];
  return { failed: details.failed, story: story.join('\n') };
}

describe.each([BY_REF, IN_A_LIST, BY_CALLBACK, QUOTED])('%s', (shape) => {
  test(`whatever the provider and the network do, no intent is doubled, lost or stuck (${RUNS} schedules)`, () => {
    expect(tryRule(shape, decide)).toEqual({ failed: false, story: '' });
  });

  test('with every fault ended, an intent that was not given up completes or waits for a person with a reason', () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(worldOf(shape), schedule, (where, choices) => {
        const run = runIntent(where, choices, decide);
        ends.add(run.end.do === 'finish' ? run.end.outcome : run.end.do);
        expect(['finish', 'parked']).toContain(run.end.do);
      }),
      { numRuns: LIVENESS_RUNS, seed: 7 },
    );
    // The model reaches every end, so that the promises above are not kept for want of trying.
    expect([...ends].sort()).toEqual(['abandoned', 'cancelled', 'completed', 'parked']);
  });

  test('where nothing goes wrong, the intent completes', () => {
    fc.assert(
      fc.property(worldOf(shape), (where) => {
        const run = runIntent({ ...where, planted: 'none' }, [], decide);
        expect(run.end).toMatchObject({ do: 'finish', outcome: 'completed' });
      }),
    );
  });
});

interface Bug {
  readonly shape?: Shape;
  readonly rule: Decide;
  readonly layer?: Layer;
  /** What the story of the bug says in the end. */
  readonly finds: RegExp;
}

// These try the model and not the rule: a mutant has nothing to answer for in them.
(IS_MUTANT ? describe.skip : describe)('each planted bug is found, with its story', () => {
  const mintFresh = (state: FundingState): FundingState => ({
    ...state,
    earlier: [...state.earlier, state.current],
    current: {
      ref: refForAttempt(state.intent.fundingId, state.current.attempt + 1),
      attempt: state.current.attempt + 1,
      sent: 1,
      state: 'unknown',
    },
  });
  const isFloatOurs = (state: FundingState, order: Order): boolean =>
    Number(order.amount) === Number(state.intent.amount);
  const pretendOurs = (state: FundingState, order: Order): Order => ({
    ...order,
    kind: state.intent.kind,
    partnerClientId: state.intent.partnerClientId,
    asset: state.intent.asset,
    amount: state.intent.amount,
  });

  /** As though the provider had shown a ref with it. */
  const withItsRef = ({ idOnly: _idOnly, ...order }: Order): Order => order;

  const bugs: Record<string, Bug> = {
    'a fresh ref after an unknown outcome': {
      rule: (state, event) => {
        if (event.saw !== 'submit-failed' || event.failure.outcome !== 'unknown') return decide(state, event);
        const fresh = mintFresh(state);
        return { state: fresh, action: { do: 'submit', ref: fresh.current.ref, afterMs: 0 } };
      },
      finds: /doubled|fresh ref/,
    },
    'a fresh ref after an unseen status': {
      rule: (state, event) =>
        (event.saw === 'found' || event.saw === 'answered') && event.order.state === 'open'
          ? decide(state, { ...event, order: { ...event.order, state: 'failed' } })
          : decide(state, event),
      finds: /doubled|fresh ref/,
    },
    'adoption without comparison': {
      rule: (state, event) =>
        event.saw === 'found'
          ? decide(state, { ...event, order: pretendOurs(state, event.order) })
          : decide(state, event),
      finds: /not ours|another amount|lost/,
    },
    'a submit retried by the activity layer': { rule: decide, layer: { sends: 2 }, finds: /doubled/ },
    'a resend where a repeat is paid again': {
      shape: IN_A_LIST,
      rule: (state, event) => {
        const step = decide(state, event);
        const { action } = step;
        if (action.do !== 'park' || action.reason !== 'ORDER_UNFINDABLE') return step;
        return { ...step, action: { do: 'submit', ref: state.current.ref, afterMs: 0 } };
      },
      finds: /doubled/,
    },
    'an order that is not ours, confirmed': {
      shape: IN_A_LIST,
      rule: (state, event) =>
        event.saw === 'found' && event.order.awaits === 'confirmation'
          ? decide({ ...state, order: event.order }, { ...event, order: pretendOurs(state, event.order) })
          : decide(state, event),
      finds: /confirmed, and is not ours/,
    },
    'an id that news named, taken for proof': {
      shape: IN_A_LIST,
      rule: (state, event) =>
        event.saw === 'found' ? decide(state, { ...event, order: withItsRef(event.order) }) : decide(state, event),
      finds: /not ours|fresh ref|lost/,
    },
    'a cancel that was refused, taken for an order that failed': {
      shape: IN_A_LIST,
      rule: (state, event) =>
        event.saw === 'step-failed' && state.ending !== undefined
          ? { state, action: { do: 'finish', outcome: state.ending, adopted: false } }
          : decide(state, event),
      finds: /told cancelled/,
    },
    'an order of another ref, taken for whose ref it is': {
      shape: BY_CALLBACK,
      rule: (state, event) =>
        event.saw === 'found'
          ? decide(state, { ...event, order: { ...event.order, ref: state.current.ref, status: 'x' } })
          : decide(state, event),
      finds: /fresh ref|not ours|lost|doubled/,
    },
    'new terms while a send is in doubt': {
      shape: QUOTED,
      rule: (state, event) =>
        event.saw === 'submit-failed' && event.failure.outcome === 'unknown'
          ? decide(
              { ...state, inDoubt: false },
              { ...event, failure: { code: 'QUOTE_EXPIRED', outcome: 'not-applied' } },
            )
          : decide(state, event),
      finds: /doubled/,
    },
    'a refusal of a resend, taken for an answer to the first send': {
      shape: QUOTED,
      rule: (state, event) =>
        event.saw === 'submit-failed' && event.failure.outcome === 'not-applied'
          ? decide({ ...state, inDoubt: false }, event)
          : decide(state, event),
      finds: /doubled|told cancelled/,
    },
    'worse terms, sent without asking': {
      shape: QUOTED,
      rule: (state, event) =>
        event.saw === 'quoted' ? decide({ ...state, agreed: event.terms }, event) : decide(state, event),
      finds: /nobody accepted/,
    },
    'other terms under the number of the first': {
      shape: QUOTED,
      rule: (state, event) =>
        event.saw === 'quoted'
          ? decide(state, { ...event, terms: { ...event.terms, number: 1 } })
          : decide(state, event),
      finds: /another body/,
    },
    'comparing amounts as floats': {
      rule: (state, event) =>
        event.saw === 'found' && isFloatOurs(state, event.order)
          ? decide(state, { ...event, order: pretendOurs(state, event.order) })
          : decide(state, event),
      finds: /not ours|another amount|lost/,
    },
  };

  test.each(Object.entries(bugs))('%s', (name, { shape = BY_REF, rule, layer, finds }) => {
    const verdict = tryRule(shape, rule, layer);
    if (process.env['GANGWAY_MODEL_STORIES'] !== undefined) process.stdout.write(`\n${name}:\n${verdict.story}\n`);
    expect(verdict.failed).toBe(true);
    expect(verdict.story).toMatch(finds);
  });
});
