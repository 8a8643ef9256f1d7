import type { Finding } from '../../../providers/port';
import { findProvider, providerIds } from '../../../providers/registry';
import { CommandError } from '../failure';

/** A provider's module. Throws CommandError if there is none of that id. */
export function requireProvider(provider: string): NonNullable<ReturnType<typeof findProvider>> {
  const module = findProvider(provider);
  if (module !== undefined) return module;
  throw new CommandError(`--provider must be one of ${providerIds().join(', ')}.`);
}

/** What can be told of a provider: whether its settings make sense, and what its own checks say. */
export async function checkProvider(env: NodeJS.ProcessEnv, provider: string): Promise<readonly Finding[]> {
  const module = requireProvider(provider);
  const config = module.configSchema.safeParse(env);
  if (!config.success) {
    const found = config.error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`).join('; ');
    const todo = 'Set the variables for the worker and here; `.env.example` names them all.';
    return [{ check: 'credentials', state: 'fail', found, todo }];
  }
  const read: Finding = { check: 'credentials', state: 'ok', found: 'the settings make sense' };
  return [read, ...((await module.diagnose?.(config.data)) ?? [])];
}
