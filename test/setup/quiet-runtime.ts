import { DefaultLogger, Runtime } from '@temporalio/worker';

let quiet = false;

/** Keeps the SDK's log out of the tests' output: the tests are about faults, and it would print each as a warning. */
export function quietRuntime(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { forward: {}, filter: 'off' } },
  });
}
