import { z } from 'zod';

/**
 * What the sandbox keeps, as the journal writes it. A change is one line: everything that one request alters, the stored
 * answer to its Idempotency-Key included, so that a crash leaves all of it or nothing.
 */

const customer = z.object({
  customerId: z.string(),
  partnerCustomerRef: z.string(),
  customerType: z.enum(['INDIVIDUAL', 'CORPORATE']),
  status: z.string(),
  /** The statuses that follow, one per read. */
  next: z.array(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type CustomerRecord = z.output<typeof customer>;

const file = z.object({
  fileAssetId: z.string(),
  customerId: z.string(),
  documentType: z.string(),
  side: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  createdAt: z.string(),
});
export type FileRecord = z.output<typeof file>;

/** The kinds of resources, by the field that names one of them in an answer. */
export const ID_FIELDS = {
  submission: 'submissionId',
  transaction: 'transactionId',
  fiatAccountApplication: 'applicationId',
  fiatAccount: 'fiatAccountId',
  fiatDeposit: 'depositId',
  bankAccount: 'bankAccountId',
  activation: 'activationId',
  fiatWithdrawalQuote: 'quoteId',
  fiatWithdrawal: 'withdrawalId',
  conversionQuote: 'quoteId',
  conversion: 'conversionId',
  cryptoDepositWallet: 'walletId',
  cryptoDeposit: 'depositId',
  beneficiary: 'beneficiaryId',
  cryptoWithdrawalQuote: 'quoteId',
  cryptoWithdrawal: 'withdrawalId',
  refund: 'refundId',
  checkout: 'checkoutId',
  checkoutLink: 'linkId',
  posPaymentRequest: 'posPaymentRequestId',
  buyer: 'buyerId',
  collectionWallet: 'walletId',
  collectionPayment: 'paymentId',
} as const;
export type ResourceKind = keyof typeof ID_FIELDS;

const kinds = z.custom<ResourceKind>((value) => typeof value === 'string' && Object.hasOwn(ID_FIELDS, value));

/** Everything of a customer that is neither file nor money. */
const resource = z.object({
  id: z.string(),
  kind: kinds,
  customerId: z.string(),
  status: z.string(),
  next: z.array(z.string()),
  /** What an answer shows beside id, status and times. */
  shown: z.record(z.string(), z.json()),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ResourceRecord = z.output<typeof resource>;

const holding = z.object({
  customerId: z.string(),
  asset: z.string(),
  /** Plain decimals. */
  total: z.string(),
  available: z.string(),
});
export type Holding = z.output<typeof holding>;

/** What was answered under a key, and to which body. */
const answer = z.object({ key: z.string(), bodyHash: z.string(), status: z.int(), type: z.string(), body: z.string() });
export type StoredAnswer = z.output<typeof answer>;

const part = z.discriminatedUnion('part', [
  z.object({ part: z.literal('customer'), customer }),
  z.object({ part: z.literal('file'), file }),
  z.object({ part: z.literal('resource'), resource }),
  z.object({ part: z.literal('holding'), holding }),
  z.object({ part: z.literal('answer'), answer }),
]);
export type Part = z.output<typeof part>;

/** One committed change. */
export const change = z.object({ parts: z.array(part) });
export type Change = z.output<typeof change>;
