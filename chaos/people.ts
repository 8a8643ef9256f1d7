import type { Applicant } from '../contract/onboarding';
import { Chance } from './chance';

/** An invented person: email, phone and government id are nobody else's of the same seed. */
export function person(seed: number, clientId: string): Applicant {
  const chance = new Chance(seed, `person ${clientId}`);
  return {
    name: 'Layla Example',
    email: `${clientId}@example.test`,
    phone: `+973${chance.digits(11)}`,
    residency: 'bh',
    citizenship: 'bh',
    placeOfBirth: 'bh',
    birthDate: '1990-01-15',
    governmentId: { number: chance.digits(14), expiresOn: '2041-01-15' },
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
