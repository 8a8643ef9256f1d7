import type { Call } from './context';

/** Whether a fault hides from this look-up what was created at `createdAt`. It fires only for what exists. */
export function isMissed(call: Call, createdAt: string): boolean {
  const { faults, clock } = call.sandbox;
  const ageMs = clock.now() - Date.parse(createdAt);
  const firing = faults.take(['lookup-misses'], call.subject, ({ params }) => {
    return params.younger_than_ms === undefined || ageMs < params.younger_than_ms;
  });
  return firing !== undefined;
}
