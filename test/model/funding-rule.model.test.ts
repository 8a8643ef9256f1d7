import fc from 'fast-check';
import { decide } from '../../workflows/funding/rule';
import { BUGS } from './bugs';
import { type Decide, type Flaws, type Run, runIntent } from './run-intent';
import type { World } from './world';
import { BY_CALLBACK, BY_REF, IN_A_LIST, QUOTED, schedule, worldOf } from './worlds';

/** Set if a mutant of the rule is tried (npm run mutation): there are hundreds of them, and few schedules tell. */
const IS_MUTANT = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;
const RUNS = Number(process.env['GANGWAY_MODEL_RUNS'] ?? (IS_MUTANT ? '300' : '20000'));

interface Verdict {
  readonly failed: boolean;
  readonly story: string;
  /** How the intents ended. */
  readonly ends: ReadonlySet<string>;
}

/**
 * Tries `rule` under thousands of schedules; if one breaks a promise, tells the shortest story that does.
 *
 * @param finds which broken promises count; absent: all
 */
function tryRule(worlds: fc.Arbitrary<World>, rule: Decide, flaws: Flaws = {}, finds = /./): Verdict {
  let shortest: Run | undefined;
  const ends = new Set<string>();
  const details = fc.check(
    fc.property(worlds, schedule, (where, choices) => {
      const run = runIntent(where, choices, rule, flaws);
      ends.add(run.end.do === 'finish' ? run.end.outcome : run.end.do);
      const isBroken = run.broken.some((why) => finds.test(why));
      if (isBroken) shortest = run;
      return !isBroken;
    }),
    { numRuns: RUNS, seed: 20_260_101, endOnFailure: false },
  );
  const story = shortest === undefined ? [] : [...shortest.story, ...shortest.broken.map((why) => `BROKEN: ${why}`)];
  return { failed: details.failed, story: story.join('\n'), ends };
}

describe.each([BY_REF, IN_A_LIST, BY_CALLBACK, QUOTED])('%s', (shape) => {
  test(`no intent is doubled, lost, paid against a decision or stuck (${RUNS} schedules)`, () => {
    const { failed, story, ends } = tryRule(worldOf(shape), decide);
    expect({ failed, story }).toEqual({ failed: false, story: '' });
    // The model reaches every end, so the promises above are not kept just because nothing was tried.
    if (!IS_MUTANT) expect([...ends].sort()).toEqual(['abandoned', 'cancelled', 'completed', 'parked']);
  });

  test('if nothing goes wrong, the intent completes', () => {
    fc.assert(
      fc.property(worldOf(shape), (where) => {
        const world = { ...where, planted: [], interruptions: [], shows: 'as asked', amountChanges: false } as const;
        const run = runIntent(world, [], decide);
        expect(run.end).toMatchObject({ do: 'finish', outcome: 'completed' });
        expect(run.broken).toEqual([]);
      }),
    );
  });
});

// These try the model, not the rule: mutants do not matter here.
(IS_MUTANT ? describe.skip : describe)('each planted bug is found, with its story', () => {
  test.each(Object.entries(BUGS))('%s', (name, { shape, within, rule = decide, flaws, finds }) => {
    const worlds = worldOf(shape).map((world) => ({ ...world, ...within }));
    const verdict = tryRule(worlds, rule, flaws, finds);
    if (process.env['GANGWAY_MODEL_STORIES'] !== undefined) process.stdout.write(`\n${name}:\n${verdict.story}\n`);
    expect(verdict.failed).toBe(true);
  });
});
