import { cancellationSignal, CancelledFailure } from '@temporalio/activity';
import { toApplicationFailure } from './failure';
import { joinWatch } from './provider-watch';

type Activity<Argument, Result> = (argument: Argument) => Promise<Result>;

/**
 * An activity that only reads: it may be repeated, and if it is cancelled it ends so, whatever the interrupted call
 * threw.
 */
export function read<Argument, Result>(name: string, run: Activity<Argument, Result>): Activity<Argument, Result> {
  return reading(name, run, (error) => Promise.resolve(toApplicationFailure(error, name)));
}

/**
 * A read that a flow makes again once the provider answers: if the provider is watched it is not repeated before, by
 * nobody (workflows/shared/perform.ts).
 */
export function watchedRead<Argument, Result>(
  name: string,
  run: Activity<Argument, Result>,
): Activity<Argument, Result> {
  return reading(name, run, async (error) => toApplicationFailure(error, name, await joinWatch(error, 'read')));
}

function reading<Argument, Result>(
  name: string,
  run: Activity<Argument, Result>,
  toFailure: (error: unknown) => Promise<Error>,
): Activity<Argument, Result> {
  return async (argument) => {
    try {
      return await run(argument);
    } catch (error) {
      if (error instanceof CancelledFailure) throw error;
      if (cancellationSignal().aborted) throw new CancelledFailure(`${name} was cancelled`);
      throw await toFailure(error);
    }
  };
}

/**
 * An activity that writes once at the provider: what the provider answered is always reported, even after a
 * cancellation, because it may have moved money.
 */
export function write<Argument, Result>(name: string, run: Activity<Argument, Result>): Activity<Argument, Result> {
  return async (argument) => {
    try {
      return await run(argument);
    } catch (error) {
      if (error instanceof CancelledFailure) throw error;
      throw toApplicationFailure(error, name, await joinWatch(error, 'write'));
    }
  };
}
