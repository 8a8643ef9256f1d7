import { join } from 'node:path';
import { findProvider, providerIds } from '../../providers/registry';
import { declarationChecks, structureChecks, type Check } from '../../scripts/conformance/report';
import { SETTINGS } from '../providers/settings';
import { triesIdentity } from './identity';
import { KITS } from './kits';
import { listen } from './said';

const FEWEST = 40;
const ROOT = join(__dirname, '..', '..');

describe.each(providerIds())('%s', (id) => {
  let calls: readonly Check[] = [];
  let said: readonly string[] = [];

  beforeAll(async () => {
    const listening = listen(/\/providers\//);
    try {
      calls = (await KITS[id]?.()) ?? [];
    } finally {
      said = listening.stop();
    }
  }, 600_000);

  const failed = (checks: readonly Check[]): readonly Check[] => checks.filter(({ broken }) => broken.length > 0);

  test('has all that a provider has', () => {
    expect(failed(structureChecks(ROOT, id))).toEqual([]);
  });

  test('declares what holds together, and has what it declares', () => {
    const module = findProvider(id);
    if (module === undefined) throw new Error('listed and not found');
    expect(failed(declarationChecks(module, SETTINGS[id]))).toEqual([]);
  });

  test(`its calls pass at least ${FEWEST} checks, and fail none`, () => {
    expect(failed(calls)).toEqual([]);
    expect(calls.length).toBeGreaterThanOrEqual(FEWEST);
  });

  test('if it creates clients, it is held to whose they are', () => {
    const creates = findProvider(id)?.semantics.capabilities.includes('create-client');
    expect(triesIdentity(calls)).toBe(creates);
  });

  test('it logs nothing of its own: neither secrets nor people can be in what is not said', () => {
    expect(said).toEqual([]);
  });
});

test('what is said is heard', () => {
  const listening = listen(/conformance\.test/);
  console.info('to the console');
  process.stderr.write('');
  expect(listening.stop()).toEqual(["[ 'to the console' ]", '']);
});
