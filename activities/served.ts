import { lacking } from '../contract/lacks';
import type { Capability, ProviderSemantics } from '../contract/provider';
import type { ProviderInputs } from '../inputs/provider-inputs';
import type { ActivityDeps, ServedProvider } from './deps';
import { capabilityMissing, invalidRequest } from './refusal';

/** The provider of that id. An unknown id is not repeated: it is whatever somebody typed. */
export function servedProvider(deps: ActivityDeps, provider: string): ServedProvider {
  const served = deps.providers.get(provider);
  if (served !== undefined) return served;
  const known = [...deps.providers.keys()].join(', ');
  throw invalidRequest([{ field: 'provider', problem: `is not one that this worker serves (${known})` }]);
}

/** The rules of the provider that an untrusted input names; none if it names none that is served. */
export function inputsOf(deps: ActivityDeps, input: unknown): ProviderInputs | undefined {
  if (typeof input !== 'object' || input === null || !('provider' in input)) return undefined;
  return typeof input.provider === 'string' ? deps.providers.get(input.provider)?.inputs : undefined;
}

/** Refuses if the provider lacks any of the capabilities, naming all that it lacks. */
export function requireCapabilities(semantics: ProviderSemantics, needed: readonly Capability[]): void {
  const missing = lacking(semantics, needed);
  if (missing.length > 0) throw capabilityMissing(semantics, missing);
}
