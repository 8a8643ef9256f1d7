import fc from 'fast-check';
import { decide } from '../../../workflows/batch/rule';
import { IS_MUTANT, RUNS, tryRule } from '../try-rule';
import { type Decide, runBatch, type World, worlds } from './run-batch';

const SEED = 20_260_104;

function tried(rule: Decide, finds?: RegExp) {
  return tryRule(worlds, (world, choices) => runBatch(world, choices, rule), SEED, finds);
}

test(`no row is left out, begun or settled twice, or waited for without an end (${RUNS} schedules)`, () => {
  const { failed, story, ends } = tried(decide);
  expect({ failed, story }).toEqual({ failed: false, story: '' });
  // The model reaches every end, so the promises above are not kept just because nothing was tried.
  if (!IS_MUTANT) expect(ends).toEqual(['ended', 'ended after a renewal']);
});

test('where nothing goes wrong, every row settles', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const calm: World = { ...world, resets: [], runAgainAtTurn: undefined };
      expect(runBatch(calm, [], decide)).toMatchObject({ broken: [] });
    }),
  );
});

/** Bugs in the batch rule that the model must find. */
const BUGS: Readonly<Record<string, { readonly rule: Decide; readonly finds: RegExp }>> = {
  'rows are begun while the batch is paused': {
    rule: (state, event) => {
      const turn = decide(event.saw === 'woken' ? { ...state, paused: false } : state, event);
      return event.saw === 'woken' ? { ...turn, state: { ...turn.state, paused: state.paused } } : turn;
    },
    finds: /while the batch is paused/,
  },
  'rows that are sent again are taken again': {
    rule: (state, event) => {
      if (event.saw !== 'handed') return decide(state, event);
      const again = event.rows.slice(0, Math.max(0, state.next - event.first));
      const turn = decide(state, event);
      return { ...turn, state: { ...turn.state, waiting: [...turn.state.waiting, ...again] } };
    },
    finds: /begun twice|settled twice|room/,
  },
  'a row that there is no room for is taken for handed over': {
    rule: (state, event) => {
      const turn = decide(state, event);
      if (event.saw !== 'handed') return turn;
      return { ...turn, state: { ...turn.state, next: Math.max(turn.state.next, event.first + event.rows.length) } };
    },
    finds: /rows|settled/,
  },
  'more rows are sent to work than are allowed': {
    rule: (state, event) => decide({ ...state, limits: { ...state.limits, concurrency: 50 } }, event),
    finds: /than are allowed/,
  },
  'a row whose flow goes on is forgotten': {
    rule: (state, event) => {
      const turn = decide(state, event);
      return turn.moves.some((move) => move.do === 'wait')
        ? { ...turn, moves: [], state: { ...turn.state, later: state.later } }
        : turn;
    },
    finds: /ended with|had not settled/,
  },
  'a row whose flow goes on is looked at again at once': {
    rule: (state, event) => {
      const turn = decide(state, event);
      const { later, due } = turn.state;
      return event.saw === 'ran' ? { ...turn, state: { ...turn.state, later: [], due: [...due, ...later] } } : turn;
    },
    finds: /before its time/,
  },
  'a row that could not be read is tried for ever': {
    rule: (state, event) => {
      if (event.saw !== 'run-failed') return decide(state, event);
      const row = { row: { ...event.row, workflowId: 'w' }, looks: 0, dueAt: 0 };
      return { state: { ...state, busy: state.busy - 1, later: [...state.later, row] }, moves: [{ do: 'wait', row }] };
    },
    finds: /settled twice|stuck/,
  },
  'the history is renewed while a row is at work': {
    rule: (state, event) =>
      event.saw === 'woken' && state.turns >= state.limits.turnsPerRun - 1
        ? { state, moves: [], closing: 'renew' }
        : decide(state, event),
    finds: /renewed while/,
  },
  'the batch ends while rows are under way': {
    rule: (state, event) =>
      event.saw === 'woken' && state.next === state.rows && state.waiting.length === 0
        ? { state, moves: [], closing: 'end' }
        : decide(state, event),
    finds: /ended while|ended with/,
  },
};

// These try the model, not the rule: mutants do not matter here.
(IS_MUTANT ? describe.skip : describe)('each planted bug is found, with its story', () => {
  test.each(Object.entries(BUGS))('%s', (_, { rule, finds }) => {
    expect(tried(rule, finds).failed).toBe(true);
  });
});
