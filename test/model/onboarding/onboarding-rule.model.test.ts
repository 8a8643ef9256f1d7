import fc from 'fast-check';
import { decide } from '../../../workflows/onboarding/rule';
import { BUGS } from './bugs';
import { type Decide, type Run, runOnboarding } from './run-onboarding';
import { DECIDES, FILES_TWICE, schedule, type World, worldOf } from './world';

const IS_MUTANT = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;
const RUNS = Number(process.env['GANGWAY_MODEL_RUNS'] ?? (IS_MUTANT ? '300' : '20000'));

/** Tries `rule` under thousands of schedules; where one breaks a promise, tells the shortest story that does. */
function tryRule(worlds: fc.Arbitrary<World>, rule: Decide, finds = /./) {
  let shortest: Run | undefined;
  const ends = new Set<string>();
  const { failed } = fc.check(
    fc.property(worlds, schedule, (world, choices) => {
      const run = runOnboarding(world, choices, rule);
      ends.add(run.end);
      const isBroken = run.broken.some((why) => finds.test(why));
      if (isBroken) shortest = run;
      return !isBroken;
    }),
    { numRuns: RUNS, seed: 20_260_102, endOnFailure: false },
  );
  const story = shortest === undefined ? [] : [...shortest.story, ...shortest.broken.map((why) => `BROKEN: ${why}`)];
  return { failed, story: story.join('\n'), ends };
}

describe.each([
  ['that files whatever it is sent', FILES_TWICE],
  ['that decides over what is submitted', DECIDES],
])('at a provider %s', (_, semantics) => {
  test(`no client is doubled, taken from others, left without what was amended, or stuck (${RUNS} schedules)`, () => {
    const { failed, story, ends } = tryRule(worldOf(semantics), decide);
    expect({ failed, story }).toEqual({ failed: false, story: '' });
    // The model reaches every end, so that the promises above are not kept for want of trying.
    if (!IS_MUTANT) expect([...ends].sort()).toEqual(['abandoned', 'cancelled', 'parked', 'ready']);
  });

  test('where nothing goes wrong, the client becomes ready', () => {
    fc.assert(
      fc.property(worldOf(semantics), (world) => {
        const calm: World = { ...world, resets: [], before: 'nobody', refuses: [] };
        expect(runOnboarding(calm, [], decide)).toMatchObject({ end: 'ready', broken: [] });
      }),
    );
  });
});

// These try the model and not the rule: a mutant has nothing to answer for in them.
(IS_MUTANT ? describe.skip : describe)('each planted bug is found, with its story', () => {
  test.each(Object.entries(BUGS))('%s', (_, { semantics, rule, finds }) => {
    expect(tryRule(worldOf(semantics), rule, finds).failed).toBe(true);
  });
});
