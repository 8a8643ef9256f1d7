import { heldServer } from './held-server';

/** Stops the server that all tests shared. */
export default async function globalTeardown(): Promise<void> {
  await heldServer()?.stop();
}
