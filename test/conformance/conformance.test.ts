import { providerIds } from '../../providers/registry';
import type { Check } from './kit';
import { KITS } from './kits';

const FEWEST = 40;

describe.each(providerIds())('%s', (id) => {
  let checks: readonly Check[] = [];

  beforeAll(async () => {
    checks = (await KITS[id]?.()) ?? [];
  }, 300_000);

  test(`passes at least ${FEWEST} checks, and fails none`, () => {
    expect(checks.filter(({ broken }) => broken.length > 0)).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(FEWEST);
  });
});
