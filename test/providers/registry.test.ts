import { CAPABILITIES } from '../../contract/provider';
import { callProblems } from '../../providers/required-calls';
import { findProvider, PROVIDERS, providerIds } from '../../providers/registry';
import { SETTINGS } from './settings';

describe.each(providerIds())('%s', (id) => {
  const module = findProvider(id);
  if (module === undefined) throw new Error('listed and not found');
  const connector = module.create(module.configSchema.parse(SETTINGS[id]));

  afterAll(() => connector.close());

  test('has every call that it declares, and none that it does not', () => {
    expect(callProblems(module, connector)).toEqual([]);
  });

  test('declares each capability once, and only those that there are', () => {
    const { capabilities } = module.semantics;
    expect(new Set(capabilities).size).toBe(capabilities.length);
    expect(capabilities.filter((capability) => !CAPABILITIES.includes(capability))).toEqual([]);
  });

  test('needs of orders go with the capabilities that they rest on', () => {
    const { capabilities, quotes = [], confirms = [] } = module.semantics;
    expect(capabilities.includes('quote')).toBe(quotes.length > 0);
    expect(capabilities.includes('confirm-order')).toBe(confirms.length > 0);
    expect([...quotes, ...confirms].filter((kind) => !capabilities.includes(kind))).toEqual([]);
  });

  test('is registered under its own name', () => {
    expect(module.semantics.provider).toBe(id);
    expect(PROVIDERS.get(id)).toBe(module);
    expect(module.name).not.toBe('');
  });

  test('reads only variables that start with its id: by them a worker knows whether it is set up', () => {
    const prefix = `${id.toUpperCase().replaceAll('-', '_')}_`;
    expect(Object.keys(SETTINGS[id] ?? {}).filter((name) => !name.startsWith(prefix))).toEqual([]);
  });

  test('names what moves money: none of its settings can do without it', () => {
    expect(module.moneyCredentials.length).toBeGreaterThan(0);
    for (const { variable } of module.moneyCredentials) {
      const without = { ...SETTINGS[id], [variable]: undefined, [`${variable}_FILE`]: undefined };
      expect(module.configSchema.safeParse(without).success).toBe(false);
    }
  });

  test('verifies callbacks without any of it, and not without what they are verified with', () => {
    const { callbacks, moneyCredentials, semantics } = module;
    expect(callbacks !== undefined).toBe(semantics.capabilities.includes('callbacks'));
    const secrets = Object.entries(SETTINGS[id] ?? {}).filter(
      ([name]) => !moneyCredentials.some(({ variable }) => name === variable || name === `${variable}_FILE`),
    );
    expect(callbacks?.safeParse(Object.fromEntries(secrets)).success).not.toBe(false);
    expect(callbacks?.safeParse({}).success).not.toBe(true);
  });

  test('refuses to be made of nothing', () => {
    expect(module.configSchema.safeParse({}).success).toBe(false);
  });
});

test('an unknown provider is not found', () => {
  expect(findProvider('nobody')).toBeUndefined();
  expect(findProvider('constructor')).toBeUndefined();
});
