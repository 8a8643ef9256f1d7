import type { Capability } from '../../contract/provider';
import { CAPABILITIES } from '../../contract/provider';
import type { ProviderConnector } from '../../providers/port';
import { findProvider, PROVIDERS, providerIds } from '../../providers/registry';
import { environment } from './coinmena-fixtures';

/** Which methods a capability stands for. What a new provider still lacks is named here. */
const METHODS: Record<Capability, readonly (keyof ProviderConnector)[]> = {
  'create-client': ['createClient'],
  'upload-documents': ['uploadDocument', 'listDocuments', 'findDocument'],
  'read-client': ['readClient', 'compareClient'],
  'activate-client': ['activateClient'],
  deposit: ['submitOrder', 'checkFunding'],
  withdrawal: ['submitOrder', 'checkFunding'],
  balances: ['readBalance'],
  assets: ['checkFunding'],
  countries: ['checkApplication'],
};

/** Settings under which each provider's connector can be made. */
const ENVIRONMENTS: Readonly<Record<string, object>> = { coinmena: environment() };

describe.each(providerIds())('%s', (id) => {
  const module = findProvider(id);
  if (module === undefined) throw new Error('listed and not found');
  const connector = module.create(module.configSchema.parse(ENVIRONMENTS[id]));

  afterAll(() => connector.close());

  test.each(CAPABILITIES)('%s has its methods where it is declared', (capability) => {
    const declared = module.semantics.capabilities.includes(capability);
    for (const method of METHODS[capability]) {
      if (declared) expect(typeof connector[method]).toBe('function');
    }
    expect(module.semantics.capabilities.filter((one) => one === capability)).toHaveLength(declared ? 1 : 0);
  });

  test('an order can be found again', () => {
    const { orderLookup, capabilities } = module.semantics;
    const movesMoney = capabilities.includes('deposit') || capabilities.includes('withdrawal');
    expect(movesMoney && orderLookup === 'by-ref' ? typeof connector.findOrder : 'function').toBe('function');
  });

  test('is registered under its own name', () => {
    expect(module.semantics.provider).toBe(id);
    expect(PROVIDERS.get(id)).toBe(module);
  });

  test('refuses to be made of nothing', () => {
    expect(module.configSchema.safeParse({}).success).toBe(false);
  });
});

test('an unknown provider is not found', () => {
  expect(findProvider('nobody')).toBeUndefined();
  expect(findProvider('constructor')).toBeUndefined();
});
