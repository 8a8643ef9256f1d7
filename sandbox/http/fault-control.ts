import { z } from 'zod';
import type { Clock } from './clock';
import { ControlProblem, parseControl, type ControlRoute } from './control';
import { RuleIdTaken, type FaultEngine, type FaultRule } from './fault-engine';
import type { SeededRandom } from './random';

const seedChange = z.strictObject({ seed: z.int().min(0).max(0xffff_ffff) });
const clockChange = z.strictObject({ offset_ms: z.int().min(-1e12).max(1e12) });

/** What the control port of every sandbox takes: rules in and out, and the seed of faults by chance. */
export function faultRoutes<Rule extends FaultRule>(
  faults: FaultEngine<Rule>,
  ruleSchema: z.ZodType<Rule>,
  operations: readonly string[],
  random: SeededRandom,
): readonly ControlRoute[] {
  return [
    { method: 'GET', path: '/faults', run: () => ({ items: faults.list(), operations }) },
    {
      method: 'POST',
      path: '/faults',
      run: ({ body }) => {
        const rule = parseControl(ruleSchema, body);
        try {
          return faults.add(rule);
        } catch (error) {
          if (error instanceof RuleIdTaken) throw new ControlProblem(409, error.message, { id: ['is taken'] });
          throw error;
        }
      },
    },
    {
      method: 'DELETE',
      path: '/faults',
      run: () => {
        faults.clear();
        return {};
      },
    },
    {
      method: 'DELETE',
      path: '/faults/{id}',
      run: ({ param }) => {
        if (!faults.remove(param)) throw new ControlProblem(404, 'there is no such rule');
        return {};
      },
    },
    {
      method: 'POST',
      path: '/seed',
      run: ({ body }) => {
        const { seed } = parseControl(seedChange, body);
        random.reseed(seed);
        return { seed };
      },
    },
  ];
}

/** Moves a sandbox's own time. */
export function clockRoute(clock: Clock): ControlRoute {
  return {
    method: 'POST',
    path: '/clock',
    run: ({ body }) => {
      clock.moveTo(parseControl(clockChange, body).offset_ms);
      return { offset_ms: clock.offset, now: clock.timestamp() };
    },
  };
}
