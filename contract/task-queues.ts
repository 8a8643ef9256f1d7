/**
 * One task queue per provider: its workers alone hold its credentials, and its rate limit is set on its queue.
 * Workflows and their activities share the queue, so that a worker with a free slot is handed the next activity in the
 * answer to the workflow task that asked for it.
 */
export function providerTaskQueue(provider: string): string {
  return `gangway.${provider}`;
}
