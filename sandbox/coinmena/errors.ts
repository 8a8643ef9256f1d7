import { jsonAnswer, type Answer } from '../http/answer';

/**
 * What CoinMENA refuses with. The codes and the three texts 2008, 2012 and 3005 are stated (Funding and Onboarding
 * pages, Error Codes page); of the HTTP statuses only 409 for 2020, 401 and 422 are: the others are inferred
 * (docs/providers/coinmena.md section 13). Codes under 1000 repeat the HTTP status [I].
 */
export const ERRORS = {
  2008: { status: 404, msg: 'Invalid client ID' },
  2009: { status: 400, msg: 'Client is not verified' },
  2010: { status: 400, msg: 'Client is deactivated' },
  2012: { status: 400, msg: 'Invalid asset' },
  2016: { status: 409, msg: 'Duplicate government ID number' },
  2020: { status: 409, msg: 'Duplicate partner order reference' },
  2021: { status: 400, msg: 'Client is under the legal age' },
  2022: { status: 400, msg: 'Invalid residency country' },
  2023: { status: 400, msg: 'Invalid citizenship country' },
  2024: { status: 400, msg: 'Invalid place of birth country' },
  2025: { status: 400, msg: 'Residency visa number and expiry are required' },
  2026: { status: 409, msg: 'Duplicate partner client ID' },
  2027: { status: 409, msg: 'Duplicate email' },
  2028: { status: 409, msg: 'Duplicate phone' },
  3005: { status: 400, msg: 'Insufficient funds for payment' },
  401: { status: 401, msg: 'Unauthorized' },
  404: { status: 404, msg: 'Not found' },
  405: { status: 405, msg: 'Method not allowed' },
  413: { status: 413, msg: 'Request body too large' },
  415: { status: 415, msg: 'Unsupported media type' },
  422: { status: 422, msg: 'Validation error' },
  500: { status: 500, msg: 'Internal server error' },
} as const satisfies Readonly<Record<number, { readonly status: number; readonly msg: string }>>;

export type ErrorCode = keyof typeof ERRORS;

/** [I] The shape of `msg_detail`: messages by field, nested names dotted. */
export type FieldMessages = Readonly<Record<string, readonly string[]>>;

/** Thrown by whoever refuses a request; answered as the error envelope. */
export class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail: FieldMessages | null = null,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(ERRORS[code].msg);
    this.name = 'Refusal';
  }
}

/** The envelope of every error: exactly these fields (Error Codes page). */
export function errorEnvelope(code: number, msg: string, detail: FieldMessages | null): object {
  return { code, msg, msg_detail: detail };
}

export function refusalAnswer(refusal: Refusal): Answer {
  const { status, msg } = ERRORS[refusal.code];
  return jsonAnswer(status, errorEnvelope(refusal.code, msg, refusal.detail), refusal.headers);
}
