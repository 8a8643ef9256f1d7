import { join } from 'node:path';
import { findProvider, providerIds } from '../../providers/registry';
import { declarationChecks, structureChecks, type Check } from '../../scripts/conformance/report';
import { SETTINGS } from '../providers/settings';
import { KITS } from './kits';

const FEWEST = 40;
const ROOT = join(__dirname, '..', '..');

describe.each(providerIds())('%s', (id) => {
  let calls: readonly Check[] = [];

  beforeAll(async () => {
    calls = (await KITS[id]?.()) ?? [];
  }, 300_000);

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
});
