import type { DevServer } from '../../client/temporal/dev-server';

let held: DevServer | undefined;

/** Keeps the shared server for the teardown, which runs in the same process as the setup. */
export function holdServer(server: DevServer): void {
  held = server;
}

export function heldServer(): DevServer | undefined {
  return held;
}
