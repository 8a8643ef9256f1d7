import type { ClientKey } from './records';

/** Finding a client by what only the client knows, without the book knowing it. */
export const BLIND_FIELDS = ['email', 'phone', 'government-id'] as const;
export type BlindField = (typeof BLIND_FIELDS)[number];

/** A field as a keyed hash, and which key made it. */
export interface BlindEntry {
  readonly field: BlindField;
  readonly keyVersion: string;
  /** HMAC-SHA-256 of the field in its one spelling. */
  readonly digest: Buffer;
}

/** What an onboarding's client may be found by. Only that the book cannot be reached is thrown. */
export interface BlindIndex {
  /** Writes what the client is found by from now on, in the place of what there was. */
  register(client: ClientKey, applicant: FoundBy): Promise<void>;
}

/** What of an applicant a client is found by. */
export interface FoundBy {
  readonly email: string;
  readonly phone: string;
  readonly governmentId?: { readonly number: string };
}

/** The fields of an applicant, each in the one spelling that it is hashed in. */
export function blindFields({ email, phone, governmentId }: FoundBy): readonly (readonly [BlindField, string])[] {
  const fields: readonly (readonly [BlindField, string | undefined])[] = [
    ['email', email],
    ['phone', phone],
    ['government-id', governmentId?.number],
  ];
  return fields.flatMap(([field, value]) => {
    const spelled = value === undefined ? undefined : spelledOnce(field, value);
    return spelled === undefined ? [] : [[field, spelled] as const];
  });
}

const LONGEST = 254;

/** The one spelling of a field; undefined if it is none. Case, white space and what stands between digits make no difference. */
export function spelledOnce(field: BlindField, value: string): string | undefined {
  const text = value.normalize('NFKC').trim();
  if (text.length === 0 || text.length > LONGEST) return undefined;
  switch (field) {
    case 'email':
      return /^[^\s@]+@[^\s@]+$/.test(text) ? text.toLowerCase() : undefined;
    case 'phone': {
      // With the country, or it would be another number elsewhere.
      // A zero in parentheses is dialled within the country alone.
      const [, digits = ''] = /^(?:\+|00)([\d\s().\-/]+)$/.exec(text.replace('(0)', '')) ?? [];
      const bare = digits.replaceAll(/\D/g, '');
      return /^[1-9]\d{6,14}$/.test(bare) ? bare : undefined;
    }
    case 'government-id':
      return text.replaceAll(/\s/g, '').toUpperCase();
  }
}
