import { ApplicationFailure } from '@temporalio/common';
import type { TellsPartner } from '../contract/events';
import type { ActivityDeps } from './deps';

type Activity<Argument, Result> = (argument: Argument) => Promise<Result>;

/**
 * The check that a workflow begins with also says whether the partner is told of what happens: in its answer or, if it
 * fails, beside the details of its failure, because a failed flow may park.
 */
export function telling<Argument, Result extends object>(
  { events }: ActivityDeps,
  check: Activity<Argument, Result>,
): Activity<Argument, Result & TellsPartner> {
  if (events === undefined) return check;
  const told: TellsPartner = { tellsPartner: true };
  return async (argument) => {
    try {
      return { ...(await check(argument)), ...told };
    } catch (error) {
      if (error instanceof ApplicationFailure) error.details?.push(told);
      throw error;
    }
  };
}
