import { z } from 'zod';
import { text as textOf } from '../../inputs/fields';
import { jsonObject } from '../../inputs/json';
import type { ProviderInputs } from '../../inputs/provider-inputs';
import { canonicalJson } from './canonical-json';
import { bankAccountProblems, networkProblem, walletProblems, type DestinationProblem } from './destinations';
import { CUSTOMER_TYPES } from './wire/customers';

/**
 * What Oceafin needs in an application and in a movement beyond other providers: what the partner attests, what its
 * user agreed to and approved, bank accounts and wallets. Everything in a request comes from here: nothing depends on a
 * clock or on chance, so that a retry carries the same bytes.
 */

const text = textOf();
/** Checked further in destinations.ts. */
const number = z.string().min(1).max(64);
const code = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "may hold letters, digits, '.', '_' and '-' only");
const instant = z.iso.datetime({
  offset: true,
  error: 'must be a date-time with an offset, such as 2026-06-28T00:00:00Z',
});

/** The longest part of a request that the caller shapes, in characters of its JSON. */
const LONGEST_FREE = 20_000;

/** An object whose fields are Oceafin's: handed on as it is. Numbers are whole; amounts are text. */
const free = jsonObject.check((context) => {
  const problem = freeProblem(context.value);
  if (problem !== undefined) context.issues.push({ code: 'custom', message: problem, input: context.value });
});

function freeProblem(value: unknown): string | undefined {
  try {
    return canonicalJson(value).length > LONGEST_FREE ? 'is too large' : undefined;
  } catch {
    return 'may hold whole numbers only; write others as text';
  }
}

/** What the person was shown and agreed to: consent evidence (Customers And Onboarding page). */
const consent = z.strictObject({ reference: code, agreedAt: instant });

/** Beside `attestedByClientId`, which is the partner's own client id. */
const attestation = z.strictObject({ attestedAt: instant, reference: code.exactOptional() });

const common = {
  consent,
  attestation: attestation.exactOptional(),
  /** `additionalPersonalDetails` or `additionalCorporationDetails`, and what a reviewer asked for later. */
  additional: free.exactOptional(),
  metadata: z.record(code, text).exactOptional(),
};

const individual = z.strictObject({ ...common, customerType: z.literal('INDIVIDUAL') });

const corporate = z.strictObject({
  ...common,
  customerType: z.literal('CORPORATE'),
  corporation: z.strictObject({
    legalName: text,
    registrationNumber: text,
    country: code,
    other: free.exactOptional(),
  }),
  contactPerson: free,
  keyPersons: z.array(free).min(1).max(50).readonly(),
});

/** `Application.details`. */
export const applicationDetails = z.discriminatedUnion('customerType', [individual, corporate]);
export type ApplicationDetails = z.output<typeof applicationDetails>;

/**
 * Proof that the user, or somebody entitled, approved this very movement; its subject is filled in from the movement.
 */
const authorization = z.strictObject({ approvedBy: code, approvedAt: instant, evidenceReference: code });
export type Authorization = z.output<typeof authorization>;

const bankAccount = z.strictObject({
  accountNumber: number,
  accountHolderName: text,
  bankName: text,
  bankCountry: number,
  swiftCode: number.exactOptional(),
  routingNumber: number.exactOptional(),
  /** The holder, if the account is somebody else's. */
  thirdPartyBeneficiary: free.exactOptional(),
});
export type BankAccountDetails = z.output<typeof bankAccount>;

const exactlyOne =
  <Name extends string>(one: Name, other: Name) =>
  (context: z.core.ParsePayload<Partial<Record<Name, unknown>>>): void => {
    if ((context.value[one] === undefined) !== (context.value[other] === undefined)) return;
    const message = `must hold ${one} or ${other}, and not both`;
    context.issues.push({ code: 'custom', message, input: context.value });
  };

const fiatWithdrawal = z
  .strictObject({
    rail: z.literal('fiat'),
    bankAccountId: code.exactOptional(),
    bankAccount: bankAccount.exactOptional(),
    purpose: text.exactOptional(),
    /** What Oceafin asks for before it lets money out in a currency. */
    activationInformation: free.exactOptional(),
    authorization,
  })
  .check(exactlyOne('bankAccountId', 'bankAccount'));

