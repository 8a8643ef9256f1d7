/** What the setup of all tests started, and their teardown stops. Both run in the same process. */
interface Held {
  stop(): Promise<void>;
}

const held: Held[] = [];

export function hold(started: Held): void {
  held.push(started);
}

export async function stopHeld(): Promise<void> {
  await Promise.all(held.splice(0).map((each) => each.stop()));
}
