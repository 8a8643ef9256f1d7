import fc from 'fast-check';

/** Whether a mutant of a rule is tried, on few schedules: what tries the model and not the rule is then left out. */
export const IS_MUTANT = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;

/** Schedules that a rule is tried under. */
export const RUNS = Number(process.env['GANGWAY_MODEL_RUNS'] ?? (IS_MUTANT ? '300' : '20000'));

/** What came of one schedule. */
export interface Tried {
  /** What happened, line by line. */
  readonly story: readonly string[];
  readonly ends: readonly string[];
  /** Why the run broke a promise; empty if it did not. */
  readonly broken: readonly string[];
}

/** What happens, in what order. */
const schedule = fc.array(fc.nat({ max: 59 }), { maxLength: 80, size: 'max' });

/**
 * Tries a rule under thousands of schedules; where one breaks a promise, tells the shortest story that does.
 *
 * @param finds the promise that is looked at; all of them where not given
 */
export function tryRule<World>(
  worlds: fc.Arbitrary<World>,
  run: (world: World, choices: readonly number[]) => Tried,
  seed: number,
  finds = /./,
): { readonly failed: boolean; readonly story: string; readonly ends: readonly string[] } {
  let shortest: Tried | undefined;
  const ends = new Set<string>();
  const { failed } = fc.check(
    fc.property(worlds, schedule, (world, choices) => {
      const tried = run(world, choices);
      for (const end of tried.ends) ends.add(end);
      const isBroken = tried.broken.some((why) => finds.test(why));
      if (isBroken) shortest = tried;
      return !isBroken;
    }),
    { numRuns: RUNS, seed, endOnFailure: false },
  );
  const story = shortest === undefined ? [] : [...shortest.story, ...shortest.broken.map((why) => `BROKEN: ${why}`)];
  return { failed, story: story.join('\n'), ends: [...ends].sort() };
}
