import { z } from 'zod';
import { addressProblem, tagProblem, type NetworkName } from '../destinations';
import { text as textOf } from '../../inputs/fields';
import type { ProviderInputs } from '../../inputs/provider-inputs';
import { CUSTOMER_EMAIL_IS_REQUIRED, MAX_TEXT, NETWORKS, UNKNOWN_CURRENCIES } from './assumptions';
import { MOST_CONTEXT_KEYS } from './layout';

/** What a withdrawal needs beyond other movements. Everything in a request comes from here. */

const text = textOf(MAX_TEXT.value);
const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "may hold letters, digits, '.', '_' and '-' only");

/** Public information at Coinify: nothing personal belongs here (Withdrawals resource page). */
const context = z.record(text, text).check(({ value, issues }) => {
  if (Object.keys(value).length <= MOST_CONTEXT_KEYS) return;
  issues.push({ code: 'custom', message: `must have at most ${MOST_CONTEXT_KEYS} keys`, input: value });
});

const email = z
  .email({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a mail address') })
  .max(MAX_TEXT.value);

/**
 * `Intent.details`: where the money goes, and as what. The intent's asset is the fiat currency that it is taken from.
 * Only the shape is checked here: it must read a withdrawal that was sent, even if more is known about destinations
 * since.
 */
export const withdrawalDetails = z.strictObject({
  /** Ticker of the cryptocurrency that the address receives. */
  finalCurrency: z.string().regex(/^[A-Z0-9]{2,12}$/, 'must be a ticker in capitals, such as USDC'),
  /** What it must look like, its networks say. */
  address: z.string().min(1).max(MAX_TEXT.value),
  /** Destination tag or memo, if the network has them. */
  addressTag: text.exactOptional(),
  customerEmail: CUSTOMER_EMAIL_IS_REQUIRED.value ? email : email.exactOptional(),
  context: context.exactOptional(),
  /** Description for people. */
  memo: text.exactOptional(),
  subaccountId: id.exactOptional(),
});
export type WithdrawalDetails = z.output<typeof withdrawalDetails>;

const NETWORKS_OF: ReadonlyMap<string, readonly NetworkName[]> = new Map(Object.entries(NETWORKS.value));

/** The networks that a currency is sent on; undefined if the currency is not known. */
export function networksOf(currency: string): readonly NetworkName[] | undefined {
  return NETWORKS_OF.get(currency);
}

/** Details whose money can arrive. */
const sendable = withdrawalDetails.check(({ value, issues }) => {
  const { finalCurrency, address, addressTag } = value;
  const networks = networksOf(finalCurrency);
  const problems = {
    address: addressProblem(networks, address, UNKNOWN_CURRENCIES.value),
    addressTag: addressTag === undefined ? undefined : tagProblem(networks, addressTag),
  };
  for (const [field, message] of Object.entries(problems)) {
    if (message !== undefined) issues.push({ code: 'custom', message, path: [field], input: undefined });
  }
});

export const inputs: ProviderInputs = {
  movementDetails: { withdrawal: sendable },
  destinationOf: ({ details }) => {
    const { finalCurrency, address, addressTag } = withdrawalDetails.parse(details);
    return `the ${finalCurrency} address ${address}${addressTag === undefined ? '' : `, tag ${addressTag}`}`;
  },
};
