import fc from 'fast-check';
import type { Intent, Order } from '../../contract/funding';
import type { ProviderSemantics } from '../../contract/provider';
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

const semantics = fc
  .record({
    repeatedRef: fc.constantFrom('rejects', 'replays', 'duplicates'),
    orderLookup: fc.constantFrom('by-ref', 'by-listing'),
    settleWindowMs: fc.constantFrom(0, 1_000, 5_000),
  })
  .map((chosen): ProviderSemantics => ({
    provider: 'model',
    capabilities: ['deposit', 'withdrawal'],
    settlement: 'in-call',
    maxRefLength: 255,
    maxAmountDecimals: 8,
    immutableAfterCreate: [],
    ...chosen,
  }));

const world: fc.Arbitrary<World> = fc.record({
  semantics,
  intent: fc.constant(INTENT),
  planted: fc.constantFrom('none', 'none', 'strangers', 'ours'),
  strangersAmount: fc.constantFrom(...STRANGERS_AMOUNTS),
  maxRefs: fc.integer({ min: 1, max: 4 }),
});

const schedule = fc.array(fc.nat({ max: 59 }), { maxLength: 40 });

const RUNS = Number(process.env['GANGWAY_MODEL_RUNS'] ?? '20000');

interface Verdict {
  readonly failed: boolean;
  readonly story: string;
}

/** Tries `rule` under thousands of schedules; where one breaks a promise, tells the shortest story that does. */
function tryRule(rule: Decide, layer?: Layer): Verdict {
  let shortest: Run | undefined;
  const details = fc.check(
    fc.property(world, schedule, (where, choices) => {
      const run = runIntent(where, choices, rule, layer);
      if (run.broken.length > 0) shortest = run;
      return run.broken.length === 0;
    }),
    { numRuns: RUNS, seed: 20_260_101, endOnFailure: false },
  );
  const story = shortest === undefined ? [] : [...shortest.story, ...shortest.broken.map((why) => `BROKEN: ${why}`)];
  return { failed: details.failed, story: story.join('\n') };
}

test(`whatever the provider and the network do, no intent is doubled, lost or stuck (${RUNS} schedules)`, () => {
  expect(tryRule(decide)).toEqual({ failed: false, story: '' });
});

test('with every fault ended, an intent that was not given up completes or waits for a person with a reason', () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(world, schedule, (where, choices) => {
      const run = runIntent(where, choices, decide);
      ends.add(run.end.do === 'finish' ? run.end.outcome : run.end.do);
      expect(['finish', 'parked']).toContain(run.end.do);
    }),
    { numRuns: 5_000, seed: 7 },
  );
  // The model reaches every end, so that the promises above are not kept for want of trying.
  expect([...ends].sort()).toEqual(['abandoned', 'cancelled', 'completed', 'parked']);
});

describe('each planted bug is found, with its story', () => {
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

  const bugs: Record<string, { readonly rule: Decide; readonly layer?: Layer; readonly finds: RegExp }> = {
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
    'comparing amounts as floats': {
      rule: (state, event) =>
        event.saw === 'found' && isFloatOurs(state, event.order)
          ? decide(state, { ...event, order: pretendOurs(state, event.order) })
          : decide(state, event),
      finds: /not ours|another amount|lost/,
    },
  };

  test.each(Object.entries(bugs))('%s', (name, { rule, layer, finds }) => {
    const verdict = tryRule(rule, layer);
    if (process.env['GANGWAY_MODEL_STORIES'] !== undefined) process.stdout.write(`\n${name}:\n${verdict.story}\n`);
    expect(verdict.failed).toBe(true);
    expect(verdict.story).toMatch(finds);
  });
});
