import type { InspectedDocument, Applicant } from '../../contract/onboarding';
import { configSchema, type CoinmenaConfig } from '../../providers/coinmena/config';
import type { NewClient } from '../../providers/port';
import { ProviderError } from '../../providers/provider-error';
import { HTTP_TIMEOUT_MS } from '../setup/http-timeouts';

/** The seed of RFC 8032 TEST 1, public and for tests only; the sandbox's default key. */
export const TEST_SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

export function environment(
  over: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | undefined> {
  return {
    COINMENA_BASE_URL: 'http://127.0.0.1:9',
    COINMENA_PARTNER_ID: 'sandbox-partner',
    COINMENA_PRIVATE_KEY: TEST_SEED,
    COINMENA_HTTP_TIMEOUT_MS: String(HTTP_TIMEOUT_MS),
    ...over,
  };
}

export function configFor(origin: string, over: Readonly<Record<string, string | undefined>> = {}): CoinmenaConfig {
  return configSchema.parse(environment({ COINMENA_BASE_URL: origin, ...over }));
}

/** An applicant with all that CoinMENA demands. */
export type CompleteApplicant = Required<Omit<Applicant, 'residencyVisa'>> & Pick<Applicant, 'residencyVisa'>;

/** The person of CoinMENA's example; every id makes another one. */
export function applicant(id: string, over: Partial<Applicant> = {}): CompleteApplicant {
  const digits = Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e8, 7);
  const number = String(digits).padStart(8, '0');
  return {
    name: 'John Doe',
    email: `${id}@example.test`,
    phone: `+973${number}`,
    residency: 'bh',
    citizenship: 'bh',
    placeOfBirth: 'bh',
    birthDate: '1990-01-15',
    governmentId: { number: `9001${number}`, expiresOn: '2038-01-15' },
    address: { street: '123 Main St', city: 'Manama', postalCode: '12345', unit: '4A' },
    employment: {
      status: 'employed',
      company: 'Acme Corp',
      industry: 'information_technology_telco',
      level: 'senior',
      title: 'Software Engineer',
    },
    tradingVolume: '10001_25000',
    accountPurposes: ['short_term_trading', 'converting_crypto_to_fiat'],
    ...over,
  };
}

export function newClient(
  id: string,
  over: Partial<Applicant> = {},
): NewClient & { readonly applicant: CompleteApplicant } {
  return { partnerClientId: id, applicant: applicant(id, over) };
}

export function inspected(type: string, sha256: string, back?: string): InspectedDocument {
  const file = (hash: string) => ({ uri: 'file:///x', sha256: hash, mime: 'image/jpeg', bytes: 100 });
  return { type, front: file(sha256), ...(back === undefined ? {} : { back: file(back) }) };
}

/** The ProviderError that a call ends in. */
export async function providerErrorOf(calling: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await calling.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, got ${String(error)}`);
  return error;
}
