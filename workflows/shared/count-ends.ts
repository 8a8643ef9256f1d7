import { CancelledFailure, ContinueAsNew, type WorkflowInterceptors } from '@temporalio/workflow';
import { countEnd, countResult } from './meters';

/**
 * Counts how every workflow ends.
 *
 * Called by name from the bundle (scripts/workflow-bundle.ts).
 */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        execute: async (input, next) => {
          try {
            const result = await next(input);
            countResult(result);
            return result;
          } catch (error) {
            // A renewed history goes on in another run.
            if (!(error instanceof ContinueAsNew)) {
              countEnd(error instanceof CancelledFailure ? 'cancelled' : 'failed');
            }
            throw error;
          }
        },
      },
    ],
  };
}
