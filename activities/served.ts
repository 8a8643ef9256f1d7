import type { Capability, ProviderSemantics } from '../contract/provider';
import type { ActivityDeps, ServedProvider } from './deps';
import { capabilityMissing, invalidRequest } from './refusal';

/** The provider of that id. The id is not repeated where it is unknown: it is whatever somebody typed. */
export function servedProvider(deps: ActivityDeps, provider: string): ServedProvider {
  const served = deps.providers.get(provider);
  if (served !== undefined) return served;
  const known = [...deps.providers.keys()].join(', ');
  throw invalidRequest([{ field: 'provider', problem: `is not one that this worker serves (${known})` }]);
}

/** Refuses where the provider lacks any of the capabilities, naming all that it lacks. */
export function requireCapabilities(semantics: ProviderSemantics, needed: readonly Capability[]): void {
  const missing = needed.filter((capability) => !semantics.capabilities.includes(capability));
  if (missing.length > 0) throw capabilityMissing(semantics.provider, missing);
}