const wallet = z.strictObject({
  name: text,
  network: code,
  address: text,
  beneficiary: free.exactOptional(),
});
export type WalletDetails = z.output<typeof wallet>;

const cryptoWithdrawal = z
  .strictObject({
    rail: z.literal('crypto'),
    beneficiaryId: code.exactOptional(),
    wallet: wallet.exactOptional(),
    authorization,
  })
  .check(exactlyOne('beneficiaryId', 'wallet'));

/**
 * `Intent.details` of a withdrawal: to a bank account or to a wallet. Only the shape is checked here: it must read a
 * withdrawal that was sent, even if more is known about destinations since.
 */
export const withdrawalDetails = z.discriminatedUnion('rail', [fiatWithdrawal, cryptoWithdrawal]);
export type FiatWithdrawalDetails = z.output<typeof fiatWithdrawal>;
export type CryptoWithdrawalDetails = z.output<typeof cryptoWithdrawal>;

/** Details whose money can arrive. */
const sendableWithdrawal = z.discriminatedUnion('rail', [
  fiatWithdrawal.check(({ value: { bankAccount: given }, issues }) => {
    if (given !== undefined) issues.push(...issuesIn('bankAccount', bankAccountProblems(given)));
  }),
  cryptoWithdrawal.check(({ value: { wallet: given }, issues }) => {
    if (given !== undefined) issues.push(...issuesIn('wallet', walletProblems(given)));
  }),
]);

function issuesIn(field: string, problems: readonly DestinationProblem[]): z.core.$ZodRawIssue[] {
  return problems.map(({ path, problem }) => ({
    code: 'custom',
    message: problem,
    path: [field, ...path],
    input: undefined,
  }));
}

/** A wallet must be on a network that the asset is sent on. */
const withdrawalUnderAsset = z
  .object({ asset: z.string(), details: withdrawalDetails })
  .check(({ value: { asset, details }, issues }) => {
    const network = details.rail === 'crypto' ? details.wallet?.network : undefined;
    const problem = network === undefined ? undefined : networkProblem(asset, network);
    if (problem !== undefined) issues.push(...issuesIn('details', [{ path: ['wallet', 'network'], problem }]));
  });

/** `Intent.details` of a conversion. */
export const conversionDetails = z.strictObject({ toAsset: code, authorization });
export type ConversionDetails = z.output<typeof conversionDetails>;

/** Of an expected deposit: what an application for its account is to say. */
export const receivingDetails = z.strictObject({ purpose: text.exactOptional(), additional: free.exactOptional() });

export const inputs: ProviderInputs = {
  applicationDetails,
  movementDetails: { withdrawal: sendableWithdrawal, conversion: conversionDetails, receive: receivingDetails },
  detailsUnderAsset: { withdrawal: withdrawalUnderAsset },
  information: free,
  destinationOf: ({ kind, details }) => (kind === 'withdrawal' ? placeOf(withdrawalDetails.parse(details)) : undefined),
};

/** Characters of an account's number that are told to people. */
const SHOWN = 4;

function placeOf(withdrawal: z.output<typeof withdrawalDetails>): string {
  switch (withdrawal.rail) {
    case 'crypto': {
      const { wallet, beneficiaryId = '' } = withdrawal;
      return wallet === undefined
        ? `the beneficiary ${beneficiaryId}`
        : `the address ${wallet.address} on ${wallet.network}`;
    }
    case 'fiat': {
      const { bankAccount, bankAccountId = '' } = withdrawal;
      return bankAccount === undefined
        ? `the bank account ${bankAccountId}`
        : `the bank account ending in ${bankAccount.accountNumber.slice(-SHOWN)} at ${bankAccount.bankName}, ${bankAccount.bankCountry}`;
    }
  }
}

/**
 * What a customer is created with when it is read and its application is not at hand (assumptions.ts,
 * READ_BY_CREATING).
 */
export const DEFAULT_CUSTOMER_TYPE = CUSTOMER_TYPES[0];
