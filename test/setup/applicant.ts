import { createHash } from 'node:crypto';
import type { Applicant } from '../../contract/onboarding';

/** A separate person for each id: unique email, phone and government id. */
export function applicant(partnerClientId: string): Applicant {
  const digest = createHash('sha256').update(partnerClientId).digest();
  const digits =
    String(digest.readUInt32BE(0) % 1e8).padStart(8, '0') + String(digest.readUInt32BE(4) % 1e4).padStart(4, '0');
  return {
    name: 'Layla Example',
    email: `${partnerClientId}@example.test`,
    phone: `+973${digits.slice(0, 11)}`,
    residency: 'bh',
    citizenship: 'bh',
    placeOfBirth: 'bh',
    birthDate: '1990-01-15',
    governmentId: { number: `90${digits}`, expiresOn: '2038-01-15' },
    address: { street: '123 Main St', city: 'Manama', postalCode: '12345', unit: '4A' },
    employment: {
      status: 'employed',
      company: 'Acme Corp',
      industry: 'information_technology_telco',
      level: 'senior',
      title: 'Software Engineer',
    },
    tradingVolume: '10001_25000',
    accountPurposes: ['short_term_trading'],
  };
}
