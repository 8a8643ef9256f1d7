import type { ApprovalRequest } from '../../../contract/approval';
import type { CancelRequest, FundingRequest, ResolveRequest } from '../../../contract/funding';
import type { OnboardAndFundRequest } from '../../../contract/onboard-and-fund';
import type { Application } from '../../../contract/onboarding';
import { DEFAULT_PROVIDER } from '../../../providers/registry';
import type { ComponentName } from './components';

/** What the document shows as an example of a request. */

const application: Application = {
  provider: DEFAULT_PROVIDER,
  partnerClientId: 'user-1',
  applicant: {
    name: 'Amina Specimen',
    email: 'amina.specimen@example.test',
    phone: '+97300000001',
    residency: 'bh',
    citizenship: 'bh',
    placeOfBirth: 'bh',
    birthDate: '1990-01-15',
    governmentId: { number: '900000001', expiresOn: '2041-01-15' },
    address: { street: '123 Example Street', city: 'Manama', postalCode: '12345', unit: '4A' },
    employment: {
      status: 'employed',
      company: 'Example Works',
      industry: 'information_technology_telco',
      level: 'senior',
      title: 'Software Engineer',
    },
    tradingVolume: '10001_25000',
    accountPurposes: ['short_term_trading'],
  },
  documents: [{ type: 'government_id', front: { uri: 'https://files.example.test/user-1/id-front.jpg' } }],
};

const signup: OnboardAndFundRequest = {
  ...application,
  funding: [{ fundingId: 'deposit-1', kind: 'deposit', asset: 'USD', amount: '1000.00' }],
};

const intent: FundingRequest = {
  provider: DEFAULT_PROVIDER,
  fundingId: 'deposit-2',
  kind: 'deposit',
  partnerClientId: 'user-1',
  asset: 'USD',
  amount: '250.00',
};

const resolution: Omit<ResolveRequest, 'by'> = { action: 'retry', reason: 'the client is verified now' };
const approval: Omit<ApprovalRequest, 'by'> = { reason: 'invoice 7 checked' };
const cancellation: Omit<CancelRequest, 'by'> = { reason: 'asked for by mistake' };

export const EXAMPLES: Partial<Record<ComponentName, object>> = {
  Application: application,
  OnboardAndFund: signup,
  Signup: signup,
  Intent: intent,
  Resolution: resolution,
  Approval: approval,
  Cancellation: cancellation,
  Information: { information: { purpose: 'invoice 7' }, reason: 'the provider asked what it is for' },
  Amendment: { patch: { applicant: { birthDate: '1990-01-16' } }, reason: 'a slip of the pen' },
};
