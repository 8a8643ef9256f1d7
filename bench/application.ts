import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnboardAndFundRequest } from '../contract/onboard-and-fund';
import type { Applicant } from '../contract/onboarding';

/** The specimen documents; bench/ is one level deeper in the compiled tree. */
export const DOCUMENTS = join(__dirname, '..', '..', 'examples', 'documents');

const file = (name: string) => ({ uri: pathToFileURL(join(DOCUMENTS, name)).href });

/** What the benchmark onboards: a separate person for each id, two documents, one deposit. */
export function application(partnerClientId: string): OnboardAndFundRequest {
  return {
    provider: 'coinmena',
    partnerClientId,
    applicant: applicant(partnerClientId),
    documents: [
      { type: 'government_id', front: file('id-front.jpg'), back: file('id-back.jpg') },
      { type: 'proof_of_address', front: file('utility-bill.pdf') },
    ],
    funding: [{ fundingId: `${partnerClientId}-deposit`, kind: 'deposit', asset: 'USD', amount: '250.00' }],
  };
}

/** CoinMENA demands an email, a phone and a government id that no other client has. */
function applicant(id: string): Applicant {
  const digest = createHash('sha256').update(id).digest();
  const digits = (at: number): string => String(digest.readUIntBE(at, 6) % 1e11).padStart(11, '0');
  return {
    name: 'Layla Specimen',
    email: `${id}@example.test`,
    phone: `+973${digits(0)}`,
    residency: 'bh',
    citizenship: 'bh',
    placeOfBirth: 'bh',
    birthDate: '1990-01-15',
    governmentId: { number: `90${digits(6)}`, expiresOn: '2041-01-15' },
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
  };
}
