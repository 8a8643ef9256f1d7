import { jsonAnswer, type Answer } from '../http/answer';
import { Refusal } from '../http/refusal';

/**
 * What the sandbox refuses with. No page tells the Payment API's errors: the envelope is that of Coinify's other APIs
 * [I], the codes are invented [?] (docs/providers/coinify.md section 3).
 */
const ERROR_STATUS = {
  api_key_required: 401,
  api_key_invalid: 401,
  invalid_request: 400,
  not_found: 404,
  order_id_not_unique: 409,
  insufficient_balance: 422,
  invalid_address: 422,
  invalid_address_tag: 422,
  amount_too_low: 422,
  amount_too_large: 422,
  currency_unavailable: 422,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

/** A refusal with one of Coinify's codes. */
export function refusal(code: ErrorCode, description: string): Refusal {
  return new Refusal(ERROR_STATUS[code], code, description);
}

export function errorBody(error: string, description: string): object {
  return { error, error_description: description, error_uri: 'https://coinify.readme.io/' };
}

export function refusalAnswer({ status, code, message, headers }: Refusal): Answer {
  return jsonAnswer(status, errorBody(code, message), headers);
}
