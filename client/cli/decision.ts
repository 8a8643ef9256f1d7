import type { Command } from 'commander';

export interface DecisionFlags {
  readonly by?: string;
  readonly reason?: string;
}

/** Which option gives which field of a person's decision. */
export const DECISION_OPTIONS = { by: '--by', reason: '--reason' } as const;

/** Adds who decides, and why. */
export function withDecision(command: Command): Command {
  return command
    .option('--by <id>', 'who decides: an opaque operator id, not a name')
    .option('--reason <text>', 'why; kept with the decision');
}
