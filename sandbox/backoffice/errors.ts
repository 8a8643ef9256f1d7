import { jsonAnswer, type Answer } from '../http/answer';
import { Refusal } from '../http/refusal';

/**
 * What the back office refuses with. No code is published: these are invented, in the shapes that its family is known
 * for (docs/providers/backoffice.md section 3).
 */
const REFUSALS = {
  Unauthorized: 401,
  Forbidden: 403,
  ValidationFailed: 400,
  UserNotFound: 404,
  TransferNotFound: 404,
  AssetNotFound: 400,
  InsufficientFunds: 400,
  TransferIsNotAwaitingConfirmation: 400,
  CancellationFailed: 400,
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** Thrown by whoever refuses a call of the back office. */
export function refusal(code: RefusalCode, message: string): Refusal {
  return new Refusal(REFUSALS[code], code, message);
}

/** Thrown by the token endpoint, in OAuth's own words. */
export class TokenRefusal extends Refusal {
  constructor(error: string, status = 400) {
    super(status, error, error);
  }
}

/** [I] 401 and 403 as problem details, the token endpoint in OAuth's words, everything else as a list of errors. */
export function refusalAnswer(refused: Refusal): Answer {
  const { status, code, message, headers } = refused;
  if (refused instanceof TokenRefusal) return jsonAnswer(status, { error: code }, headers);
  if (status === 401 || status === 403) return jsonAnswer(status, problemDetails(status, code), headers);
  return jsonAnswer(status, errorsBody(code, message), headers);
}

function problemDetails(status: number, title: string): object {
  return { type: 'https://tools.ietf.org/html/rfc7235#section-3.1', title, status, traceId: '00-0000-0000-00' };
}

export function errorsBody(code: string, message: string): object {
  return { errors: [{ code, message }] };
}
