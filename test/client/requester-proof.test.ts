import { RequesterKeys } from '../../client/requester-proof';
import type { FundingInput } from '../../contract/funding';

const [secret, next, foreign] = [1, 2, 3].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`);
const keys = new RequesterKeys([secret ?? '']);
const input: FundingInput = {
  provider: 'coinmena',
  fundingId: 'payout-7',
  kind: 'withdrawal',
  partnerClientId: 'user-1',
  asset: 'USD',
  amount: '5000.00',
  details: { account: { iban: 'x', owner: 'y' } },
};
const signed = keys.sign(input, 'ops-1');

test('a request that was signed is proven, in whatever order its fields come back', () => {
  const { details: _details, provider, ...others } = signed;
  expect(keys.proves(signed)).toBe(true);
  expect(keys.proves({ ...others, details: { account: { owner: 'y', iban: 'x' } }, provider })).toBe(true);
});

test.each<[string, object]>([
  ['requester', { requestedBy: 'ops-2' }],
  ['requester in another spelling', { requestedBy: 'OPS-1' }],
  ['intent', { fundingId: 'payout-8' }],
  ['provider', { provider: 'oceafin' }],
  ['client', { partnerClientId: 'user-2' }],
  ['amount', { amount: '5000.01' }],
  ['destination', { details: { account: { iban: 'z', owner: 'y' } } }],
  ['policy', { policy: { maxRefs: 50 } }],
  ['proof', { requesterProof: '0'.repeat(64) }],
  ['proof that is none', { requesterProof: 'ops-1' }],
])('of another %s it is not', (_, but) => {
  expect(keys.proves({ ...signed, ...but })).toBe(false);
});

test('nothing is proven without a name, a proof or the secret', () => {
  const { requesterProof: _proof, ...named } = signed;
  const { requestedBy: _name, ...nameless } = signed;
  expect(keys.proves(named)).toBe(false);
  expect(keys.proves(nameless)).toBe(false);
  expect(new RequesterKeys([foreign ?? '']).proves(signed)).toBe(false);
  expect(new RequesterKeys([]).proves(signed)).toBe(false);
  expect(new RequesterKeys([]).sign(input, 'ops-1')).toEqual({ ...input, requestedBy: 'ops-1' });
});

test('while a secret is rotated both prove, and the first signs', () => {
  const rotating = new RequesterKeys([next ?? '', secret ?? '']);
  expect(rotating.proves(signed)).toBe(true);
  expect(keys.proves(rotating.sign(input, 'ops-1'))).toBe(false);
});
