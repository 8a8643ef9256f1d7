import type { ApprovalRule } from '../../contract/approval';
import { unknownAssets } from '../../worker/known-assets';

const rule = (asset: string, provider?: string): ApprovalRule => ({
  asset,
  from: '1',
  approvers: 1,
  ...(provider === undefined ? {} : { provider }),
});
const lists = (...assets: readonly string[]) => ({ assets: () => Promise.resolve(assets) });
const fails = { assets: () => Promise.reject(new Error('away')) };

test('an asset that no provider of a rule has is named by the place of the rule; case makes no difference', async () => {
  const connectors = new Map([
    ['coinmena', lists('USD', 'AED')],
    ['another', lists('EUR')],
  ]);
  const rules = [rule('usd'), rule('EUR'), rule('USDD'), rule('EUR', 'coinmena')];
  expect(await unknownAssets(rules, connectors)).toEqual([
    'GANGWAY_APPROVALS 2.asset: is none that coinmena, another has',
    'GANGWAY_APPROVALS 3.asset: is none that coinmena has',
  ]);
});

test.each([
  ['lists none', {}],
  ['does not answer', fails],
])('a provider that %s may have any', async (_, connector) => {
  const connectors = new Map([
    ['coinmena', lists('USD')],
    ['another', connector],
  ]);
  expect(await unknownAssets([rule('USDD'), rule('USDD', 'another')], connectors)).toEqual([]);
  expect(await unknownAssets([rule('USDD', 'coinmena')], connectors)).toHaveLength(1);
});
