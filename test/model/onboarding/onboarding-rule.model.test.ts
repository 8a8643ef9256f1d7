import fc from 'fast-check';
import { decide } from '../../../workflows/onboarding/rule';
import { IS_MUTANT, RUNS, tryRule } from '../try-rule';
import { BUGS } from './bugs';
import { type Decide, runOnboarding } from './run-onboarding';
import { DECIDES, FILES_TWICE, type World, worldOf } from './world';

const SEED = 20_260_102;

function tried(worlds: fc.Arbitrary<World>, rule: Decide, finds?: RegExp) {
  const run = (world: World, choices: readonly number[]) => {
    const { story, end, broken } = runOnboarding(world, choices, rule);
    return { story, ends: [end], broken };
  };
  return tryRule(worlds, run, SEED, finds);
}

describe.each([
  ['that files whatever it is sent', FILES_TWICE],
  ['that decides over what is submitted', DECIDES],
])('at a provider %s', (_, semantics) => {
  test(`no client is doubled, taken from others, left without what was amended, or stuck (${RUNS} schedules)`, () => {
    const { failed, story, ends } = tried(worldOf(semantics), decide);
    expect({ failed, story }).toEqual({ failed: false, story: '' });
    // The model reaches every end, so the promises above are not kept just because nothing was tried.
    if (!IS_MUTANT) expect(ends).toEqual(['abandoned', 'cancelled', 'parked', 'ready']);
  });

  test('if nothing goes wrong, the client becomes ready', () => {
    fc.assert(
      fc.property(worldOf(semantics), (world) => {
        const calm: World = { ...world, resets: [], before: 'nobody', refuses: [] };
        expect(runOnboarding(calm, [], decide)).toMatchObject({ end: 'ready', broken: [] });
      }),
    );
  });
});

// These try the model, not the rule: mutants do not matter here.
(IS_MUTANT ? describe.skip : describe)('each planted bug is found, with its story', () => {
  test.each(Object.entries(BUGS))('%s', (_, { semantics, rule, finds }) => {
    expect(tried(worldOf(semantics), rule, finds).failed).toBe(true);
  });
});
