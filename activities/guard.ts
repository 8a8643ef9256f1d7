import { cancellationSignal, CancelledFailure } from '@temporalio/activity';
import { toApplicationFailure } from './failure';

type Activity<Argument, Result> = (argument: Argument) => Promise<Result>;

/**
 * An activity that only reads: may be repeated, and ends as cancelled where it was. What an interrupted call threw is
 * then of no interest.
 */
export function read<Argument, Result>(name: string, run: Activity<Argument, Result>): Activity<Argument, Result> {
  return async (argument) => {
    try {
      return await run(argument);
    } catch (error) {
      if (error instanceof CancelledFailure) throw error;
      if (cancellationSignal().aborted) throw new CancelledFailure(`${name} was cancelled`);
      throw toApplicationFailure(error, name);
    }
  };
}

/**
 * An activity that writes once at the provider: what the provider said of it is always reported, also when nobody
 * wants to know any more, because it may have moved money.
 */
export function write<Argument, Result>(name: string, run: Activity<Argument, Result>): Activity<Argument, Result> {
  return async (argument) => {
    try {
      return await run(argument);
    } catch (error) {
      throw error instanceof CancelledFailure ? error : toApplicationFailure(error, name);
    }
  };
}
