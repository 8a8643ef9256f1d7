import { defaultPayloadConverter, type WorkflowInterceptors } from '@temporalio/workflow';

/**
 * Treats a signal whose content cannot be read as one without content. Temporal would fail the workflow's task on it,
 * and try again for ever: whoever can send a signal could hold up a movement of money. Our signals are hints to look
 * again, so an empty one says as much.
 *
 * Called by name from the bundle (scripts/workflow-bundle.ts).
 */
export function interceptors(): WorkflowInterceptors {
  return {
    internals: [
      {
        activate: (input, next) => {
          for (const { signalWorkflow: signal } of input.activation.jobs ?? []) {
            if (signal != null && !areReadable(signal.input ?? [])) signal.input = [];
          }
          next(input);
        },
      },
    ],
  };
}

type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

function areReadable(payloads: readonly Payload[]): boolean {
  try {
    for (const payload of payloads) defaultPayloadConverter.fromPayload(payload);
    return true;
  } catch {
    return false;
  }
}
