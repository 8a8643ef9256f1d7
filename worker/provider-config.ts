import { looksBeforeSending, type ProviderSemantics } from '../contract/provider';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS, LOOK_BEFORE_SEND_MS } from '../contract/timeouts';
import type { ProviderModule } from '../providers/port';
import { findProvider, providerIds } from '../providers/registry';

/** A provider with its settings read. */
export interface ConfiguredProvider {
  readonly id: string;
  readonly module: ProviderModule;
  /** Of the module's own schema. */
  readonly config: unknown;
  /** Activities per second that its task queue hands out; absent if nobody set a limit. */
  readonly requestsPerSecond?: number;
}

const POSITIVE_DECIMAL = /^\d{1,6}(\.\d{1,3})?$/;

/** Which providers a worker serves, and which it leaves out because nobody set them up. */
export interface ProviderChoice {
  /** The declarations of all providers that it was told to serve, even if their settings are wrong. */
  readonly chosen: readonly ProviderSemantics[];
  readonly served: readonly ConfiguredProvider[];
  /** Ids of known providers of which no variable is set. */
  readonly notConfigured: readonly string[];
}

/**
 * Reads the settings of each provider from its own variables, which start with its id in capitals, and
 * `<PROVIDER>_REQUESTS_PER_SECOND` if its limit is another than the one its module states.
 *
 * @param named whom to serve: each must be configured completely; if undefined, every provider of which a variable is
 * set
 * @param problems receives what is wrong, by the variable's name
 */
export function configureProviders(
  named: readonly string[] | undefined,
  env: NodeJS.ProcessEnv,
  problems: string[],
): ProviderChoice {
  const ids = named ?? providerIds().filter((id) => isMentioned(id, env));
  if (ids.length === 0) problems.push(named === undefined ? nobodyConfigured() : NOBODY_NAMED);
  const chosen: ProviderSemantics[] = [];
  const served = [...new Set(ids)].flatMap((id) => {
    const module = findProvider(id);
    if (module === undefined) {
      problems.push(`GANGWAY_PROVIDERS must list known providers: ${providerIds().join(', ')}`);
      return [];
    }
    chosen.push(module.semantics);
    return configure(id, module, env, problems);
  });
  return { chosen, served, notConfigured: providerIds().filter((id) => !ids.includes(id) && !isMentioned(id, env)) };
}

const NOBODY_NAMED = 'GANGWAY_PROVIDERS must name at least one provider';

function nobodyConfigured(): string {
  const variables = providerIds().map((id) => `${variableOf(id, '')}...`);
  return `no provider is configured: set the variables of at least one (${variables.join(', ')})`;
}

function isMentioned(id: string, env: NodeJS.ProcessEnv): boolean {
  const prefix = variableOf(id, '');
  return Object.entries(env).some(([name, text]) => name.startsWith(prefix) && (text ?? '') !== '');
}

function configure(
  id: string,
  module: ProviderModule,
  env: NodeJS.ProcessEnv,
  problems: string[],
): ConfiguredProvider[] {
  const requestsPerSecond = readRate(id, module, env, problems);
  const parsed = module.configSchema.safeParse(env);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`));
    return [];
  }
  const timeoutMs = module.callTimeoutMs?.(parsed.data);
  const timeMs = ACTIVITY_ATTEMPT_TIMEOUT_MS - (looksBeforeSending(module.semantics) ? LOOK_BEFORE_SEND_MS : 0);
  if (timeoutMs !== undefined && timeoutMs >= timeMs) {
    problems.push(
      `${variableOf(id, 'HTTP_TIMEOUT_MS')} must be such that a call takes less than ${timeMs} ms, the time an attempt of an activity has for it`,
    );
  }
  return [{ id, module, config: parsed.data, ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }) }];
}

function readRate(id: string, module: ProviderModule, env: NodeJS.ProcessEnv, problems: string[]): number | undefined {
  const variable = variableOf(id, 'REQUESTS_PER_SECOND');
  const text = env[variable] ?? '';
  if (text === '') return module.requestsPerSecond;
  const rate = POSITIVE_DECIMAL.test(text) ? Number(text) : 0;
  if (rate > 0) return rate;
  problems.push(`${variable} must be a number above 0`);
  return undefined;
}

function variableOf(provider: string, name: string): string {
  return `${provider.toUpperCase().replaceAll('-', '_')}_${name}`;
}
