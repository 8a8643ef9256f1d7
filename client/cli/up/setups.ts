import { PROVIDERS } from '../../../providers/registry';
import type { ProviderSetup } from '../../../providers/setup';
import { CommandError } from '../failure';

/** The ids of the providers that `gangway up` runs: all that have a sandbox. */
export function setupIds(): readonly string[] {
  return [...PROVIDERS].flatMap(([id, { setup }]) => (setup === undefined ? [] : [id]));
}

/** @throws CommandError if the provider has none */
export function setupOf(provider: string): ProviderSetup {
  const setup = PROVIDERS.get(provider)?.setup;
  if (setup !== undefined) return setup;
  throw new CommandError(`--provider must be one of ${setupIds().join(', ')}.`);
}
