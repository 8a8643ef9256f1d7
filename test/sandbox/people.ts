import { sendForm, sendJson, type FormPart, type Sent } from './signing';

/** A client that CoinMENA's example describes, one of a kind for each `partnerClientId`. */
export function person(partnerClientId: string, but: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const digits = Array.from(partnerClientId).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e8, 7);
  const number = String(digits).padStart(8, '0');
  return {
    partner_client_id: partnerClientId,
    account_type: 'personal',
    name: 'John Doe',
    email: `${partnerClientId}@example.test`,
    phone: `+973${number}`,
    residency_id: 'bh',
    citizenship_id: 'bh',
    place_of_birth_id: 'bh',
    birth_date: '1990-01-15',
    government_id_number: `9001${number}`,
    government_id_doe: '2038-01-15',
    address: { street: '123 Main St', city: 'Manama', postal_code: '12345', unit: '4A' },
    employment: {
      status: 'employed',
      company: 'Acme Corp',
      job_industry: 'information_technology_telco',
      job_level: 'senior',
      job_title: 'Software Engineer',
    },
    trading_volume: '10001_25000',
    account_purpose: ['short_term_trading', 'converting_crypto_to_fiat'],
    ...but,
  };
}

export function create(url: string, partnerClientId: string, but?: Readonly<Record<string, unknown>>): Promise<Sent> {
  return sendJson(url, 'POST', '/v1/partner/clients', person(partnerClientId, but));
}

export interface Movement {
  readonly client: string;
  readonly ref: string;
  readonly amount?: string;
  readonly asset?: string;
}

export function funding({ client, ref, amount = '1000.00', asset = 'USD' }: Movement): Record<string, string> {
  return { partner_client_id: client, asset_id: asset, amount, partner_order_ref: ref };
}

export function deposit(url: string, movement: Movement): Promise<Sent> {
  return sendJson(url, 'POST', '/v1/partner/deposits', funding(movement));
}

export function withdraw(url: string, movement: Movement): Promise<Sent> {
  return sendJson(url, 'POST', '/v1/partner/withdrawals', funding(movement));
}

export const FILES = {
  jpeg: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x0d, 0x0a, 0x0d, 0x0a, 0x2d, 0x2d]),
  png: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00]),
  heic: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
  heif: Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0mif1heif', 'latin1'),
  pdf: Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'),
} as const;

export function filePart(name: string, value: Buffer, mime: string): FormPart {
  return { name, value, filename: `${name}.bin`, mime };
}

export function uploadId(url: string, client: string): Promise<Sent> {
  return sendForm(url, `/v1/partner/clients/${client}/documents`, [
    { name: 'type', value: 'government_id' },
    filePart('front_file', FILES.jpeg, 'image/jpeg'),
    filePart('back_file', FILES.png, 'image/png'),
  ]);
}
