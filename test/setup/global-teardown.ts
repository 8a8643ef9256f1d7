import { stopHeld } from './held';

/** Stops what all tests shared. */
export default async function globalTeardown(): Promise<void> {
  await stopHeld();
}
