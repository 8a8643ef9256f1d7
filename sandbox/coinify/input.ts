import { z } from 'zod';
import { MOST_CONTEXT_KEYS } from '../../providers/coinify/layout';
import { fieldProblems } from '../http/control';
import { isZero } from '../http/decimals';
import { jsonOf, type Received } from '../http/passage';
import { CRYPTO, FIAT_USD, MAX_AMOUNT_DECIMALS, MAX_TEXT, SUBACCOUNT } from './config';
import { refusal } from './errors';

/** A text, not blank. */
const text = z.string().max(MAX_TEXT).regex(/\S/, 'must not be empty');

const AMOUNT = new RegExp(`^\\d{1,40}(\\.\\d{1,${MAX_AMOUNT_DECIMALS}})?$`);

/** [?] A decimal above 0, as text, as all amounts of the resource are; a number is refused. */
const amount = z
  .string('must be a decimal string')
  .regex(AMOUNT, 'must be a decimal string')
  .refine((value) => !AMOUNT.test(value) || !isZero(value), 'must be greater than 0');

/** [S] "A key-value hash where both the keys and their values are strings. Can accept up to 50 keys." */
const context = z
  .record(z.string().max(MAX_TEXT), z.string('must be a string').max(MAX_TEXT))
  .refine((value) => Object.keys(value).length <= MOST_CONTEXT_KEYS, `must have at most ${MOST_CONTEXT_KEYS} keys`);

/** [I] The body of a create (docs/providers/coinify.md section 5.1). A field that is not known is refused. */
const newWithdrawal = z.strictObject({
  orderId: text,
  baseAmount: amount,
  baseCurrency: z.string().refine((currency) => Object.hasOwn(FIAT_USD, currency), 'is not a currency'),
  finalCurrency: z.string().refine((currency) => Object.hasOwn(CRYPTO, currency), 'is not a currency'),
  address: text,
  addressTag: text.nullish(),
  customerId: text,
  customerEmail: z.email(),
  context: context.nullish(),
  memo: text.nullish(),
  subaccountId: z
    .string()
    .refine((id) => id === SUBACCOUNT.id, 'is not a sub-account')
    .nullish(),
});
export type NewWithdrawal = z.output<typeof newWithdrawal>;

/** The body of a create, parsed. @throws Refusal 400 that names every wrong field */
export function newWithdrawalOf(received: Received): NewWithdrawal {
  const parsed = newWithdrawal.safeParse(jsonOf(received));
  if (parsed.success) return parsed.data;
  const problems = Object.entries(fieldProblems(parsed.error.issues)).map(
    ([field, [problem]]) => `${field} ${problem}`,
  );
  throw refusal('invalid_request', problems.join('; '));
}
