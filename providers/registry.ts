import { backoffice } from './backoffice';
import { coinify } from './coinify';
import { coinmena } from './coinmena';
import { oceafin } from './oceafin';
import type { ProviderModule } from './port';

/** Every provider, by its id. */
const MODULES = { coinmena, backoffice, coinify, oceafin } satisfies Readonly<Record<string, ProviderModule>>;

/** The id of a provider that there is. */
export type ProviderId = keyof typeof MODULES;

/** The provider that is meant if none is named. */
export const DEFAULT_PROVIDER: ProviderId = 'coinmena';

/** By provider id. */
export const PROVIDERS: ReadonlyMap<string, ProviderModule> = new Map<string, ProviderModule>(Object.entries(MODULES));

/** Whether there is a provider of that id. */
export function isProviderId(id: string): id is ProviderId {
  return Object.hasOwn(MODULES, id);
}

/** The module of a provider that there is. */
export function providerModule(id: ProviderId): ProviderModule {
  return MODULES[id];
}

/** The provider's module; undefined if there is none of that id. */
export function findProvider(id: string): ProviderModule | undefined {
  return PROVIDERS.get(id);
}

/** The ids of all providers. */
export function providerIds(): readonly string[] {
  return [...PROVIDERS.keys()];
}
