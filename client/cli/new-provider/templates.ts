/** The files of a connector that does nothing yet, by their path in its folder. `id` is checked. */
export function connectorFiles(id: string): Readonly<Record<string, string>> {
  const constant = id.toUpperCase().replaceAll('-', '_');
  const camel = id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const pascal = `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`;
  return {
    'README.md': `# providers/${id}\n\nWhat the API is known to be: docs/providers/${id}.md. What is still missing: \`npm run conformance ${id}\`.\n`,
    'errors.ts': `/** The provider's id, as refs, task queues and settings have it. */
export const PROVIDER_ID = '${id}';
`,
    'assumptions.ts': `import { assumed } from '../assumption';

/** Every fact that no document states and that the connector relies on: one constant each. */
export const SETTLE_WINDOW_MS = assumed({
  about: 'For how long a look-up may miss an accepted order, in milliseconds',
  value: 10_000,
  mark: 'unknown',
  because: 'no document says; to be measured',
});

export const ASSUMPTIONS = [SETTLE_WINDOW_MS];
`,
    'config.ts': `import { z } from 'zod';
import { baseUrl, isOpenToEavesdroppers, wholeNumber, withoutEmpty } from '../http/settings';

/** Everything the connector is told. */
export interface ${pascal}Config {
  /** Scheme, host and port; nothing more. */
  readonly origin: string;
  readonly httpTimeoutMs: number;
}

const variables = z.object({
  ${constant}_BASE_URL: baseUrl('https://api.example.com'),
  ${constant}_HTTP_TIMEOUT_MS: wholeNumber(100, 60_000).default(20_000),
});

/** Reads the settings from environment variables; every problem is reported at once, by its variable. */
export const configSchema: z.ZodType<${pascal}Config> = z.unknown().transform((env, context): ${pascal}Config => {
  const read = variables.safeParse(withoutEmpty(env));
  const report = (path: readonly PropertyKey[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  for (const { path, message } of read.error?.issues ?? []) report(path, message);
  if (!read.success) return z.NEVER;
  const url = new URL(read.data.${constant}_BASE_URL);
  if (isOpenToEavesdroppers(url)) report(['${constant}_BASE_URL'], 'must be https:, except on this machine');
  return { origin: url.origin, httpTimeoutMs: read.data.${constant}_HTTP_TIMEOUT_MS };
});
`,
    'schemas.ts': `import { z } from 'zod';

/** What the API answers. New fields are not an error. */
export const order = z.looseObject({ id: z.string(), status: z.string() });
export type WireOrder = z.output<typeof order>;
`,
    'mapping.ts': `import type { OrderState } from '../../contract/funding';

/** The state of an order by the provider's own word; a word never seen only waits. */
export function stateOf(status: string): OrderState {
  switch (status) {
    case 'completed':
      return 'completed';
    default:
      return 'open';
  }
}
`,
    'client.ts': `import type { ${pascal}Config } from './config';

/** The API: one typed method for each operation. Each call is sent once; only Temporal retries. */
export class ${pascal}Api {
  constructor(readonly config: ${pascal}Config) {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}
`,
    'connector.ts': `import type { ProviderConnector } from '../port';
import { ${pascal}Api } from './client';
import type { ${pascal}Config } from './config';

/** The provider as the port has it. Groups of calls come here: orders, clients, documents, received, balances. */
export class ${pascal}Connector implements ProviderConnector {
  readonly #api: ${pascal}Api;

  constructor(config: ${pascal}Config) {
    this.#api = new ${pascal}Api(config);
  }

  async close(): Promise<void> {
    await this.#api.close();
  }
}
`,
    'index.ts': `import type { ProviderModule } from '../port';
import { ASSUMPTIONS, SETTLE_WINDOW_MS } from './assumptions';
import { configSchema, type ${pascal}Config } from './config';
import { ${pascal}Connector } from './connector';
import { PROVIDER_ID } from './errors';

export const ${camel}: ProviderModule<${pascal}Config> = {
  name: '${pascal}',
  semantics: {
    provider: PROVIDER_ID,
    // What it offers, and what the conformance report then asks of the connector.
    capabilities: ['withdrawal'],
    // What a second order under a ref does: rejects, replays or duplicates. The most careful guess stands here.
    repeatedRef: 'duplicates',
    orderLookup: 'by-listing',
    settlement: 'later',
    settleWindowMs: SETTLE_WINDOW_MS.value,
    maxRefLength: 64,
    maxAmountDecimals: 2,
    immutableAfterCreate: [],
  },
  configSchema,
  requestsPerSecond: undefined,
  callTimeoutMs: ({ httpTimeoutMs }) => httpTimeoutMs,
  assumptions: ASSUMPTIONS,
  // Name here what its calls are signed or let in with: the gateway does not get it.
  moneyCredentials: [],
  create: (config) => new ${pascal}Connector(config),
};
`,
  };
}
