import { GangwayError } from '../../client';
import {
  readApplication,
  readFundingInput,
  readOnboardAndFund,
  readReceivingRequest,
} from '../../client/flow/requests';
import type { Capability } from '../../contract/provider';
import { PROVIDERS } from '../../providers/registry';
import { applicant } from '../setup/applicant';

/** What a provider lacks is refused before anything is started, in a sentence. */

const MODULES = [...PROVIDERS.values()];
const withoutCapability = (capability: Capability): readonly string[] =>
  MODULES.filter(({ semantics }) => !semantics.capabilities.includes(capability)).map(
    ({ semantics }) => semantics.provider,
  );

function refusalOf(read: () => unknown): GangwayError {
  try {
    read();
  } catch (error) {
    if (error instanceof GangwayError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function application(provider: string) {
  return { provider, partnerClientId: 'c-1', applicant: applicant('c-1'), documents: [] };
}

const money = { fundingId: 'f-1', partnerClientId: 'c-1', asset: 'USD', amount: '1.00' };

test.each(withoutCapability('create-client'))('%s onboards nobody', (provider) => {
  const { code, fields } = refusalOf(() => readApplication(application(provider)));
  expect(code).toBe('INVALID_REQUEST');
  const problem = `${provider} has no call that creates a client: its clients are made elsewhere`;
  expect(fields).toEqual(expect.arrayContaining([{ field: 'provider', problem }]));
});

test.each(withoutCapability('deposit'))(
  '%s has no deposit call, and says where to go where there is a way',
  (provider) => {
    const { fields } = refusalOf(() => readFundingInput({ ...money, provider, kind: 'deposit' }));
    const observed = !withoutCapability('receive-deposit').includes(provider);
    const problem = observed
      ? `${provider} has no deposit call: money is wired in and observed; use \`gangway receive\``
      : `${provider} has no deposit call`;
    expect(fields).toEqual([{ field: 'provider', problem }]);
  },
);

test.each(withoutCapability('receive-deposit'))('%s shows no deposits that arrive by themselves', (provider) => {
  const { fields } = refusalOf(() => readReceivingRequest({ ...money, provider }));
  const called = !withoutCapability('deposit').includes(provider);
  const problem = `${provider} does not show deposits that arrive by themselves${called ? '; use `gangway fund deposit`' : ''}`;
  expect(fields).toEqual([{ field: 'provider', problem }]);
});

test('a chain is refused for a movement that its provider lacks, beside whatever else is wrong', () => {
  const details = { customerType: 'INDIVIDUAL', consent: { reference: 'c-1', agreedAt: '2026-06-01T08:00:00Z' } };
  const { fundingId, asset, amount } = money;
  const funding = [{ fundingId, asset, amount, kind: 'deposit' }];
  const { fields } = refusalOf(() => readOnboardAndFund({ ...application('oceafin'), details, funding }));
  expect(fields).toEqual([{ field: 'provider', problem: expect.stringContaining('use `gangway receive`') }]);
});
