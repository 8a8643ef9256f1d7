import { backoffice } from './backoffice';
import { coinify } from './coinify';
import { coinmena } from './coinmena';
import { oceafin } from './oceafin';
import type { ProviderModule } from './port';

/** Every provider: one line each. */
const MODULES: readonly ProviderModule[] = [coinmena, backoffice, coinify, oceafin];

/** By provider id. */
export const PROVIDERS: ReadonlyMap<string, ProviderModule> = new Map(
  MODULES.map((module) => [module.semantics.provider, module]),
);

/** The provider's module; undefined where there is none of that id. */
export function findProvider(id: string): ProviderModule | undefined {
  return PROVIDERS.get(id);
}

/** The ids of all providers. */
export function providerIds(): readonly string[] {
  return [...PROVIDERS.keys()];
}
