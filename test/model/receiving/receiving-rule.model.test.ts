import fc from 'fast-check';
import { decide } from '../../../workflows/receiving/rule';
import { IS_MUTANT, RUNS, tryRule } from '../try-rule';
import { type Decide, runReceiving, type World, worlds } from './run-receiving';

const SEED = 20_260_103;

function tried(rule: Decide, finds?: RegExp) {
  return tryRule(worlds, (world, choices) => runReceiving(world, choices, rule), SEED, finds);
}

test(`no money is taken twice, left to nobody, or waited for without an end (${RUNS} schedules)`, () => {
  const { failed, story, ends } = tried(decide);
  expect({ failed, story }).toEqual({ failed: false, story: '' });
  // The model reaches every end, so the promises above are not kept just because nothing was tried.
  if (!IS_MUTANT) {
    expect(ends).toEqual(['abandoned', 'cancelled', 'completed', 'marked-completed', 'parked']);
  }
});

test('if nothing goes wrong, each expected deposit gets its money', () => {
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
      return deposit === undefined ? decide(state, event) : { state, move: { do: 'claim', deposit } };
    },
    finds: /does not fit/,
  },
  'the account is looked for again without a wait': {
    rule: (state, event) => {
      const turn = decide(state, event);
      return turn.move.do === 'look-account' ? { ...turn, move: { ...turn.move, afterMs: 0 } } : turn;
    },
    finds: /without a wait/,
  },
  'an account whose application was lost is applied for under a new number': {
    rule: (state, event) => {
      const turn = decide(state, event);
      if (event.saw !== 'apply-failed' || event.failure.outcome !== 'unknown') return turn;
      const application = { ...turn.state.application, attempt: turn.state.application.attempt + 1 };
      return { ...turn, state: { ...turn.state, application } };
    },
    finds: /two accounts/,
  },
  'a cancel ends it while the read of a claim keeps failing': {
    rule: (state, event) => {
      const turn = decide(state, event);
      if (event.saw !== 'read-failed') return turn;
      const { inDoubt: _inDoubt, ...forgetful } = turn.state;
      return { ...turn, state: forgetful };
    },
    finds: /may have been claimed by it/,
  },
  'money is looked for past the deadline, and nobody is asked': {
    rule: (state, event) => decide({ ...state, deadlineAt: Number.MAX_SAFE_INTEGER }, event),
    finds: /stuck/,
  },
};

// These try the model, not the rule: mutants do not matter here.
(IS_MUTANT ? describe.skip : describe)('each planted bug is found, with its story', () => {
  test.each(Object.entries(BUGS))('%s', (_, { rule, finds }) => {
    expect(tried(rule, finds).failed).toBe(true);
  });
});
