import fc from 'fast-check';
import { decide } from '../../../workflows/receiving/rule';
import { type Decide, type Run, runReceiving, schedule, type World, worlds } from './run-receiving';

const IS_MUTANT = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;
const RUNS = Number(process.env['GANGWAY_MODEL_RUNS'] ?? (IS_MUTANT ? '300' : '20000'));

/** Tries `rule` under thousands of schedules; where one breaks a promise, tells the shortest story that does. */
function tryRule(rule: Decide, finds = /./) {
  let shortest: Run | undefined;
  const ends = new Set<string>();
  const { failed } = fc.check(
    fc.property(worlds, schedule, (world, choices) => {
      const run = runReceiving(world, choices, rule);
      for (const end of run.ends) ends.add(end);
      const isBroken = run.broken.some((why) => finds.test(why));
      if (isBroken) shortest = run;
      return !isBroken;
    }),
    { numRuns: RUNS, seed: 20_260_103, endOnFailure: false },
  );
  const story = shortest === undefined ? [] : [...shortest.story, ...shortest.broken.map((why) => `BROKEN: ${why}`)];
  return { failed, story: story.join('\n'), ends };
}

test(`no money is taken twice, left to nobody, or waited for without an end (${RUNS} schedules)`, () => {
  const { failed, story, ends } = tryRule(decide);
  expect({ failed, story }).toEqual({ failed: false, story: '' });
  // The model reaches every end, so that the promises above are not kept for want of trying.
  if (!IS_MUTANT) {
    expect([...ends].sort()).toEqual(['abandoned', 'cancelled', 'completed', 'marked-completed', 'parked']);
  }
});

test('where nothing goes wrong, each expected deposit gets its money', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const calm: World = { ...world, resets: [], arrivals: world.flows };
      const { ends, broken } = runReceiving(calm, [], decide);
      expect({ ends, broken }).toEqual({ ends: Array.from({ length: world.flows }, () => 'completed'), broken: [] });
    }),
  );
});

/** Bugs in the receiving rule that the model must find. */
const BUGS: Readonly<Record<string, { readonly rule: Decide; readonly finds: RegExp }>> = {
  'money that an earlier run took is left to nobody': {
    rule: (state, event) =>
      event.saw === 'claim' ? decide(state, { ...event, fundingId: 'another' }) : decide(state, event),
    finds: /belongs to nobody/,
  },
  "another's money is taken": {
    rule: (state, event) =>
      event.saw === 'claimed-before' ? decide(state, { saw: 'claimed', deposit: event.deposit }) : decide(state, event),
    finds: /two deposits|claimed for another/,
  },
  'money that does not fit is taken': {
    rule: (state, event) => {
      const [deposit] = event.saw === 'deposits' ? event.deposits : [];
      return deposit === undefined ? decide(state, event) : { state, action: { do: 'claim', deposit } };
    },
    finds: /does not fit/,
  },
  'the account is looked for again without a wait': {
    rule: (state, event) => {
      const step = decide(state, event);
      return step.action.do === 'look-account' ? { ...step, action: { ...step.action, afterMs: 0 } } : step;
    },
    finds: /without a wait/,
  },
  'an account whose application was lost is applied for under a new number': {
    rule: (state, event) => {
      const step = decide(state, event);
      if (event.saw !== 'apply-failed' || event.failure.outcome !== 'unknown') return step;
      const application = { ...step.state.application, attempt: step.state.application.attempt + 1 };
      return { ...step, state: { ...step.state, application } };
    },
    finds: /two accounts/,
  },
  'money is looked for past the deadline, and nobody is asked': {
    rule: (state, event) => decide({ ...state, deadlineAt: Number.MAX_SAFE_INTEGER }, event),
    finds: /stuck/,
  },
};

// These try the model and not the rule: a mutant has nothing to answer for in them.
(IS_MUTANT ? describe.skip : describe)('each planted bug is found, with its story', () => {
  test.each(Object.entries(BUGS))('%s', (_, { rule, finds }) => {
    expect(tryRule(rule, finds).failed).toBe(true);
  });
});
